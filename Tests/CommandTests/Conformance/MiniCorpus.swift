import Foundation
import TestSupport

/// A corpus of a few cases of our own for each part of `make conformance`, laid out as a real one.
struct MiniCorpus {
    let scratch: ScratchFolder
    var folder: String { scratch.path }

    /// - Parameter isRight: else each part expects something that is not so.
    init(isRight: Bool) throws {
        scratch = try ScratchFolder()
        try writeLogs(value: isRight ? 7 : 8)
        let one = isRight ? "1" : "2"
        try write(
            "expect/values_hex.jsonl",
            #"{"id": "v/1", "data_hex": "01ff", "consumed": 1, "type_code": 1, "meta": 0, "expected": "\#(one)"}"#,
            #"{"id": "v/2", "data_hex": "75c8", "consumed": 2, "type_code": 246, "meta": 516, "precision": 4, "scale": 2, "#
                + #""expected": "-10.55"}"#)
        try write(
            "expect/json_binary.jsonl",
            #"{"id": "j/1", "data_hex": "0001000c000b00010005010061", "expected_json": {"a": \#(one)}}"#,
            #"{"id": "j/2", "data_hex": "0401", "expected_json": true, "expected_text": "true"}"#)
        try write(
            "expect/events_hex.jsonl",
            #"{"id": "e/1", "kind": "rows_event_hex", "rows_event_type": "WRITE_ROWS_V2", "#
                + #""table_map_body_hex": "2a0000000000010001640001740001030001", "#
                + #""rows_body_hex": "2a00000000000100020001fffe01000000", "expect": {"rows": [[\#(one)]]}}"#,
            #"{"id": "e/2", "kind": "previous_gtids_hex", "body_hex": "01", "expect": {"error_expected": true}}"#)
        try write(
            "expect/binlog_statements.jsonl",
            #"{"id": "s/1", "malformed": \#(!isRight), "types": ["TABLE_MAP", "WRITE_V1"], "events": ["#
                + MiniLog.row(7).map { #"{"hex": "\#(MiniLog.hex($0))"}"# }.joined(separator: ", ") + "]}")
        try write(
            "expect/recorded_files.jsonl",
            #"{"id": "r/1", "file": "mini/whole.000001", "expect": {"event_count": \#(isRight ? 5 : 6)}}"#)
        try write("expect/fuzz_seeds.jsonl", #"{"id": "f/1", "input_hex": "0000004700000000000020"}"#)
        try write("fuzz/mini/1", "go test fuzz v1", #"[]byte("\x01\x00G ")"#)
        try writeStatements(one)
    }

    private func writeStatements(_ one: String) throws {
        let create = #""CREATE TABLE t (n INT)", "INSERT INTO t VALUES (1)""#
        try write(
            "expect/sql_values.jsonl",
            #"{"id": "q/1", "sql": [\#(create)], "expect": {"values.0": {"n": {"t": "int", "v": "\#(one)"}}}}"#)
        try write("expect/sql_roundtrip.jsonl", #"{"id": "q/2", "sql": [\#(create)], "rows": \#(one)}"#)
        try write(
            "expect/sql_json.jsonl",
            #"{"id": "q/3", "sql": ["CREATE TABLE t (j JSON)", "INSERT INTO t VALUES ('[1]')"], "#
                + #""expect_json_text": "[\#(one)]"}"#)
        try write(
            "expect/partial_json.jsonl",
            #"{"id": "q/4", "create": "CREATE TABLE test.t (i INT PRIMARY KEY, j JSON)", "#
                + #""before": {"rows": [["1", "[1, 2]"]]}, "statements": ["UPDATE t SET j = JSON_SET(j, '$[1]', 3)"], "#
                + #""after": {"rows": [["1", "[\#(one), 3]"]]}}"#)
    }

    /// A whole file, and one that ends too early.
    private func writeLogs(value: UInt8) throws {
        let events = [MiniLog.head, MiniLog.begin] + MiniLog.row(7) + [MiniLog.commit]
        let bytes: [UInt8] = [0xFE, 0x62, 0x69, 0x6E] + events.joined()
        try makeFolder("binlogs/mini")
        try Data(bytes).write(to: URL(fileURLWithPath: scratch.file("binlogs/mini/whole.000001")))
        try Data(bytes.dropLast(40)).write(to: URL(fileURLWithPath: scratch.file("binlogs/mini/cut.000001")))
        try write(
            "binlogs/MANIFEST.jsonl",
            #"{"file": "mini/whole.000001", "binlog_version": 4, "features": ["rows-v1"]}"#,
            #"{"file": "mini/cut.000001", "binlog_version": 4, "features": ["TRUNCATED"]}"#)
        try write(
            "golden/summary.jsonl",
            #"{"file": "mini/whole.000001", "mbcj_end": {"end": "ok"}, "mbcj_rows": {"d.t insert": 1}, "#
                + #""mariadb_binlog_rc": 0, "mariadb_binlog_rows": {"d.t insert": 1}}"#,
            #"{"file": "mini/cut.000001", "mbcj_end": {"end": "error"}, "mbcj_rows": {}, "mariadb_binlog_rc": 1, "#
                + #""mariadb_binlog_rows": {}}"#)
        try write(
            "golden/mbcj/mini/whole.000001.jsonl",
            #"{"type": "TABLE_MAP", "table_id": 42, "table": "d.t"}"#,
            #"{"type": "WRITE_ROWS", "table_id": 42, "rows": [[{"n": "\#(value)"}]]}"#)
    }

    private func makeFolder(_ name: String) throws {
        try FileManager.default.createDirectory(atPath: scratch.file(name), withIntermediateDirectories: true)
    }

    private func write(_ name: String, _ lines: String...) throws {
        try makeFolder(String(name[..<(name.lastIndex(of: "/") ?? name.startIndex)]))
        try scratch.write(lines.joined(separator: "\n") + "\n", to: name)
    }
}

/// Events of a server before checksums, MySQL 5.5.
private enum MiniLog {
    static var head: [UInt8] {
        let lengths: [UInt8] = [
            56, 13, 0, 8, 0, 18, 0, 4, 4, 4, 4, 18, 0, 0, 84, 0, 4, 26, 8, 0, 0, 0, 8, 8, 8, 2, 0,
        ]
        let version = Array("5.5.62-log".utf8)
        let padding = [UInt8](repeating: 0, count: 50 - version.count + 4)
        return event(15, [4, 0] + version + padding + [19] + lengths)
    }

    static var begin: [UInt8] { event(2, [UInt8](repeating: 0, count: 13) + [0] + Array("BEGIN".utf8)) }
    static var commit: [UInt8] { event(16, [1, 0, 0, 0, 0, 0, 0, 0]) }

    /// An INT column of table 42, `d.t`, and a row with `number`.
    static func row(_ number: UInt8) -> [[UInt8]] {
        [
            event(19, [42, 0, 0, 0, 0, 0, 1, 0, 1, 0x64, 0, 1, 0x74, 0, 1, 3, 0, 1]),
            event(23, [42, 0, 0, 0, 0, 0, 1, 0, 1, 0xFF, 0xFE, number, 0, 0, 0]),
        ]
    }

    private static func event(_ type: UInt8, _ body: [UInt8]) -> [UInt8] {
        [0, 0, 0, 0, type, 1, 0, 0, 0, UInt8(19 + body.count), 0, 0, 0, 0, 0, 0, 0, 0, 0] + body
    }

    static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
