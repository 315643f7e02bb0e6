import Foundation

/// A part of the corpus, checked by itself.
struct Part {
    let name: String
    var needsServer = false
    let run: (Corpus, inout Tally) throws -> Void

    /// All parts, in the order of their worth.
    /// - Parameter servers: whose logs the parts `sql_…` and `partial_json` read.
    static func all(servers: [String]) -> [Part] {
        [
            Part(name: "golden", run: GoldenPart.run),
            Part(name: "values_hex") { try $1.check($0, "expect/values_hex.jsonl", ValuesPart.check) },
            Part(name: "json_binary") { try $1.check($0, "expect/json_binary.jsonl", JSONPart.check) },
            Part(name: "events_hex") { try $1.check($0, "expect/events_hex.jsonl", EventsPart.check) },
            Part(name: "binlog_statements") {
                try $1.check($0, "expect/binlog_statements.jsonl", StatementsPart.check)
            },
            Part(name: "recorded_files", run: RecordedPart.run),
            Part(name: "fuzz", run: FuzzPart.run),
            Part(name: "mutations", run: MutationPart.run),
            SQLPart.part("sql_values", servers, SQLPart.checkValues),
            SQLPart.part("sql_roundtrip", servers, SQLPart.checkRoundTrip),
            SQLPart.part("sql_json", servers, SQLPart.checkJSON),
            SQLPart.part("partial_json", servers, SQLPart.checkPartialJSON),
        ]
    }
}

/// What came of one case.
enum Outcome {
    case pass
    /// Passed by an error, as it should: bytes that no reader can make sense of.
    case refused(String)
    case fail(expected: String, actual: String)
    /// Nothing that the corpus says of it can be compared; why.
    case notComparable(String)
    /// Of another server than the one at hand.
    case elsewhere

    static func compare(_ actual: String, with expected: String) -> Outcome {
        actual == expected ? .pass : .fail(expected: expected, actual: actual)
    }
}

/// Counts outcomes, and prints those that are not plain passes.
struct Tally {
    var isVerbose = false
    private var passed = 0
    private var refused = 0
    private var failed = 0
    private var explained = 0
    private var elsewhere = 0
    private var lines: [String] = []

    var isEmpty: Bool { passed + refused + failed + explained + elsewhere == 0 }
    var isExplainedAway: Bool { explained > 0 && passed + refused + failed == 0 }
    var hasFailed: Bool { failed > 0 }

    var counts: String {
        var text = "\(passed + refused) passed"
        if refused > 0 { text += " (\(refused) by a clear error)" }
        text += ", \(failed) failed, \(explained) explained"
        if elsewhere > 0 { text += ", \(elsewhere) for another server" }
        return text
    }

    mutating func record(_ id: String, _ outcome: Outcome) {
        switch outcome {
        case .pass:
            passed += 1
            if let reason = Exceptions.reason(for: id) {
                lines.append("STALE  \(id): passes, yet is listed: \(reason)")
            }
        case .refused(let error):
            refused += 1
            if isVerbose { lines.append("ERROR  \(id): \(Self.line(error))") }
        case .fail(let expected, let actual):
            let difference = "expected \(Self.line(expected)), came \(Self.line(actual))"
            if let reason = Exceptions.reason(for: id) {
                explained += 1
                lines.append("EXCEPT \(id): \(reason) (\(difference))")
            } else {
                failed += 1
                lines.append("FAIL   \(id): \(difference)")
            }
        case .notComparable(let reason):
            explained += 1
            lines.append("EXCEPT \(id): not comparable: \(Self.line(reason))")
        case .elsewhere: elsewhere += 1
        }
    }

    mutating func fail(_ id: String, expected: String, actual: String) {
        record(id, .fail(expected: expected, actual: actual))
    }

    /// Checks each line of `file`. What is no case, or ends in an error, fails.
    /// - Parameter suffix: what tells runs of the same cases apart.
    mutating func check(
        _ corpus: Corpus, _ file: String, suffix: String = "", _ body: (CorpusCase) throws -> Outcome
    ) throws {
        for item in try corpus.cases(file) {
            let id = item.id + suffix
            begin(id)
            do {
                record(id, try body(item))
            } catch {
                fail(id, expected: "the case to run", actual: "\(error)")
            }
        }
    }

    /// Says which case comes, if asked to: what a trap leaves as the last line.
    func begin(_ id: String) {
        guard isVerbose else { return }
        Swift.print("...    \(id)")
        fflush(nil)
    }

    mutating func add(_ other: Tally) {
        passed += other.passed
        refused += other.refused
        failed += other.failed
        explained += other.explained
        elsewhere += other.elsewhere
    }

    func print(as name: String) {
        Swift.print("\(name): \(counts)")
        for line in lines { Swift.print("  " + line) }
        fflush(nil)
    }

    /// One line, and not a long one.
    private static func line(_ text: String) -> String {
        let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
        return line.count > 300 ? line.prefix(300) + "…" : line
    }
}
