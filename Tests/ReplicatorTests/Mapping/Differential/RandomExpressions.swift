import TestSupport

/// Makes expressions of the mapping language at random, over the columns of ``EdgeValues``.
struct RandomExpressions {
    private var random: SeededRandom

    init(seed: UInt64) {
        random = SeededRandom(seed: seed)
    }

    private static let literals = [
        "0", "1", "-1", "2", "10", "1.5", "-0.25", "1e0", "'a'", "'12'", "'é'", "''", "NULL", "TRUE", "'2024-02-29'",
        "9223372036854775807", "0.0001", "100", "'A '", "DATE'2024-02-29'", "'-7.5x'", "18446744073709551615",
    ]

    private mutating func pick(_ choices: [String]) -> String {
        choices[Int.random(in: choices.indices, using: &random)]
    }

    mutating func next(depth: Int = 3) -> String {
        guard depth > 0, Int.random(in: 0..<8, using: &random) > 0 else {
            if Int.random(in: 0..<3, using: &random) == 0 { return pick(Self.literals) }
            return pick(["a_", "b_"]) + pick(EdgeValues.columns.map(\.name).filter { $0 != "cy" })
        }
        func one(_ self: inout Self) -> String { self.next(depth: depth - 1) }
        switch Int.random(in: 0..<24, using: &random) {
        case 0..<7: return "(\(one(&self)) \(pick(["+", "-", "*", "/", "DIV", "%"])) \(one(&self)))"
        case 7, 8: return "(\(one(&self)) \(pick(["=", "<", ">=", "<>", "<=>"])) \(one(&self)))"
        case 9: return "(\(one(&self)) \(pick(["AND", "OR", "XOR"])) \(one(&self)))"
        case 10: return pick(["(NOT %)", "(-%)", "(% IS NULL)", "(% IS TRUE)"]).replacing("%", with: one(&self))
        case 11: return "(\(one(&self)) IN (\(one(&self)), \(one(&self))))"
        case 12: return "(\(one(&self)) BETWEEN \(one(&self)) AND \(one(&self)))"
        case 13: return "(\(one(&self)) LIKE \(one(&self)))"
        case 14: return "CASE WHEN \(one(&self)) THEN \(one(&self)) ELSE \(one(&self)) END"
        case 15:
            return "CASE \(one(&self)) WHEN \(one(&self)) THEN \(one(&self)) WHEN \(one(&self)) THEN \(one(&self)) END"
        case 16, 17: return "\(pick(["COALESCE", "IFNULL", "NULLIF"]))(\(one(&self)), \(one(&self)))"
        case 18: return "IF(\(one(&self)), \(one(&self)), \(one(&self)))"
        case 19: return "CONCAT(\(one(&self)), \(one(&self)))"
        case 20: return "\(pick(["UPPER", "LOWER"]))(\(one(&self)))"
        case 21: return "SUBSTRING(\(one(&self)), \(pick(["1", "2", "-3"])), \(pick(["1", "3", "10"])))"
        default:
            let targets = [
                "SIGNED", "UNSIGNED", "DECIMAL(12,3)", "DOUBLE", "CHAR", "CHAR(4)", "BINARY", "DATE", "DATETIME(2)",
                "TIME(1)",
            ]
            return "CAST(\(one(&self)) AS \(pick(targets)))"
        }
    }
}

extension String {
    fileprivate func replacing(_ mark: Character, with text: String) -> String {
        split(separator: mark, omittingEmptySubsequences: false).joined(separator: text)
    }
}
