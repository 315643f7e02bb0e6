import Testing

/// Every operator and function of the mapping language, compared with a server over the values of ``EdgeValues``:
/// result, result type, errors.
@Suite(.serialized) struct DifferentialTests {
    /// Records where we and the server differ. Refusals are those that `refused` expects.
    private func check(
        _ expressions: [String], refused: (String) -> Bool = { _ in false },
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let oracle = try ServerOracle.shared.get()
        for (expression, outcome) in zip(expressions, oracle.compare(expressions)) {
            switch outcome {
            case .same: break
            case .refused(let message):
                if !refused(message) {
                    Issue.record("\(expression): refused: \(message)", sourceLocation: sourceLocation)
                }
            case .different(let difference):
                Issue.record("\(expression): \(difference)", sourceLocation: sourceLocation)
            }
        }
    }

    private static let names = EdgeValues.columns.map(\.name)

    @Test(arguments: ["+", "-", "*", "/", "%", "DIV"])
    func `arithmetic of each pair of types`(operation: String) throws {
        try check(Self.names.flatMap { left in Self.names.map { "a_\(left) \(operation) b_\($0)" } })
    }

    @Test func `negation of each type`() throws {
        try check(Self.names.map { "-a_\($0)" })
    }

    @Test func `literals`() throws {
        let literals = [
            "0", "1", "-1", "999999999", "9999999999", "9223372036854775807", "9223372036854775808",
            "-9223372036854775808",
            "-9223372036854775809", "18446744073709551615", "18446744073709551616", "00012", "1.5", "-1.50", ".5", "1.",
            "123456789012345678901234567890.5", "1e0", "1.5e10", "-1e-10", "1e308", "'a'", "''", "'é' 'ж'", "x'41'",
            "0x4142",
            "b'1000001'", "NULL", "TRUE", "FALSE", "'it''s'", "'a\\nb'", "- 5", "-(5)", "-(-5)", "+5",
            "-18446744073709551615",
        ]
        try check(literals)
        try check(literals.map { "\($0) + a_i" })
        try check(literals.map { "a_d * \($0)" })
        try check(literals.map { "a_d / \($0)" })
        try check(literals.map { "a_bu - \($0)" })
    }
}
