@testable import BinlogReader

/// `fuzz_seeds` and `fuzz/`: what once broke another parser must end in an error or a result, whatever it is taken for.
/// That this part comes to its end is the result.
enum FuzzPart {
    static func run(_ corpus: Corpus, _ tally: inout Tally) throws {
        try tally.check(corpus, "expect/fuzz_seeds.jsonl") { item in
            if let text = item["input_text"]?.text { return feed(Array(text.utf8)) }
            return feed(try item.bytes("input_hex"))
        }
        for file in try corpus.files(under: "fuzz") {
            tally.begin(file)
            let bytes = try corpus.bytes(file)
            let inputs = GoFuzzFile.inputs(bytes)
            for input in inputs.isEmpty ? [bytes] : inputs { tally.record(file, feed(input)) }
        }
    }

    private static func feed(_ input: [UInt8]) -> Outcome {
        var unclear: String?
        func take(_ log: SyntheticLog) {
            let reading = Reading(log.events)
            if reading.error != nil, reading.clearError == nil { unclear = "\(String(describing: reading.error))" }
        }
        var whole = SyntheticLog()
        whole.add(event: input)
        take(whole)
        for code in UInt8.min...UInt8.max {
            var outside = SyntheticLog()
            outside.add(code, input)
            take(outside)
            var inside = SyntheticLog()
            inside.begin()
            inside.add(code, input)
            take(inside)
        }
        var set = ByteCursor(input.span.bytes)
        _ = try? GTIDSet(from: &set)
        var tagged = ByteCursor(input.span.bytes)
        _ = try? GTIDEvent(tagged: &tagged)
        var tag = ByteCursor(input.span.bytes)
        _ = try? tag.readTag()
        if let text = String(validating: input, as: UTF8.self) { _ = GTIDSet(text) }
        return unclear.map { .fail(expected: "a clear error", actual: $0) } ?? .pass
    }
}

/// A saved input of Go's fuzzer: a head, then a literal a line.
enum GoFuzzFile {
    static func inputs(_ file: [UInt8]) -> [[UInt8]] {
        let lines = file.split(separator: UInt8(ascii: "\n"))
        guard let head = lines.first, head.starts(with: "go test fuzz".utf8) else { return [] }
        return lines.dropFirst().compactMap { line in
            guard let first = line.firstIndex(of: UInt8(ascii: "\"")),
                let last = line.lastIndex(of: UInt8(ascii: "\"")),
                first < last
            else { return nil }
            return unescape(line[(first + 1)..<last])
        }
    }

    private static func unescape(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        var rest = text
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\") else {
                bytes.append(byte)
                continue
            }
            switch rest.popFirst().map({ Character(UnicodeScalar($0)) }) {
            case "x":
                guard let pair = Hex.bytes(String(decoding: rest.prefix(2), as: UTF8.self)) else { return nil }
                bytes += pair
                rest = rest.dropFirst(2)
            case "u":
                guard let code = UInt32(String(decoding: rest.prefix(4), as: UTF8.self), radix: 16),
                    let scalar = Unicode.Scalar(code)
                else { return nil }
                bytes += Array(String(Character(scalar)).utf8)
                rest = rest.dropFirst(4)
            case "a": bytes.append(7)
            case "b": bytes.append(8)
            case "f": bytes.append(12)
            case "n": bytes.append(10)
            case "r": bytes.append(13)
            case "t": bytes.append(9)
            case "v": bytes.append(11)
            case let other?: bytes += Array(String(other).utf8)
            case nil: return nil
            }
        }
        return bytes
    }
}
