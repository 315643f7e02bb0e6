import BinlogReader
import Rows
import Sinks

/// `replicator try`: what a mapping file makes of rows that the source has, and what each sink would be sent for it. Goes
/// through the same compiled views and encoders as `run`, and changes nothing anywhere.
public struct Trial {
    public enum Format: String, Sendable { case text, json }

    private let configuration: Configuration
    private let views: [ViewDefinition]
    private let start: StartPosition?
    private let until: StopRequest
    private let limit: Int
    private let sections: [Configuration.Sink]

    /// Transactions that are larger are looked at in parts.
    private static let transactionByteCount = 16 << 20

    /// - Parameters:
    ///   - mapping: a mapping file, or a folder of them.
    ///   - start: nil for rows that the source's tables hold now; of binlog files, the earliest change.
    ///   - limit: how many changes of the log, or rows of each table.
    ///   - sinks: names of sections; empty: all.
    public init(
        configuration: Configuration, mapping: String, start: String?, until: String?, limit: Int, sinks: [String]
    ) throws {
        self.configuration = configuration
        self.start = try start.map { text throws(ConfigurationError) in try StartPosition(text) }
        self.until = try StopRequest(until ?? "latest")
        self.limit = limit
        for name in sinks where !configuration.sinks.contains(where: { $0.name == name }) {
            throw ConfigurationError(
                "there is no [sink \(name)] in \(configuration.path); there is "
                    + configuration.sinks.map(\.name).joined(separator: ", "))
        }
        sections = configuration.sinks.filter { sinks.isEmpty || sinks.contains($0.name) }
        views = try Mappings.load(mapping)
    }

    /// Hands each change to `print`, a text of one or more lines. `say` is called with what the user should know besides.
    /// Returns how many it found, and whether all went through every view to every sink.
    public func run(
        _ format: Format, print: @escaping (String) -> Void, say: @escaping (String) -> Void
    ) throws -> (changeCount: Int, isClean: Bool) {
        var printer = TrialPrinter(format: format, views: views, write: print)
        let targets = try sections.map { try TrialTarget($0, views, configuration) }
        let source = try configuration.makeSource(pipeline: "", command: "try")
        source.turnToOneThatAnswers()
        var count = 0
        /// False: enough was seen.
        func take(_ batch: RowBatch, isLogged: Bool) throws -> Bool {
            for row in batch.rows {
                var change = batch
                change.rows = [row]
                try printer.print(change, isLogged: isLogged, targets)
                count += 1
                if isLogged, count >= limit { return false }
            }
            return true
        }
        if start == nil, case .server = try configuration.sourceLocation() {
            try readTables(source) { _ = try take($0, isLogged: false) }
        } else {
            do {
                try readLog(source, say: say) { try take($0, isLogged: true) }
            } catch {
                throw WaysOut.ofReader(error)
            }
        }
        return (count, printer.isClean)
    }

    private func selects(_ database: String, _ table: String) -> Bool {
        configuration.source.tables.contains(database: database, table: table)
            && views.contains { $0.matches(database: database, table: table) }
    }

    // MARK: - Tables as they are

    private func readTables(_ source: any PipelineSource, _ take: (RowBatch) throws -> Void) throws {
        let inspection = try source.inspectTables(where: selects)
        if let problem = inspection.problems.first { throw PlanError(problem) }
        for view in views
        where !inspection.tables.contains(where: { view.matches(database: $0.database, table: $0.name) }) {
            throw PlanError(view.readsNothing)
        }
        try source.sample(inspection.tables, limit: limit, take)
    }

    // MARK: - Changes in the log

    /// Reads until `take` says that it is enough, or the log has no more.
    private func readLog(
        _ source: any PipelineSource, say: @escaping (String) -> Void, _ take: (RowBatch) throws -> Bool
    ) throws {
        let resume = try source.resolve(start ?? .earliest, say: say)
        var end = try until.point(of: source)
        if end.isReached(by: resume) { return }
        let tables = configuration.source.tables
        let views = views
        let selects: @Sendable (String, String) -> Bool = { database, table in
            tables.contains(database: database, table: table)
                && views.contains { $0.matches(database: database, table: table) }
        }
        let open = try source.open(from: resume, of: nil, ReaderOptions(selects: selects))
        var assembler = TransactionAssembler(resume: resume, maximumByteCount: Self.transactionByteCount) {
            say("the transaction that begins at \($0) was rolled back, and rows of it may be among those above (\($1))")
        }
        while let event = try open.reader.next() {
            if end.excludes(event, assembler) { return }
            switch try assembler.add(event) {
            case .rows(let batches, let after):
                if after == nil, let part = batches.first, end.excludes(committedAt: part.origin.commitMicroseconds) {
                    return
                }
                for batch in batches where try !take(batch) { return }
            case .statement, .position: try end.lookForEnd(of: source)
            case nil: continue
            }
            if !assembler.isInsideTransaction, end.isReached(by: assembler.resume) { return }
        }
    }
}

extension ViewDefinition {
    /// What is said of a view that no table matches.
    var readsNothing: String {
        "\(location): the view \(targetName) reads no table that the source has, or that tables = … selects"
    }
}
