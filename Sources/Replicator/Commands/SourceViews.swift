import BinlogReader
import MySQLClient
import Rows
import Sinks

/// The source's own SELECTs, for `verify`: over one connection, in the session that design §6 names.
final class SourceViews {
    private let source: any PipelineSource
    private let connection: Connection

    /// Connects; of several servers to the one of that log (nil: to none before others), else to the first that answers.
    /// Throws if the source is not a server.
    init(_ configuration: Configuration, pipeline: String, followed logIdentity: String? = nil) throws {
        source = try configuration.makeSource(pipeline: pipeline, command: "verify")
        source.turnToOneThatAnswers()
        // One that is not there is not what the sink has followed any more, or will not be.
        if source.hasSeveralServers, let logIdentity { _ = try source.seek(logIdentity) { _ in } }
        guard let options = source.followed else {
            throw PlanError("verify needs a server as source: binlog files cannot be asked what a table holds now")
        }
        connection = try Connection(options)
        try connection.execute(
            "SET SESSION sql_mode = 'ANSI_QUOTES', time_zone = '+00:00', NAMES utf8mb4")
    }

    /// Whose server it is.
    var flavour: ServerVersion.Flavour { connection.serverVersion.flavour }

    func tables(where selects: (_ database: String, _ table: String) -> Bool) throws -> [Table] {
        let inspection = try source.inspectTables(where: selects)
        if let problem = inspection.problems.first { throw PlanError(problem) }
        return inspection.tables
    }

    /// The end of the binary log now, and whose log it is.
    func end() throws -> (position: BinlogPosition, log: String?) {
        let (resume, log) = try source.ofOneLog { try source.resolve(.latest) }
        return (resume.position, log)
    }

    func count(_ select: SourceSelect) throws -> Int {
        let result = try connection.query("SELECT COUNT(*) FROM (\(select.sql)) AS counted")
        return result.text(0, 0).flatMap { Int($0) } ?? 0
    }

    /// Calls `body` with each row's values, as they come.
    func read(_ select: SourceSelect, _ body: ([[UInt8]?]) throws -> Void) throws {
        var rows = try connection.stream(select.sql)
        var values: [[UInt8]?] = []
        while try rows.next() {
            values.removeAll(keepingCapacity: true)
            for column in rows.columns.indices {
                guard let span = rows.value(column) else {
                    values.append(nil)
                    continue
                }
                values.append(span.withUnsafeBufferPointer { Array($0) })
            }
            try body(values)
        }
    }
}
