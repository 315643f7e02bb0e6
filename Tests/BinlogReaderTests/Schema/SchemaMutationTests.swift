import MySQLClient
import Rows
import TestSupport
import Testing

@testable import BinlogReader

/// Whatever stands where a statement should: it is applied, passed over, or refused.
@Suite struct SchemaMutationTests {
    private static let pieces = [
        "(", ")", ",", "'", "`", "\"", "\\", "/*", "*/", "/*!", "/*M!", "--", ";", ".", "=", "-",
        "99999999999999999999",
        "ALTER", "TABLE", "ADD", "DROP", "CHANGE", "FIRST", "AFTER", "LIKE", "DEFAULT", "KEY", "PRIMARY", "UNIQUE",
        "CHECK",
        "RENAME", "TO", "COLUMN", "CHARACTER SET", "COLLATE", "CONVERT", "ENUM(", "VARCHAR(4294967296)",
        "TEXT(9223372036854775807)", "(9223372036854775807)",
        "PERIOD FOR SYSTEM_TIME", "AS", "CASE", "NULL", "NOT", "\u{0}", "é", "json_valid(", "CONSTRAINT", "REFERENCES",
    ].map { Array($0.utf8) }

    @Test(arguments: ServerKind.allCases)
    func `mutations of statements never trap`(kind: ServerKind) throws {
        var random = SeededRandom("mutated statements")
        let version = ServerVersion(kind == .mariaDB ? "10.11.14-MariaDB" : "9.7.0")
        var outcomes = (applied: 0, refused: 0)
        for script in SchemaScripts.scripts(for: kind) {
            var catalogue = SchemaCatalogue(version: version)
            catalogue.setCollation(.utf8mb4, ofDatabase: "followed")
            for statement in script {
                let text = Array(statement.utf8)
                for _ in 0..<40 {
                    var copy = catalogue
                    var context = StatementContext(database: "followed")
                    context.hasANSIQuotes = random.next() % 2 == 0
                    do {
                        try copy.apply(Self.mutate(text, &random), in: context)
                        outcomes.applied += 1
                    } catch {
                        outcomes.refused += 1
                    }
                    for (name, schema) in copy.tables { _ = schema.statement(creating: name) }
                }
                _ = try? catalogue.apply(text, in: StatementContext(database: "followed"))
            }
        }
        #expect(outcomes.applied > 100)
        #expect(outcomes.refused > 100)
    }

    @Test(arguments: ServerKind.allCases)
    func `prefixes of statements never trap`(kind: ServerKind) {
        var catalogue = SchemaCatalogue(version: ServerVersion(kind == .mariaDB ? "10.11.14-MariaDB" : "9.7.0"))
        for statement in SchemaScripts.scripts(for: kind).joined() {
            let text = Array(statement.utf8)
            for count in text.indices { _ = try? catalogue.apply(Array(text[..<count]), in: StatementContext()) }
        }
    }

    @Test func `a prefix of a key that no server takes is no trap`() {
        for number in ["4294967295", "4294967296", "9223372036854775807", "18446744073709551616"] {
            var catalogue = SchemaCatalogue(version: ServerVersion("10.11.14-MariaDB"))
            let text = "CREATE TABLE d.t (a TEXT CHARACTER SET utf8mb4, UNIQUE KEY (a(\(number))))"
            _ = try? catalogue.apply(Array(text.utf8), in: StatementContext())
        }
    }

    static func mutate(_ text: [UInt8], _ random: inout SeededRandom) -> [UInt8] {
        var text = text
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            let at = Int.random(in: 0...text.count, using: &random)
            let end = min(text.count, at + Int.random(in: 0...8, using: &random))
            switch Int.random(in: 0..<4, using: &random) {
            case 0: text.removeSubrange(at..<end)
            case 1: text.insert(contentsOf: [0x20] + (pieces.randomElement(using: &random) ?? []) + [0x20], at: at)
            case 2: text.insert(UInt8.random(in: 0...255, using: &random), at: at)
            default: text.insert(contentsOf: text[at..<end], at: Int.random(in: 0...text.count, using: &random))
            }
        }
        return text
    }
}
