import Foundation
import MySQLClient
import TestSupport
import Testing

/// A server with a database `shop`, a SQLite target beside it, and the replicator between them with several lanes.
final class LanesFixture: Sendable {
    let server: any DatabaseServer
    let scratch: ScratchFolder

    /// - Parameters:
    ///   - options: the server's, besides those that it always has.
    ///   - source: statements that make the tables of `shop`.
    ///   - target: statements that make the target's.
    init(_ kind: ServerKind = .mariaDB, options: [String] = [], source: String, target: String) throws {
        server = try kind.start(options: options)
        scratch = try ScratchFolder()
        try server.execute("CREATE DATABASE shop")
        try server.execute(source, database: "shop")
        try sqlite(target)
    }

    /// Runs SQL on the target with the `sqlite3` shell, whose connection does not check foreign keys.
    @discardableResult
    func sqlite(_ sql: String) throws -> [String] {
        let shell = try ChildProcess(
            "/usr/bin/sqlite3", ["-batch", "-cmd", ".timeout 10000", scratch.file("target.db"), sql],
            output: scratch.file("shell"), errors: scratch.file("shell"))
        let end = try shell.wait(timeout: 60)
        let output = String(
            decoding: FileManager.default.contents(atPath: scratch.file("shell")) ?? Data(), as: UTF8.self)
        try FileManager.default.removeItem(atPath: scratch.file("shell"))
        guard end == .exited(0) else { throw TestSupportError("sqlite3: \(output)") }
        return output.split(separator: "\n").map(String.init)
    }

    /// Writes the configuration and returns its path.
    func configuration(
        lanes: Int = 3, tables: String = "shop.*", mapping: String? = nil, source: String? = nil,
        replicator: String = ""
    ) throws -> String {
        if let mapping { try scratch.write(mapping, to: "mapping.sql") }
        return try scratch.write(
            """
            [replicator]
            state = replicator.state
            \(replicator)
            [source]
            url = \(source ?? server.url)
            tables = \(tables)
            heartbeat = 1
            [sink warehouse]
            url = sqlite:target.db
            lanes = \(lanes)
            triggers = allow
            \(mapping == nil ? "" : "mappings = mapping.sql")
            """, to: "replicator.conf")
    }

    func start(_ configuration: String) throws -> ReplicatorProcess {
        try ReplicatorProcess(["run", "-c", configuration, "--start", "earliest"])
    }

    /// Ends a run as SIGTERM does; it must have drained.
    func stop(_ replicator: ReplicatorProcess) throws {
        try replicator.stop()
    }

    /// Waits until `condition` holds; throws what the replicator said if it has ended before.
    func wait(_ what: String, _ replicator: ReplicatorProcess, _ condition: () throws -> Bool) throws {
        try waitUntil(timeout: 60, "\(what): \(replicator.errors.suffix(1500))") {
            if try condition() { return true }
            guard replicator.end == nil else { throw TestSupportError("it ended: \(replicator.errors.suffix(3000))") }
            return false
        }
    }

    /// The target equals the source.
    func expectEqual(_ configuration: String, _ replicator: ReplicatorProcess) throws {
        try wait("a checkpoint", replicator) { try !places().isEmpty }
        let (end, output, errors) = try ReplicatorProcess.run(
            ["verify", "-c", configuration, "--wait", "60"], timeout: 120)
        #expect(end == .exited(0), "\(output)\n\(errors)\n\(replicator.errors.suffix(3000))")
        #expect(output.contains("warehouse: equal"), "\(output)")
    }

    /// The places of the checkpoint's lanes, `FILE:OFFSET:APPLIED`; one if all stand at the same, none before it begins.
    func places() throws -> [String] {
        guard try !sqlite("SELECT 1 FROM sqlite_schema WHERE name = 'replicator_checkpoint'").isEmpty else { return [] }
        return try sqlite(
            "SELECT DISTINCT resume_file || ':' || resume_offset || ':' || ifnull(applied_offset, 'none') "
                + "FROM replicator_checkpoint")
    }

    /// What `places` is where all that the source has logged is behind the resume position.
    func end() throws -> [String] {
        let end = try server.binlogEnd()
        return ["\(end.file):\(end.offset):none"]
    }
}
