import Rows
import TestSupport
import Testing

@testable import BinlogReader

/// Changes inside binary JSON documents: those that fit, and those that do not.
@Suite struct JSONDiffTests {
    /// `{"a": "0123456789", "b": [1, 2, {"c d": "x"}], "é\u0001\"q": 1}`, as a server stored it.
    private let document = hex(
        """
        00 0300 4800 1900 0100 1a00 0100 1b00 0500 0c2000 022b00 050100 61 62 c3a9012271 0a30313233343536373839
        0300 1d00 050100 050200 000d00 0100 1000 0b00 0300 0c0e00 632064 0178
        """.filter { !$0.isNewline })

    private func diff(_ operation: UInt8, _ path: String, _ value: [UInt8]? = nil) -> [UInt8] {
        let path = Array(path.utf8)
        return [operation, UInt8(path.count)] + path + (value.map { [UInt8($0.count)] + $0 } ?? [])
    }

    private func replace(_ path: String, _ value: [UInt8]) -> [UInt8] { diff(0, path, value) }
    private func insert(_ path: String, _ value: [UInt8]) -> [UInt8] { diff(1, path, value) }
    private func remove(_ path: String) -> [UInt8] { diff(2, path) }

    /// The document's text after changes; nil: they do not fit.
    private func text(_ diffs: [UInt8]..., of document: [UInt8]? = nil) -> String? {
        let document = document ?? self.document
        let changes = diffs.flatMap { $0 }
        // Something else in front and behind, as in an event.
        let bytes = [7, 7, 7] + document + [9] + changes + [1, 2, 3, 4]
        var output: [UInt8] = []
        do {
            try BinaryJSONText.append(
                bytes.span, document: 3..<3 + document.count,
                changedBy: 4 + document.count..<4 + document.count + changes.count, to: &output)
        } catch {
            return nil
        }
        return String(decoding: output, as: UTF8.self)
    }

    private let seven: [UInt8] = [5, 7, 0]
    private let empty: [UInt8] = [2, 0, 0, 4, 0]

    @Test func `changes are made one after the other`() {
        #expect(text() == #"{"a": "0123456789", "b": [1, 2, {"c d": "x"}], "é\u0001\"q": 1}"#)
        #expect(text(replace("$", seven)) == "7")
        #expect(text(replace("$", empty), insert("$[0]", seven), insert("$[0]", empty)) == "[[], 7]")
        #expect(
            text(replace(#"$.b[2]."c d""#, seven), insert("$.b[1]", seven), remove("$.b[0]"), remove("$.a"))
                == #"{"b": [7, 2, {"c d": 7}], "é\u0001\"q": 1}"#)
        // By the lengths of their names, then their bytes; a list takes what is behind its end at its end.
        #expect(
            text(
                remove(#"$."é\u0001\"q""#), insert("$.aa", seven), insert("$.ab", seven), insert("$.Z", seven),
                insert(#"$."""#, seven), insert("$.b[99]", seven))
                == #"{"": 7, "Z": 7, "a": "0123456789", "b": [1, 2, {"c d": "x"}, 7], "aa": 7, "ab": 7}"#)
        #expect(
            text(remove("$.b[last]"), replace("$.b[last-1]", empty), remove("$.a"), remove(#"$."é\u0001\"q""#))
                == #"{"b": [[], 2]}"#)
        // In what a change brought.
        #expect(
            text(replace("$.b", document), remove("$.b.b"), replace(#"$.b."a""#, seven), remove("$.a"))
                == #"{"b": {"a": 7, "é\u0001\"q": 1}, "é\u0001\"q": 1}"#)
    }

    @Test func `changes that do not fit are errors`() {
        let misfits = [
            replace("$.c", seven), replace("$.b[3]", seven), replace("$.a[0]", seven), replace("$.a.b", seven),
            replace("$[0]", seven), remove("$"), insert("$", seven), insert("$.a", seven), insert("$.a[0]", seven),
            insert("$.x.y", seven), remove("$.b[3]"), remove("$.b[last-3]"), remove("$.b.c"), remove("$.é"),
        ]
        for change in misfits { #expect(text(change) == nil, "\(String(decoding: change, as: UTF8.self))") }
        let paths = [
            "", "a", "$.", "$..a", "$[", "$[]", "$[x]", "$[1", "$[-1]", "$.b[las]", "$.b[l]",
            "$.b[lasT]", "$.b[last", "$.b[last0]", "$.b[last-]", "$.b[last-", "$.b[-0]", "$.\"a", "$.\"a\\",
            "$.\"\\u12", "$a",
            "$.a]", "$.*", "$[*]", "$**.a", "$[99999999999]", "$.\"\\ud800\"", String(repeating: "[0]", count: 80),
        ]
        for path in paths { #expect(text(remove(path)) == nil, "\(path)") }
        #expect(text([3] + remove("$.a").dropFirst()) == nil)
        #expect(text(diff(0, "$.a", [])) == nil)
        #expect(text(diff(0, "$.a")) == nil)
        #expect(text(replace("$.a", [5, 7])) == nil)
        #expect(text(replace("$.a", [0x63, 7])) == nil)
        #expect(text(Array(replace("$.a", seven).dropLast())) == nil)
        #expect(text([0, 251] + remove("$.a")) == nil)
        #expect(text([2, 254, 255, 255, 255, 255, 255, 255, 255, 255]) == nil)
        #expect(text(replace("$.a", seven), of: []) == nil)
    }

    @Test func `parts that share their bytes take no more memory than the document warrants`() {
        // A list of 60 pointers to one list of 200 numbers, each taken apart by a change of its own.
        let count = 60
        var inner: [UInt8] = le(UInt16(200)) + le(UInt16(604))
        for _ in 0..<200 { inner += [5, 1, 0] }
        let offset = UInt16(4 + 3 * count)
        var outer: [UInt8] = [2] + le(UInt16(count)) + le(offset + UInt16(inner.count))
        for _ in 0..<count { outer += [2] + le(offset) }
        let shared = outer + inner
        #expect(text(remove("$[0][0]"), of: shared) == nil)
        #expect(text((0..<count).flatMap { remove("$[\($0)][0]") }, of: shared) == nil)
    }

    @Test func `changes that would take hours are refused`() {
        // Inserts at the front of a list, which move all that is there: each has ten bytes, and quadratic work.
        let inserts = [UInt8]((0..<60_000).map { _ in insert("$[0]", seven) }.joined())
        #expect(text(inserts, of: empty) == nil)
        let fewer = [UInt8]((0..<2000).map { _ in insert("$[0]", seven) }.joined())
        #expect(text(fewer, of: empty) == "[\([String](repeating: "7", count: 2000).joined(separator: ", "))]")
    }

    @Test func `every prefix and every mutation ends in an error or a result`() {
        let changes =
            replace(#"$.b[2]."c d""#, seven) + insert("$.b[1]", document) + remove("$.b[0]")
            + insert("$.\"n w\"", empty)
        for count in 0..<changes.count { _ = text(Array(changes.prefix(count))) }
        for count in 0..<document.count { _ = text(changes, of: Array(document.prefix(count))) }
        var random = SeededRandom("mutated changes of JSON")
        for _ in 0..<20_000 {
            var bytes = [document, changes]
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let which = Int.random(in: 0...1, using: &random)
                bytes[which][Int.random(in: bytes[which].indices, using: &random)] =
                    [0, 1, 2, 0x7F, 0x80, 0xFF, UInt8.random(in: 0...255, using: &random)].randomElement(using: &random)
                    ?? 0
            }
            _ = text(bytes[1], of: bytes[0])
        }
    }
}
