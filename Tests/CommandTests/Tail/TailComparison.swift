import MySQLClient
import TestSupport
import Testing

/// `replicator tail file:` held against the server's own decoder of its binlog files.
struct TailComparison {
    private let session: Connection
    private let kind: ServerKind

    /// `session` is on the server that wrote the files.
    init(_ session: Connection, _ kind: ServerKind) {
        self.session = session
        self.kind = kind
    }

    /// Holds each line of a tail of `path` against what the server's own program lists of it.
    @discardableResult
    func compare(_ path: String, minimum: Int, isWhole: Bool = true) throws -> [TailLine] {
        let tail = try TailOutput(["file:\(path)"])
        #expect(tail.end == .exited(0))
        #expect(tail.errors == "")
        let listing = try BinlogListing(of: path, by: kind)
        #expect(tail.counts == listing.counts)
        #expect(tail.lines.count >= minimum)
        let text = ListedText(session, kind)
        var columns: [String: [ServerColumn]] = [:]
        var lines = tail.lines[...]
        var packed: (offset: UInt64, row: UInt64)?
        for statement in listing.statements {
            var event = -1
            for row in statement.rows {
                let next = lines.popFirst()
                let line = try #require(next)
                if statement.isPacked {
                    // Many events at one offset, so that the row tells them apart.
                    event = statement.events.lastIndex { $0.operation == line.operation } ?? -1
                    if let packed, packed.offset == line.offset { #expect(packed.row < line.row, "\(line.place)") }
                    packed = (line.offset, line.row)
                } else if line.row == 0 {
                    event += 1
                }
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
                try compare(line.before, row.before, described, "\(line.place) of \(table), before", text, isWhole)
                try compare(line.after, row.after, described, "\(line.place) of \(table), after", text, isWhole)
            }
            #expect(event == statement.events.count - 1 || statement.isPacked)
        }
        #expect(lines.isEmpty)
        return tail.lines
    }

    private func compare(
        _ members: [StrictJSON.Member]?, _ listed: [Int: BinlogListing.Value]?, _ columns: [ServerColumn],
        _ place: String, _ text: ListedText, _ isWhole: Bool
    ) throws {
        guard let members, let listed else {
            #expect(members == nil && listed == nil, "\(place)")
            return
        }
        // The log may have some more columns, which the server hides.
        let present = listed.keys.sorted().filter { columns.indices.contains($0 - 1) }
        #expect(present.count == listed.count || place.contains("hidden columns"), "\(place)")
        #expect(present.count == columns.count || !isWhole, "\(place)")
        #expect(members.map(\.name) == present.map { columns[$0 - 1].name }, "\(place)")
        for (number, member) in zip(present, members) {
            let value = try #require(listed[number], "\(place), \(member.name)")
            if try !text.isEqual(member.value, value, columns[number - 1]) {
                let listed = value.text.map { String(decoding: $0.prefix(300), as: UTF8.self) } ?? "NULL"
                Issue.record("\(place), \(member.name) \(value.type): \(member.value) for \(listed)")
            }
        }
    }
}
