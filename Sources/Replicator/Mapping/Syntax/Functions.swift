/// The functions of the mapping language, by name and number of arguments. (CAST and CONVERT have a syntax of their
/// own.)
enum Functions {
    private static let argumentCounts: [String: ClosedRange<Int>] = [
        "COALESCE": 1...Int.max, "IFNULL": 2...2, "NVL": 2...2, "NULLIF": 2...2, "IF": 3...3,
        "CONCAT": 1...Int.max, "UPPER": 1...1, "UCASE": 1...1, "LOWER": 1...1, "LCASE": 1...1,
        "SUBSTRING": 2...3, "SUBSTR": 2...3, "MID": 2...3, "MOD": 2...2,
    ]

    /// These may be called as `SUBSTRING(text FROM start FOR length)` too.
    static let substring: Set = ["SUBSTRING", "SUBSTR", "MID"]

    static let aggregates: Set = [
        "AVG", "BIT_AND", "BIT_OR", "BIT_XOR", "COUNT", "GROUP_CONCAT", "JSON_ARRAYAGG", "JSON_OBJECTAGG", "MAX", "MIN",
        "STD", "STDDEV", "STDDEV_POP", "STDDEV_SAMP", "SUM", "VARIANCE", "VAR_POP", "VAR_SAMP",
    ]

    static func isKnown(_ name: String) -> Bool {
        argumentCounts[name] != nil
    }

    /// Why `name` cannot be called with `count` arguments.
    static func problem(_ name: String, count: Int) -> String? {
        guard let allowed = argumentCounts[name], !allowed.contains(count) else { return nil }
        let wanted =
            allowed.upperBound == Int.max
            ? "at least \(allowed.lowerBound)"
            : Set([allowed.lowerBound, allowed.upperBound]).sorted().map(String.init).joined(separator: " or ")
        return "\(name) takes \(wanted) argument\(wanted.hasSuffix("1") ? "" : "s"), not \(count)"
    }
}
