import Foundation
import TestSupport
import Testing

/// The tool behind `make conformance` by itself: it must tell right from wrong, and take nothing for granted.
@Suite(.serialized) struct ConformanceTests {
    private static let parts = [
        "golden", "values_hex", "json_binary", "events_hex", "binlog_statements", "recorded_files", "fuzz", "mutations",
        "sql_values",
        "sql_roundtrip", "sql_json", "partial_json",
    ]

    private func run(_ arguments: [String]) throws -> (end: ProcessEnd, lines: [String]) {
        let program = try URL(fileURLWithPath: ReplicatorProcess.path()).deletingLastPathComponent()
            .appendingPathComponent("Conformance").path
        let scratch = try ScratchFolder()
        let output = scratch.file("output")
        let end = try ChildProcess(program, arguments, output: output, errors: output).wait(timeout: 300)
        let text = String(decoding: FileManager.default.contents(atPath: output) ?? Data(), as: UTF8.self)
        return (end, text.split(separator: "\n").map(String.init))
    }

    @Test func `a corpus that holds passes in all parts`() throws {
        let corpus = try MiniCorpus(isRight: true)
        let (end, lines) = try run([corpus.folder])
        #expect(end == .exited(0), "\(lines)")
        for part in Self.parts {
            let line = try #require(lines.first { $0.hasPrefix("\(part): ") }, "\(part) in \(lines)")
            #expect(line.contains(" 0 failed, 0 explained") && !line.contains(": 0 passed"), "\(line)")
        }
        // The file that ends too early, and the set that does.
        #expect(lines.contains("golden: 3 passed (1 by a clear error), 0 failed, 0 explained"), "\(lines)")
        #expect(lines.contains("events_hex: 2 passed (1 by a clear error), 0 failed, 0 explained"), "\(lines)")
        #expect(lines.last?.hasPrefix("conformance: ") ?? false, "\(lines)")
    }

    @Test func `what does not hold fails in each part, by its id`() throws {
        let corpus = try MiniCorpus(isRight: false)
        let (end, lines) = try run([corpus.folder])
        #expect(end == .exited(1), "\(lines)")
        let failed = lines.filter { $0.hasPrefix("  FAIL") }
        let identifiers = [
            "values/mini/whole.000001", "v/1", "j/1", "e/1", "s/1", "r/1", "q/1@MariaDB", "q/1@MySQL", "q/2@MariaDB",
            "q/2@MySQL", "q/3@MariaDB", "q/3@MySQL", "q/4@MySQL",
        ]
        for identifier in identifiers {
            #expect(failed.contains { $0.contains(" \(identifier): expected ") }, "\(identifier) in \(lines)")
        }
        #expect(failed.count == identifiers.count, "\(lines)")
    }

    @Test func `a folder that lacks a part, or all, fails`() throws {
        let corpus = try MiniCorpus(isRight: true)
        try FileManager.default.removeItem(atPath: corpus.folder + "/expect/json_binary.jsonl")
        try Data().write(to: URL(fileURLWithPath: corpus.folder + "/expect/values_hex.jsonl"))
        try FileManager.default.removeItem(atPath: corpus.folder + "/binlogs/mini/cut.000001")
        let partly = try run([corpus.folder, "--server", "none"])
        #expect(partly.end == .exited(1))
        let failed = partly.lines.filter { $0.hasPrefix("  FAIL") }
        // In `golden`, in `mutations`, and the two without their cases.
        #expect(failed.count == 4, "\(partly.lines)")
        #expect(failed.contains { $0.contains(" rows/mini/cut.000001: expected the file, came none") }, "\(failed)")
        #expect(failed.contains { $0.contains(" values_hex: expected cases, came none") }, "\(failed)")
        #expect(partly.lines.contains("sql_json: not run, for want of a server"), "\(partly.lines)")

        let empty = try ScratchFolder()
        #expect(try run([empty.path, "--server", "none"]).end == .exited(1))
        #expect(try run([empty.path, "--part", "sql_json", "--server", "none"]).end == .exited(1))
    }

    @Test func `a part of which every case is explained away fails`() throws {
        let corpus = try MiniCorpus(isRight: true)
        try corpus.scratch.write(
            #"{"id": "v/1", "data_hex": "0f", "consumed": 1, "type_code": 1, "meta": 0, "expected": "15"}"# + "\n",
            to: "expect/values_hex.jsonl")
        #expect(try run([corpus.folder, "--part", "values_hex"]).end == .exited(0))
        try corpus.scratch.write(
            #"{"id": "s/1", "malformed": true, "types": ["?"], "events": [{"b64_invalid": "="}]}"# + "\n",
            to: "expect/binlog_statements.jsonl")
        let (end, lines) = try run([corpus.folder, "--part", "binlog_statements"])
        #expect(end == .exited(1))
        #expect(lines.contains { $0.contains("expected a case that passes, came none") }, "\(lines)")
    }

    @Test(arguments: [[], ["a", "b"], ["a", "--part", "values"], ["a", "--server"], ["a", "--quiet"]])
    func `what is not understood is a usage error`(arguments: [String]) throws {
        let (end, lines) = try run(arguments)
        #expect(end == .exited(2))
        #expect(lines.first?.hasPrefix("usage: ") ?? false)
    }
}
