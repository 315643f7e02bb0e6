import Foundation
import MySQLClient
import TestSupport
import Testing

/// Values of every type, from a server to SQLite and Redis, are those that the server's own SELECT shows, and `verify`
/// says so of these and no others.
@Suite(.serialized) struct TypesTests {
    private static let mariaDB = Result { try TypesFixture(.mariaDB) }
    private static let mySQL = Result { try TypesFixture(.mySQL) }

    private func fixture(_ kind: ServerKind) throws -> TypesFixture {
        try (kind == .mariaDB ? Self.mariaDB : Self.mySQL).get()
    }

    @Test(arguments: ServerKind.allCases) func `rows of every type are equal in every sink`(kind: ServerKind) throws {
        let fixture = try fixture(kind)
        let verify = fixture.verify
        #expect(verify.end == .exited(0), "\(verify.output)\(verify.errors)")
        #expect(verify.output.components(separatedBy: ": equal (\(fixture.tables.count) tables, ").count == 5)

        let session = try fixture.server.connect()
        let hashes = try fixture.redisHashes()
        let strings = try fixture.redisStrings()
        var rowCount = 0
        for table in fixture.tables {
            let server = try ServerRows(of: table.name, in: fixture.database, session)
            let stored = try fixture.sqliteRows(table.name, server.columns)
            #expect(stored.count == server.rows.count, "\(table.name)")
            #expect(!server.rows.isEmpty, "\(table.name)")
            rowCount += server.rows.count
            for row in server.rows {
                let number = String(decoding: row[0] ?? [], as: UTF8.self)
                let place = "\(table.name), n=\(number)"
                expectSQLite(try #require(stored[number], "\(place)"), row, server.columns, place)
                let key = table.redisKey(row, server.columns)
                expectHash(try #require(hashes[key], "\(place)"), row, server.columns, place)
                try expectString(try #require(strings[key], "\(place)"), row, server.columns, place)
            }
        }
        #expect(hashes.count == rowCount)
        #expect(strings.count == rowCount)
    }

    private func expectSQLite(
        _ stored: [(kind: Character, text: [UInt8]?)], _ row: [[UInt8]?], _ columns: [ServerColumn], _ place: String
    ) {
        for (index, column) in columns.enumerated() {
            let (kind, text) = stored[index]
            // What a geometry is that is none: docs/types.md.
            let found = column.isGeometry && text == [] ? nil : text
            if kind != "n" && kind != column.sqliteKind || !column.isEqual(found, row[index]) {
                Issue.record("SQLite: \(place), \(column.name): \(kind) \(shown(text)) for \(shown(row[index]))")
            }
        }
    }

    private func expectHash(
        _ fields: [String: [UInt8]], _ row: [[UInt8]?], _ columns: [ServerColumn], _ place: String
    ) {
        #expect(Set(fields.keys).isSubset(of: columns.map(\.name)))
        for (index, column) in columns.enumerated() {
            let text = fields[column.name]
            let found = column.isGeometry && text == [] ? nil : text
            if !column.isEqual(found, row[index]) {
                Issue.record("hash: \(place), \(column.name): \(shown(text)) for \(shown(row[index]))")
            }
        }
    }

    private func expectString(
        _ document: [UInt8], _ row: [[UInt8]?], _ columns: [ServerColumn], _ place: String
    ) throws {
        let members = try StrictJSON(document).members ?? []
        #expect(members.map(\.name) == columns.map(\.name), "\(place)")
        for (column, (member, text)) in zip(columns, zip(members, row)) where !column.isEqual(member.value, text) {
            Issue.record("string: \(place), \(column.name): \(member.value) for \(shown(text))")
        }
    }

    private func shown(_ text: [UInt8]?) -> String {
        text.map { String(decoding: $0.prefix(200), as: UTF8.self) } ?? "NULL"
    }

    /// Of rows that are read from the tables, `try` makes the cells that the log would give: what it prints of them is
    /// what `run` wrote.
    @Test func `try reads rows of every type from their tables as the log gives them`() throws {
        let fixture = try fixture(.mariaDB)
        let views = fixture.tables.enumerated().map { number, table in
            "CREATE VIEW copy_\(number) AS SELECT * FROM \(Connection.identifier(fixture.database))."
                + "\(Connection.identifier(table.name));"
        }
        let file = try fixture.scratch.write(views.joined(separator: "\n"), to: "copies.sql")
        let (end, output, errors) = try ReplicatorProcess.run(
            ["try", file, "-c", fixture.configuration, "--limit", "100000", "--sink", "string", "--format", "json"],
            timeout: 120)
        #expect(end == .exited(0), "\(errors)")
        var found: [String: Int] = [:]
        for line in output.split(separator: "\n") {
            let rest = try #require(line.range(of: "\"before\":null,\"after\":")).upperBound
            let image = line[rest...]
            found[String(image[..<(try #require(image.range(of: ",\"commit_time\":\"")).lowerBound)]), default: 0] += 1
        }
        var stored: [String: Int] = [:]
        for document in try fixture.redisStrings().values {
            // Redis keeps the line breaks of JSON documents.
            let text = String(decoding: document.map { $0 == 0x0A || $0 == 0x0D ? 0x20 : $0 }, as: UTF8.self)
            // Of labels the server's own tables tell no characters of four bytes (docs/operations.md).
            let isOfLabels = text.hasSuffix(#""c10":"abc"}"#)
            stored[isOfLabels ? text.replacingOccurrences(of: "😀", with: "?") : text, default: 0] += 1
        }
        #expect(found.values.reduce(0, +) == stored.values.reduce(0, +))
        for (document, count) in stored where found[document] != count {
            Issue.record("try has it \(found[document] ?? 0) times, and not \(count): \(document.prefix(400))")
        }
    }

    @Test(arguments: ServerKind.allCases)
    func `verify names each column that differs, and rows that are missing or too many`(kind: ServerKind) throws {
        let fixture = try fixture(kind)
        let session = try fixture.server.connect()
        var expected: Set<String> = []
        var statements: [String] = []
        var hashCommands: [[[UInt8]]] = []
        var stringCommands: [[[UInt8]]] = []
        for table in fixture.tables {
            let server = try ServerRows(of: table.name, in: fixture.database, session)
            let keys = table.key?.map(\.name) ?? ["n"]
            let others = server.columns.indices.filter { !keys.contains(server.columns[$0].name) }
            let names = others.map { server.columns[$0].name }.joined(separator: ", ")
            let place = "\(fixture.database).\(table.name)"

            let changed = server.rows[0]
            // The last row goes.
            if let gone = server.rows.dropFirst().last {
                for sink in ["sqlite", "hash", "string"] {
                    expected.insert("\(sink): \(place): \(table.named(gone, server.columns)): missing in the sink")
                }
                let number = String(decoding: gone[0] ?? [], as: UTF8.self)
                statements.append("DELETE FROM \(TypesFixture.quoted(table.name)) WHERE n = \(number);")
                let key = table.redisKey(gone, server.columns)
                hashCommands.append([Array("DEL".utf8), key])
                stringCommands.append([Array("DEL".utf8), key])
            }
            // In the first, every value changes but those of the key.
            let row = table.named(changed, server.columns)
            if !others.isEmpty {
                for sink in ["sqlite", "hash", "string"] {
                    expected.insert("\(sink): \(place): \(row): \(names) differs")
                }
                statements.append(table.sqliteChange(changed, server.columns, others))
                hashCommands.append(table.hashChange(changed, server.columns, others))
                stringCommands.append(try table.stringChange(changed, server.columns, others))
            }
            // And there is one more.
            if table.key == nil {
                let key = Array("\(table.name.redisEscaped):99999".utf8)
                for sink in ["sqlite", "hash", "string"] {
                    expected.insert("\(sink): \(place): n=99999: not at the source")
                }
                let list = server.columns.dropFirst().map { ", " + TypesFixture.quoted($0.name) }.joined()
                let name = TypesFixture.quoted(table.name)
                statements.append("INSERT INTO \(name) (n\(list)) SELECT 99999\(list) FROM \(name) LIMIT 1;")
                hashCommands.append([Array("HSET".utf8), key, Array("n".utf8), Array("99999".utf8)])
                stringCommands.append([Array("SET".utf8), key, try table.document(n: "99999", server.columns)])
            }
        }
        let configuration = try fixture.copyTargets()
        try fixture.sqlite("changed.db", statements.joined(separator: "\n"))
        try fixture.redis(2, hashCommands)
        try fixture.redis(3, stringCommands)

        let verify = try ReplicatorProcess.run(["verify", "-c", configuration])
        #expect(verify.end == .exited(3))
        for line in expected.sorted() where !verify.output.contains("\(line)\n") { Issue.record("not said: \(line)") }
        for sink in ["sqlite", "hash", "string"] {
            #expect(verify.output.contains("\(sink): differs (\(fixture.tables.count) tables, "))
        }
    }
}
