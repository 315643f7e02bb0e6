import Foundation
import TestSupport
import Testing

@testable import BinlogReader

extension SchemaFollowingTests {
    /// `SCHEMA_SEEDS=N` in the environment: so many tables, each of a seed of its own, from `TEST_SEED` on.
    @Test(arguments: ServerKind.allCases)
    func `random sequences of ALTERs are followed`(kind: ServerKind) throws {
        let follower = try SchemaFollower(kind.following())
        let environment = ProcessInfo.processInfo.environment
        let first = environment["TEST_SEED"].flatMap { UInt64($0) } ?? 1
        let count = environment["SCHEMA_SEEDS"].flatMap { UInt64($0) } ?? 4
        var accepted = 0
        for seed in first..<first + count {
            var generator = AlterGenerator(kind, seed: seed)
            try follower.attempt("SET sql_mode = '\(seed % 2 == 0 ? "" : "STRICT_ALL_TABLES")'")
            let creation = generator.creation()
            guard try follower.attempt(creation) == nil else { continue }
            try follower.compare(after: "seed \(seed): \(creation)")
            for _ in 0..<50 {
                let statement = generator.alteration()
                guard try follower.attempt(statement) == nil else { continue }
                accepted += 1
                try follower.compare(after: "seed \(seed): \(statement)")
            }
            try follower.run("DROP TABLE t")
        }
        #expect(accepted > 0)
        // What the model leaves to the server.
        let known = [
            "what the server makes of labels in another character set", "beside CONVERT TO CHARACTER SET",
            "a column that is changed, which the table did not have before it",
            "which column is changed, of an old one",
        ]
        let faults = follower.faults.map { "\($0)" }.filter { fault in !known.contains { fault.contains($0) } }
        #expect(faults == [])
    }
}

/// Makes ALTERs of a table with a few names, so that they meet.
private struct AlterGenerator {
    private let kind: ServerKind
    private var random: SeededRandom
    private static let names = (0..<7).map { "c\($0)" }

    init(_ kind: ServerKind, seed: UInt64) {
        self.kind = kind
        random = SeededRandom(seed: seed)
    }

    mutating func creation() -> String {
        let columns = Self.names.prefix(4).map { "\($0) \(definition())" }
        let charset = pick(["", " CHARSET latin1", " CHARACTER SET utf8", " COLLATE utf8mb4_unicode_ci"])
        return "CREATE TABLE t (\(columns.joined(separator: ", ")))\(charset)"
    }

    mutating func alteration() -> String {
        var clauses = (0..<Int.random(in: 1...3, using: &random)).map { _ in clause() }
        // Beside another default it is not followed.
        if clauses.contains(where: { $0.hasPrefix("CONVERT") }) {
            clauses.removeAll {
                $0.hasPrefix("CHARSET") || $0.hasPrefix("COLLATE") || $0.hasPrefix("DEFAULT")
            }
        }
        return "ALTER TABLE t \(clauses.joined(separator: ", "))"
    }

    private mutating func clause() -> String {
        let name = pick(Self.names)
        switch Int.random(in: 0..<16, using: &random) {
        case 0, 1, 2: return "ADD \(pick(["", "COLUMN "]))\(name) \(definition())\(place())"
        case 3: return "ADD (\(name) \(definition()), \(pick(Self.names)) \(definition()))"
        case 4, 5: return "MODIFY \(name) \(definition())\(place())"
        case 6, 7: return "CHANGE \(name) \(pick(Self.names)) \(definition())\(place())"
        case 8: return "RENAME COLUMN \(name) TO \(pick(Self.names))"
        case 9, 10: return "DROP \(name)"
        case 11:
            let kind = pick(["PRIMARY KEY", "UNIQUE", "UNIQUE KEY k", "KEY"])
            return "ADD \(kind) (\(name)\(pick(["", "(3)"])), \(pick(Self.names)))"
        case 12: return "DROP \(pick(["PRIMARY KEY", "KEY k", "KEY \(name)", "INDEX \(name)_2"]))"
        case 13:
            return "CONVERT TO CHARACTER SET \(pick(["utf8mb4", "latin1", "utf8", "ucs2 COLLATE ucs2_bin"]))"
        case 14:
            return pick([
                "CHARSET utf8mb4", "COLLATE latin1_bin", "DEFAULT CHARACTER SET = cp1251", "COMMENT 'x'",
            ])
        default:
            return pick([
                "ALTER \(name) SET DEFAULT '1'", "ALTER COLUMN \(name) DROP DEFAULT", "ADD UNIQUE (\(name))", "FORCE",
            ])
        }
    }

    private mutating func place() -> String {
        pick(["", "", " FIRST", " AFTER \(pick(Self.names))", " AFTER \(pick(Self.names))"])
    }

    private mutating func definition() -> String {
        var types = [
            "INT", "BIGINT UNSIGNED", "TINYINT(1)", "DECIMAL(12,3)", "FLOAT", "DOUBLE", "BIT(9)", "YEAR", "DATE",
            "TIME(3)", "DATETIME(6)", "TIMESTAMP NULL", "BINARY(7)", "VARBINARY(20)", "BLOB", "TINYBLOB", "JSON",
            "BOOL", "SMALLINT",
        ]
        for text in [
            "CHAR(5)", "VARCHAR(30)", "VARCHAR(300)", "TEXT", "TINYTEXT", "TEXT(90)", "ENUM('a','b')", "SET('x','y')",
        ] {
            let charset = pick(["", "", " CHARACTER SET latin1", " BINARY", " COLLATE utf8mb4_bin", " CHARSET utf8"])
            types.append(text + charset)
        }
        types +=
            kind == .mariaDB
            ? ["UUID", "INET6", "TEXT COMPRESSED"] : ["VECTOR(3)", "VARCHAR(9) CHARACTER SET utf8mb4"]
        return pick(types)
            + pick(["", "", " NOT NULL", " NULL", " COMMENT 'a, b'", " UNIQUE", " DEFAULT NULL"])
    }

    private mutating func pick(_ choices: [String]) -> String {
        choices.randomElement(using: &random) ?? ""
    }
}
