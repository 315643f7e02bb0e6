import Foundation
import MySQLClient
import TestSupport
import Testing

/// MySQL's compressed transactions (`binlog_transaction_compression`).
@Suite(.serialized) struct MySQLTailPayloadTests {
    private static let server = Result { try MySQLServer() }

    private let server: MySQLServer
    private let session: Connection

    init() throws {
        server = try Self.server.get()
        session = try server.connect()
        try session.execute("SET SESSION binlog_transaction_compression = ON")
    }

    @Test func `every type decodes as mysqlbinlog decodes it, and as the same changes do uncompressed`() throws {
        let database = try server.makeDatabase("packed")
        // It knows no geometry, and gives up on an event that has one.
        let tables = TypeTable.all(of: .mySQL).filter { $0.name != "geometry" }
        // So that the same statements make the same rows twice.
        try session.execute("SET timestamp = 1700000000")
        let path = try server.log {
            try session.create(tables, in: database)
            try session.change(tables, in: database)
        }
        let packed = try TailComparison(session, .mySQL).compare(path, minimum: 600)
        #expect(try Self.payloadCount(path) > 50)
        let live = try TailOutput([
            server.url, "--start", "\((path as NSString).lastPathComponent):4", "--until", "latest",
        ])
        #expect(live.end == .exited(0) && live.errors == "")
        #expect(live.lines.map(\.text) == packed.map(\.text))

        try session.execute("SET SESSION binlog_transaction_compression = OFF")
        for table in tables { try session.execute("DROP TABLE \(database).\(Connection.identifier(table.name))") }
        let plain = try server.log {
            try session.create(tables, in: database)
            try session.change(tables, in: database)
        }
        #expect(try Self.payloadCount(plain) == 0)
        let lines = try TailOutput(["file:\(plain)"]).lines
        try #require(lines.count == packed.count)
        for (plain, packed) in zip(lines, packed) {
            #expect(plain.change == packed.change, "\(plain.place), \(packed.place)")
        }
    }

    @Test func `a table of every type holds what tail printed`() throws {
        let database = try server.makeDatabase("packed")
        let tables = TypeTable.all(of: .mySQL)
        let start = try server.binlogEnd()
        try session.create(tables, in: database)
        try session.change(tables, in: database)
        let tail = try TailOutput([
            server.url, "--start", "\(start.file):\(start.offset)", "--until", "latest",
        ])
        #expect(tail.end == .exited(0) && tail.errors == "")
        try TailReplay.expectEqual(tail.lines, tables, in: database, try server.connect())
    }

    @Test func `transactions of many events and tables, with savepoints, decode as mysqlbinlog decodes them`() throws {
        let database = try server.makeDatabase("packed")
        let path = try server.log {
            try session.execute("USE \(database)")
            try session.execute("CREATE TABLE a (n INT PRIMARY KEY, t TEXT)")
            try session.execute("CREATE TABLE b LIKE a")
            try session.execute(
                "INSERT INTO a WITH RECURSIVE s (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 40) "
                    + "SELECT i, REPEAT('x', 3000) FROM s")
            try session.execute("BEGIN")
            try session.execute("INSERT INTO b SELECT * FROM a WHERE n < 6")
            try session.execute("SAVEPOINT here")
            try session.execute("INSERT INTO b VALUES (100, 'gone')")
            try session.execute("ROLLBACK TO here")
            try session.execute("UPDATE a, b SET a.t = 'a', b.t = REPEAT('b', 9000) WHERE a.n = b.n")
            try session.execute("DELETE a, b FROM a JOIN b USING (n)")
            try session.execute("COMMIT")
            try session.execute("SET binlog_rows_query_log_events = ON")
            try session.execute("REPLACE INTO a VALUES (10, 'new'), (11, NULL), (99, '')")
            try session.execute("CREATE TABLE made AS SELECT n FROM a")
            try session.execute("SET SESSION binlog_transaction_compression_level_zstd = 22")
            try session.execute("INSERT INTO made SELECT n + 1000 FROM a")
        }
        try TailComparison(session, .mySQL).compare(path, minimum: 100)
        // Of one table only: what is not selected moves no number.
        let all = try TailOutput(["file:\(path)"]).lines
        let some = try TailOutput(["file:\(path)", "--tables", "\(database).b"]).lines
        #expect(!some.isEmpty && some.map(\.text) == all.filter { $0.table == "b" }.map(\.text))
    }

