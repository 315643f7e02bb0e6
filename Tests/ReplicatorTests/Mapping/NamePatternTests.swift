import Testing

@testable import Replicator

@Suite struct NamePatternTests {
    @Test(arguments: [
        ("orders", "orders", true), ("orders", "Orders", false), ("orders", "orders2", false),
        ("orders_*", "orders_2024", true), ("orders_*", "orders_", true), ("orders_*", "ordersX2024", false),
        ("*", "anything", true), ("*", "", true), ("*_log", "a_log_b_log", true), ("*_log", "a_log_b", false),
        ("a*b*c", "aXbYbc", true), ("a*b*c", "aXcYb", false), ("a**c", "abc", true), ("100%", "100x", false),
        ("shop_*", "shöp_1", false), ("sh*p", "shöp", true), ("a*", "b", false), ("a*a", "a", false),
    ])
    func `a star is the only wildcard, and only in quotes`(pattern: String, name: String, matches: Bool) {
        #expect(NamePattern(text: pattern, isQuoted: true).matches(name) == matches)
        #expect(NamePattern(text: pattern, isQuoted: false).matches(name) == (pattern == name))
    }
}
