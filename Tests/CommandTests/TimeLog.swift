import Foundation
import MySQLClient
import TestSupport

/// A server whose binary log has many small files, with commit times that a test has chosen.
final class TimeLog {
    let server: MariaDBServer
    private let session: Connection
    private var count = 0

    /// 2020-01-01T10:00:00Z
    static let base = 1_577_872_800

    init() throws {
        server = try MariaDBServer()
        session = try server.connect()
        try session.execute("SET timestamp = \(Self.base)")
        try session.execute("RESET MASTER")
        try session.execute("CREATE DATABASE d")
        try session.execute("CREATE TABLE d.t (id INT PRIMARY KEY, at INT)")
    }

    /// Commits one row at `second` after `base`; returns its id.
    @discardableResult
    func commit(at second: Int) throws -> Int {
        count += 1
        try session.execute("SET timestamp = \(Self.base + second)")
        try session.execute("INSERT INTO d.t VALUES (\(count), \(second))")
        return count
    }

    /// Begins a new file, at `second` by its head.
    func flush(at second: Int) throws {
        try session.execute("SET timestamp = \(Self.base + second)")
        try session.execute("FLUSH BINARY LOGS")
    }

    func execute(_ statement: String, at second: Int) throws {
        try session.execute("SET timestamp = \(Self.base + second)")
        try session.execute(statement)
    }

    /// `second` after `base` as users write it: `2020-01-01T10:00:05Z`.
    static func text(_ second: Int) -> String {
        let formatter = ISO8601DateFormatter()
        return formatter.string(from: Date(timeIntervalSince1970: Double(base + second)))
    }

    /// The ids of the rows that `replicator tail` prints of the files.
    func tailed(_ arguments: [String], of path: String? = nil) throws -> [Int] {
        try Self.ids(try TailOutput(["file:\(path ?? server.dataDirectory)"] + arguments))
    }

    static func ids(_ tail: TailOutput) throws -> [Int] {
        guard tail.end == .exited(0) else { throw TestSupportError("\(tail.end): \(tail.errors)") }
        return tail.lines.compactMap { $0.after?.first?.value.integer.map(Int.init) }
    }

    /// The ids of the rows that mariadb-binlog prints of the files with these options, each with the time of the event
    /// that commits it: `200101 10:00:03`.
    func listed(_ options: [String] = []) throws -> [(id: Int, time: String)] {
        let (end, output, errors) = try Program.run(
            "env",
            ["TZ=UTC", "mariadb-binlog", "--no-defaults", "-v", "--base64-output=DECODE-ROWS"] + options
                + server.binlogFiles())
        guard end == .exited(0) else { throw TestSupportError("mariadb-binlog: \(errors)") }
        var rows: [(id: Int, time: String)] = []
        var ids: [Int] = []
        for line in output.split(separator: "\n") {
            if line.hasPrefix("###   @1="), let id = Int(line.dropFirst(9)) { ids.append(id) }
            guard line.contains("\tXid = ") else { continue }
            rows += ids.map { ($0, String(line.dropFirst().prefix(15))) }
            ids = []
        }
        return rows
    }

    /// What `--start` at `second` has to deliver, by the times that mariadb-binlog prints: all from the first row on
    /// that was committed then or later.
    func expected(since second: Int, _ listed: [(id: Int, time: String)]) -> [Int] {
        let text = Self.text(second)
        let time = text.dropFirst(2).prefix(8).filter { $0 != "-" } + " " + text.dropFirst(11).prefix(8)
        return listed.drop { $0.time < time }.map(\.id)
    }
}
