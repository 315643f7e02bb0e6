import MySQLClient
import TestSupport
import Testing

/// Row images that lack columns (`binlog_row_image`), of every type: what `tail` prints is there and no more, and the row that
/// the changes add up to is the server's.
@Suite(.serialized) struct RowImageTests {
    private static let mariaDB = Result { try MariaDBServer(options: ["--log-bin-compress-min-len=10"]) }
    private static let mySQL = Result { try MySQLServer() }

    @Test(arguments: ServerKind.allCases, [("MINIMAL", false), ("MINIMAL", true), ("NOBLOB", false), ("NOBLOB", true)])
    func `changes of parts add up to the rows of the server`(
        _ kind: ServerKind, form: (image: String, isCompressed: Bool)
    )
        throws
    {
        let server: any DatabaseServer = try kind == .mariaDB ? Self.mariaDB.get() : Self.mySQL.get()
        let session = try server.connect()
        let database = try server.makeDatabase("images")
        // The changes are found by `n`.
        let tables = TypeTable.all(of: kind).filter { $0.key == nil }
        try session.execute("SET SESSION binlog_row_image = \(form.image)")
        let compression =
            kind == .mariaDB ? "GLOBAL log_bin_compress" : "SESSION binlog_transaction_compression"
        try session.execute("SET \(compression) = \(form.isCompressed ? "ON" : "OFF")")
        let start = try server.binlogEnd()
        try session.create(tables, in: database)
        try session.change(tables, in: database)
        let tail = try TailOutput([server.url, "--start", "\(start.file):\(start.offset)", "--until", "latest"])
        #expect(tail.end == .exited(0) && tail.errors == "", "\(tail.errors)")
        // (Where nothing can be left out, as in a table of a key alone, images are whole.)
        let updates = tail.lines.filter { $0.operation == "update" }
        let partial = updates.count { ($0.before?.count ?? 0) < ($0.after?.count ?? 0) || $0.before?.count == 1 }
        #expect(form.image == "NOBLOB" || partial * 2 > updates.count, "\(partial) of \(updates.count)")

        var (told, untold) = (0, 0)
        for table in tables {
            let rows = try ServerRows(of: table.name, in: database, session)
            let merged = try MergedImages(tail.lines.filter { $0.table == table.name })
            #expect(merged.rows.count == rows.rows.count && !rows.rows.isEmpty, "\(table.name)")
            for row in rows.rows {
                let number = String(decoding: row[0] ?? [], as: UTF8.self)
                let members = try #require(merged.rows[number], "\(table.name), n=\(number)")
                for (column, text) in zip(rows.columns, row) {
                    guard let value = members[column.name] else {
                        untold += 1
                        continue
                    }
                    told += 1
                    #expect(column.isEqual(value, text), "\(table.name), n=\(number), \(column.name)")
                }
            }
        }
        // Left out of every image are generated columns and defaults, and with NOBLOB the texts of rows whose key changed.
        #expect(told > 9 * untold, "\(told) and \(untold)")
    }
}

/// The rows that images add up to: what an image lacks is as the one before it left it.
private struct MergedImages {
    /// By the value of `n`: values by column.
    private(set) var rows: [String: [String: StrictJSON]] = [:]

    init(_ lines: [TailLine]) throws {
        for line in lines {
            var row: [String: StrictJSON] = [:]
            var number: String?
            if let before = line.before {
                let old = try Self.number(before)
                number = old
                row = rows.removeValue(forKey: try #require(old, "\(line.place)")) ?? [:]
                for member in before {
                    #expect(row[member.name] == nil || row[member.name] == member.value, "\(line.place)")
                    row[member.name] = member.value
                }
            }
            guard let after = line.after else { continue }
            for member in after { row[member.name] = member.value }
            number = try Self.number(after) ?? number
            #expect(rows.updateValue(row, forKey: try #require(number, "\(line.place)")) == nil, "\(line.place)")
        }
    }

    private static func number(_ members: [StrictJSON.Member]) throws -> String? {
        guard let member = members.first(where: { $0.name == "n" }) else { return nil }
        guard case .number(let digits) = member.value else { throw TestSupportError("an n that is no number") }
        return digits
    }
}
