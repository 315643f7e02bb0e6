import Foundation
import MySQLClient
import TestSupport
import Testing

/// The rows that the changes of one table leave, by the value of `n`: of each the line that left it so.
struct TailReplay {
    private(set) var rows: [String: TailLine] = [:]

    init(_ lines: [TailLine]) throws {
        for line in lines {
            if let before = line.before {
                let old = rows.removeValue(forKey: try Self.number(before))
                // The image before a change is the row as the last one left it.
                #expect(old?.after == before, "\(line.place)")
            }
            if let after = line.after {
                #expect(rows.updateValue(line, forKey: try Self.number(after)) == nil, "\(line.place)")
            }
        }
    }

    private static func number(_ members: [StrictJSON.Member]) throws -> String {
        guard case .number(let digits)? = members.first(where: { $0.name == "n" })?.value else {
            throw TestSupportError("a row without n")
        }
        return digits
    }

    /// Holds what the changes make of the tables against what these hold.
    static func expectEqual(
        _ lines: [TailLine], _ tables: [TypeTable], in database: String, _ reader: Connection
    ) throws {
        for table in tables {
            let rows = try ServerRows(of: table.name, in: database, reader)
            let kept = try TailReplay(lines.filter { $0.table == table.name })
            #expect(kept.rows.count == rows.rows.count, "\(table.name)")
            #expect(!rows.rows.isEmpty, "\(table.name)")
            for row in rows.rows {
                let number = String(decoding: row[0] ?? [], as: UTF8.self)
                let line = try #require(kept.rows[number], "\(table.name), n=\(number)")
                try expectEqual(line, row, rows.columns, "\(table.name), n=\(number)")
            }
        }
    }

    private static func expectEqual(
        _ line: TailLine, _ row: [[UInt8]?], _ columns: [ServerColumn], _ place: String
    ) throws {
        for (column, (member, text)) in zip(columns, zip(line.after ?? [], row)) {
            let place = "\(place), \(column.name)"
            #expect(column.name == member.name, "\(place)")
            if !column.isEqual(member.value, text) {
                let shown = text.map { String(decoding: $0.prefix(300), as: UTF8.self) } ?? "NULL"
                Issue.record("\(place): \(member.value) for \(shown)")
            }
            // A document, byte for byte. (In MariaDB's JSON there can be other text, and lines.)
            guard column.isJSON, let text, !text.contains(0x0A), (try? StrictJSON(Data(text))) != nil else {
                continue
            }
            let whole = Data("\"\(column.name)\":".utf8) + text
            #expect(line.text.range(of: whole) != nil, "\(place): \(String(decoding: text, as: UTF8.self))")
        }
        #expect(line.after?.count == columns.count)
    }
}
