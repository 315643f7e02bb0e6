import Foundation
import TestSupport
import Testing

/// What memory `tail` takes for one large transaction, from the server and from its file. (At full size: `Benchmarks/run
/// memory`.)
@Suite(.serialized) struct TailMemoryTests {
    enum Log: CaseIterable {
        case mariaDB, mariaDBCompressed, mySQL, mySQLCompressed

        func makeServer() throws -> any DatabaseServer {
            switch self {
            case .mariaDB:
                try MariaDBServer(options: ["--max-recursive-iterations=1000000", "--max-allowed-packet=128M"])
            case .mariaDBCompressed:
                try MariaDBServer(options: ["--max-recursive-iterations=1000000", "--log-bin-compress=ON"])
            case .mySQL: try MySQLServer(options: ["--cte-max-recursion-depth=1000000"])
            case .mySQLCompressed:
                try MySQLServer(
                    options: [
                        "--cte-max-recursion-depth=1000000", "--binlog-transaction-compression=ON",
                        "--max-allowed-packet=128M",
                    ])
            }
        }
    }

    @Test(arguments: Log.allCases)
    func `a large transaction takes less than 64 MiB above its largest event`(log: Log) throws {
        let server = try log.makeServer()
        let database = try server.makeDatabase("large")
        // 72 MiB of rows.
        let count = 9000
        try server.execute("CREATE TABLE wide (n INT PRIMARY KEY, t LONGTEXT)", database: database)
        try expectLittleMemory(row: 0, server, count) {
            try server.execute(
                "INSERT INTO wide WITH RECURSIVE s (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < \(count)) "
                    + "SELECT i, REPEAT(SHA2(i, 256), 128) FROM s", database: database)
        }
        if log == .mariaDB {
            // A row of 40 MiB, in the event and in the batch and on its way out: there once.
            try expectLittleMemory(row: 40, server, 1) {
                try server.execute("INSERT INTO wide SELECT 0, REPEAT(SHA2(1, 256), 655360)", database: database)
            }
        }
        try expectLittleMemoryOfConvertedValues(log, server, database)
    }

    /// Values of which the log does not have the bytes that are printed: there once, as it has them, or decompressed.
    private func expectLittleMemoryOfConvertedValues(_ log: Log, _ server: any DatabaseServer, _ database: String)
        throws
    {
        switch log {
        case .mariaDB:
            try server.execute("CREATE TABLE packed (n INT PRIMARY KEY, t LONGTEXT COMPRESSED)", database: database)
            try expectLittleMemory(row: 48, server, 1, fromServer: false) {
                try server.execute("INSERT INTO packed SELECT 0, REPEAT(SHA2(1, 256), 786432)", database: database)
            }
        case .mariaDBCompressed: break
        case .mySQL:
            try server.execute("CREATE TABLE documents (n INT PRIMARY KEY, j JSON)", database: database)
            try expectLittleMemory(row: 0, server, 2, fromServer: false) {
                try server.execute(
                    """
                    INSERT INTO documents SELECT 0, JSON_ARRAYAGG(LEFT(t, 2048)) FROM wide;
                    SET binlog_row_value_options = PARTIAL_JSON; UPDATE documents SET j = JSON_SET(j, '$[5]', 'x')
                    """, database: database)
            }
        case .mySQLCompressed:
            try server.execute(
                "CREATE TABLE narrow (n INT PRIMARY KEY, b LONGBLOB, t LONGTEXT CHARACTER SET latin1)",
                database: database)
            try expectLittleMemory(row: 40, server, 1) {
                try server.execute(
                    "INSERT INTO narrow SELECT 0, REPEAT(SHA2(1, 256), 327680), REPEAT('é\"', 10485760)",
                    database: database)
            }
        }
    }

    /// - Parameters:
    ///   - row: MiB that a row takes; 0: little.
    ///   - count: of the rows that `change` logs.
    private func expectLittleMemory(
        row: Int, _ server: any DatabaseServer, _ count: Int, fromServer: Bool = true, _ change: () throws -> Void
    ) throws {
        let path = try server.log(change)
        let largest = try Self.largestEvent(of: path)
        // As it is in memory: in the log it may be compressed.
        let bound = max(largest, row << 20) + 64 << 20
        let name = (path as NSString).lastPathComponent
        let next = try #require(try server.binlogNames().last)
        let ways = [["file:\(path)"], [server.url, "--start", "\(name):4", "--until", "\(next):4"]]
        for arguments in fromServer ? ways : [ways[0]] {
            let tail = try ReplicatorProcess(["tail"] + arguments)
            var peak = 0
            try waitUntil(timeout: 120, "the end of tail: \(tail.errors)") {
                peak = max(peak, Self.peakMemory(of: tail.identifier) ?? 0)
                return tail.end != nil
            }
            #expect(tail.end == .exited(0) && tail.errors == "")
            #expect(tail.output.utf8.count { $0 == UInt8(ascii: "\n") } == count)
            #expect(
                peak > 0 && peak < bound,
                "\(arguments[0]): \(peak >> 20) MiB, and the largest event has \(largest >> 10) KiB")
        }
    }

    /// Bytes of the largest event in a binlog file.
    private static func largestEvent(of path: String) throws -> Int {
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped)
        var (offset, largest) = (4, 0)
        while offset + 19 <= bytes.count {
            let size = (0..<4).reduce(0) { $0 | Int(bytes[offset + 9 + $1]) << ($1 * 8) }
            largest = max(largest, size)
            offset += max(size, 19)
        }
        return largest
    }

    /// The most memory that a process has had so far, in bytes; nil once it is gone.
    private static func peakMemory(of process: pid_t) -> Int? {
        let status = try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
        let line = status?.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return line?.split(separator: " ").compactMap { Int($0) }.first.map { $0 << 10 }
    }
}