    @Test func `a large transaction takes little memory`() throws {
        let database = try server.makeDatabase("packed")
        let count = 40_000
        try session.execute("USE \(database)")
        try session.execute("CREATE TABLE wide (n INT PRIMARY KEY, t TEXT)")
        try session.execute("SET cte_max_recursion_depth = 1000000")
        let path = try server.log {
            try session.execute(
                "INSERT INTO wide WITH RECURSIVE s (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < \(count)) "
                    + "SELECT i, REPEAT(SHA2(i, 256), 64) FROM s")
        }
        #expect(try Self.payloadCount(path) == 1)
        let start = "\((path as NSString).lastPathComponent):4"
        let tail = try ReplicatorProcess(["tail", server.url, "--start", start])
        try waitUntil(timeout: 120, "the last row: \(tail.errors)") {
            tail.output.hasSuffix("\n") && tail.output.suffix(6000).contains("\"n\":\(count),")
        }
        let size = try #require(
            try FileManager.default.attributesOfItem(atPath: path)[.size] as? NSNumber
        ).intValue
        let peak = try Self.peakMemory(of: tail.identifier)
        try tail.stop()
        // 160 MiB of rows.
        #expect(peak < size + 64 << 20, "\(peak >> 20) MiB, for an event of \(size >> 20) MiB")
    }

    @Test func `kill -9 over compressed transactions loses nothing and repeats nothing`() throws {
        let shop = try ShopFixture(.mySQL, server: ["--binlog-transaction-compression=ON"])
        try shop.logChanges()
        let configuration = try shop.configuration(
            lanes: 2, sinks: ["warehouse"], replicator: "transaction-bytes = 64K")
        var random = SeededRandom("kills over compressed transactions")
        let load = ShopLoad(shop, seed: random.next(), largeTransactions: true)
        defer { load.finish() }
        for run in 0..<3 {
            let replicator = try ReplicatorProcess(["run", "-c", configuration, "--start", "earliest"])
            if run == 0 { try StatusClient(configuration: configuration).wait("warehouse", "running", timeout: 120) }
            let goal = try shop.changes() + Int.random(in: 1...200, using: &random)
            try waitUntil(timeout: 60, "\(goal) changes: \(replicator.errors.suffix(1500))") {
                try #require(replicator.end == nil, "\(replicator.errors)")
                return try shop.changes() >= goal
            }
            try replicator.kill()
        }
        let replicator = try ReplicatorProcess(["run", "-c", configuration])
        try load.stop()
        let (end, output, errors) = try shop.verify(configuration)
        #expect(end == .exited(0), "\(output)\n\(errors)\n\(replicator.errors.suffix(3000))")
        #expect(output.contains("warehouse: equal"), "\(output)")
        try replicator.stop()
        try shop.expectExactlyOnce()
        let files = try shop.server.binlogFiles()
        #expect(try files.reduce(0) { try $0 + Self.payloadCount($1) } > 50)
    }

    /// How many compressed transactions a binlog file has.
    private static func payloadCount(_ path: String) throws -> Int {
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        var (offset, count) = (4, 0)
        while offset + 19 <= bytes.count {
            if bytes[offset + 4] == 40 { count += 1 }
            offset += (0..<4).reduce(0) { $0 | Int(bytes[offset + 9 + $1]) << ($1 * 8) }
        }
        return count
    }

    /// The most memory that a process has had at a time, in bytes.
    private static func peakMemory(of process: pid_t) throws -> Int {
        let status = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
        return try #require(line.split(separator: " ").dropLast().last.flatMap { Int($0.filter(\.isNumber)) }) << 10
    }
}

extension TailLine {
    /// What changed, without where in the log.
    fileprivate var change: Data {
        let end = text.range(of: Data(",\"commit_time\":".utf8), options: .backwards)?.lowerBound ?? text.endIndex
        return text[..<end]
    }
}
