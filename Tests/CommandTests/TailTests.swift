import Foundation
import MySQLClient
import TestSupport
import Testing

/// `replicator tail file:` and `mariadb-binlog` decode the same rows from the same files.
@Suite(.serialized) struct TailTests {
    /// Its global settings are the tests' to change.
    private static let server = Result { try MariaDBServer() }

    private let server: MariaDBServer
    private let session: Connection

    init() throws {
        server = try Self.server.get()
        session = try server.connect()
    }

    /// Begins a binlog file, runs `body`, ends the file, and returns its path.
    private func log(_ body: () throws -> Void) throws -> String {
        try server.flushLogs()
        let path = try #require(try server.binlogFiles().last)
        try body()
        try server.flushLogs()
        return path
    }

    @Test func `every type decodes as mariadb-binlog decodes it`() throws {
        let database = "dätä`b'ase \"1\""
        try session.execute("CREATE DATABASE \(Connection.identifier(database))")
        let path = try log {
            try session.create(TypeTable.all, in: database)
            try session.change(TypeTable.all, in: database)
        }
        try compare(path, minimum: 600)
    }

    /// Holds each line of a tail of `path` against what mariadb-binlog lists of it.
    private func compare(_ path: String, minimum: Int) throws {
        let tail = try TailOutput(["file:\(path)"])
        #expect(tail.end == .exited(0))
        #expect(tail.errors == "")
        let listing = try BinlogListing(of: path)
        #expect(tail.counts == listing.counts)
        #expect(tail.lines.count >= minimum)
        let text = ListedText(session)
        var columns: [String: [ServerColumn]] = [:]
        var lines = tail.lines[...]
        for statement in listing.statements {
            var event = -1
            for row in statement.rows {
                let next = lines.popFirst()
                let line = try #require(next)
                if line.row == 0 { event += 1 }
                try #require(statement.events.indices.contains(event), "\(line.place)")
                #expect(line.offset == statement.events[event].offset, "\(line.place)")
                #expect(line.operation == statement.events[event].operation, "\(line.place)")
                #expect(line.operation == row.operation, "\(line.place)")
                #expect([line.database, line.table] == [row.database, row.table], "\(line.place)")
                #expect(line.file == listing.file)
                #expect(line.gtid == statement.gtid, "\(line.place)")
                #expect(line.commitTime == statement.commitTime, "\(line.place)")
                let table = "\(row.database).\(row.table)"
                let described = try columns[table] ?? ServerColumn.columns(of: row.table, in: row.database, session)
                columns[table] = described
                try compare(line.before, row.before, described, "\(line.place) of \(table), before", text)
                try compare(line.after, row.after, described, "\(line.place) of \(table), after", text)
            }
            #expect(event == statement.events.count - 1)
        }
        #expect(lines.isEmpty)
    }

    private func compare(
        _ members: [StrictJSON.Member]?, _ listed: [Int: BinlogListing.Value]?, _ columns: [ServerColumn],
        _ place: String, _ text: ListedText
    ) throws {
        guard let members, let listed else {
            #expect(members == nil && listed == nil, "\(place)")
            return
        }
        // With full images a row has all columns, in order; the log may have some more that the server hides.
        #expect(members.map(\.name) == columns.map(\.name), "\(place)")
        #expect(listed.count == columns.count || place.contains("hidden columns"), "\(place)")
        for (index, member) in members.enumerated() {
            let value = try #require(listed[index + 1], "\(place), \(member.name)")
            if try !text.isEqual(member.value, value, columns[index]) {
                let listed = value.text.map { String(decoding: $0.prefix(300), as: UTF8.self) } ?? "NULL"
                Issue.record("\(place), \(member.name) \(value.type): \(member.value) for \(listed)")
            }
        }
    }
}
