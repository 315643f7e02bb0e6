import Rows
import TestSupport
import Testing

@testable import Sinks

/// Keys of text: what the target's collation takes for one must be one at the source.
@Suite struct MySQLKeyCollationTests {
    private func table(_ collation: String) throws -> Table {
        Table(
            database: "shop", name: "names",
            columns: [
                Column(name: "k", type: .text(try #require(Collation(name: collation))), isNullable: false),
                Column(name: "n", type: .integer(byteCount: 4, unsigned: false), isNullable: true),
            ], primaryKey: [0])
    }

    private func findings(_ source: String, _ target: String, on kind: ServerKind = .mariaDB) throws -> [String] {
        let fixture = try MySQLSinkFixture("CREATE TABLE names (k \(target) PRIMARY KEY, n INT)", on: kind)
        return try fixture.sink.findings(for: [table(source)])
    }

    @Test(arguments: [
        ("utf8mb4_bin", "VARCHAR(20) COLLATE utf8mb4_general_ci"),
        ("utf8mb4_nopad_bin", "VARCHAR(20) COLLATE utf8mb4_bin"),
        ("utf8mb4_general_ci", "VARCHAR(20) COLLATE utf8mb4_unicode_ci"),
        ("latin1_bin", "VARCHAR(20) CHARACTER SET latin1 COLLATE latin1_swedish_ci"),
        ("latin1_general_ci", "VARCHAR(20) COLLATE utf8mb4_general_ci"),
        ("utf8mb4_general_nopad_ci", "VARCHAR(20) COLLATE utf8mb4_general_ci"),
    ])
    func `a collation that takes different keys for one is refused, with the statement that mends it`(
        source: String, target: String
    ) throws {
        let findings = try findings(source, target)
        #expect(findings.count == 1 && findings[0].contains("different keys of the source"), "\(findings)")
        let fixture = try MySQLSinkFixture("CREATE TABLE names (k \(target) PRIMARY KEY, n INT)")
        let start = try #require(findings.first?.firstRange(of: "ALTER TABLE"))
        try fixture.server.execute(String(findings[0][start.lowerBound...]), database: fixture.database)
        #expect(try fixture.sink.findings(for: [table(source)]) == [])
        try fixture.write(
            RowBatch(
                try table(source), [.insert(["abc", .int(1)]), .insert(["ABC", .int(2)]), .delete(["ABC", .int(2)])]))
        #expect(try fixture.rows(of: table(source)) == [["abc", "1"]])
    }

    @Test(arguments: [
        ("utf8mb4_general_ci", "VARCHAR(20) COLLATE utf8mb4_general_ci"),
        ("utf8mb3_general_ci", "VARCHAR(20) COLLATE utf8mb4_general_ci"),
        ("latin1_swedish_ci", "VARCHAR(20) CHARACTER SET latin1 COLLATE latin1_swedish_ci"),
        ("utf8mb4_general_ci", "VARCHAR(20) COLLATE utf8mb4_bin"), ("latin1_bin", "VARCHAR(20) COLLATE utf8mb4_bin"),
        ("utf8mb4_general_nopad_ci", "VARCHAR(20) COLLATE utf8mb4_nopad_bin"),
        ("utf8mb4_nopad_bin", "VARBINARY(80)"),
    ])
    func `one that tells apart what the source does is taken`(source: String, target: String) throws {
        #expect(try findings(source, target) == [])
    }

    @Test func `MySQL's own collations are known`() throws {
        #expect(try findings("utf8mb4_0900_ai_ci", "VARCHAR(20) COLLATE utf8mb4_0900_ai_ci", on: .mySQL) == [])
        #expect(try findings("utf8mb4_0900_as_cs", "VARCHAR(20) COLLATE utf8mb4_0900_bin", on: .mySQL) == [])
        #expect(try findings("utf8mb4_0900_as_cs", "VARCHAR(20) COLLATE utf8mb4_0900_ai_ci", on: .mySQL).count == 1)
        #expect(try findings("utf8mb4_0900_ai_ci", "VARCHAR(20) COLLATE utf8mb4_bin", on: .mySQL).count == 1)
    }
}
