import FuzzSupport
import TestSupport
import Testing

@testable import BinlogReader

/// The SQL of a log, changed: what it makes of known tables decides how the rows behind it are read. Each ends in an error or in
/// rows. (Statements by themselves: SchemaMutationTests.)
@Suite struct HostileStatementsTests {
    private static let versions = [
        "10.11.19-MariaDB-log", "9.7.4", "11.8.2-MariaDB", "5.5.0", "-MariaDB", "", "999.99999.9-MariaDB",
        "9223372036854775807.1.1-MariaDB", "99.9223372036854775807.9223372036854775807",
        "-9223372036854775808.1.1", "99999999999999999999.1.1",
    ]

    private static let statements = [
        "ALTER TABLE m ADD COLUMN n INT FIRST, /*!40101 ADD */ /*M!100000 COLUMN */ o VARCHAR(10) CHARACTER SET latin1",
        "/*!99999999999999999999 DROP */ /*!999999 TABLE m */",
        "CREATE TABLE m (id INT PRIMARY KEY, v TEXT CHARACTER SET utf8mb4, UNIQUE KEY (v(9223372036854775807)))",
        "ALTER TABLE m ADD UNIQUE KEY k (v(10), id) USING HASH, MODIFY v VARCHAR(4294967295)",
        "CREATE OR REPLACE TABLE m LIKE wide", "RENAME TABLE m TO n, wide TO m", "DROP TABLE m",
        "ALTER TABLE m CONVERT TO CHARACTER SET utf16, CHANGE id i DECIMAL(65,38), ALGORITHM=INSTANT",
        "CREATE TABLE m (id INT, v VECTOR(9223372036854775807), b BIT(65), e ENUM('a','b'))",
        "ALTER DATABASE f CHARACTER SET = latin1; ALTER TABLE m ADD SYSTEM VERSIONING",
    ].map { Array($0.utf8) }

    /// A statement, a TABLE_MAP of (id INT, v VARCHAR(10)) without names, and a row.
    private static func log(_ statement: [UInt8], version: String) -> [[UInt8]] {
        var builder = EventBuilder()
        builder.serverVersion = version
        var body = EventBuilder.queryBody("", database: "f", status: [0, 0, 0, 0, 0])
        body += statement
        var table = EventBuilder.tableMapBody(9, "m", types: [3, 15], metadata: [40, 0], nulls: [0b10])
        table[9] = UInt8(ascii: "f")
        return [
            builder.formatDescription(), builder.gtid(1, isStandalone: true), builder.event(.query, body),
            builder.gtid(2), builder.event(.tableMap, table),
            builder.rows(.writeRowsV1, 9, columnCount: 2, [0xFC] + le(Int32(1)) + [1, 0x61]), builder.xid(),
        ]
    }

    @Test func `changed statements between rows, of servers that call themselves as they like`() throws {
        var random = SeededRandom("changed statements of a log")
        let scratch = try ScratchFolder()
        let run = FuzzRun(path: scratch.file("binlog.000001"))
        var outcomes = (rows: 0, errors: 0)
        for statement in Self.statements {
            for version in Self.versions {
                for round in 0..<8 {
                    // The first is the statement as it is.
                    let text = round == 0 ? statement : SchemaMutationTests.mutate(statement, &random)
                    let input = FuzzInput([.checksums, .schemas], events: Self.log(text, version: version))
                    let outcome = run.run(input)
                    outcomes.rows += outcome.rowCount
                    if outcome.error != nil { outcomes.errors += 1 }
                }
            }
        }
        // They get as far as the rows, and to tables that do not fit those.
        #expect(outcomes.rows > 50 && outcomes.errors > 50, "\(outcomes)")
    }
}
