import Testing

@testable import Rows

@Suite struct PlainTextTests {
    /// What ``ValueText`` makes of it where it takes the other way: a byte at a time.
    private static func quoted(_ bytes: [UInt8]) -> String {
        var text = "\""
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
            switch scalar {
            case "\"", "\\": text += "\\" + String(scalar)
            case "\n": text += "\\n"
            case "\0": text += "\\u0000"
            case "\u{1F}": text += "\\u001f"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text + "\""
    }

    private static func plainByte(_ index: Int) -> UInt8 {
        let byte = UInt8(0x20 + index % 0x5F)
        return byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") ? 0x7F : byte
    }

    /// In a table of one text column.
    private static func object(_ bytes: [UInt8]) throws -> String {
        let columns = [Column(name: "c", type: .text(.utf8mb4), isNullable: false)]
        let origin = Origin(
            position: BinlogPosition(file: "binlog.000001", offset: 4), gtid: nil, commitMicroseconds: 0)
        var batch = RowBatch(
            table: Table(database: "d", name: "t", columns: columns, primaryKey: []), origin: origin)
        batch.bytes = bytes
        batch.cells = [.bytes(ByteRange(start: 0, count: UInt32(bytes.count)))]
        var output: [UInt8] = []
        try ImageJSON(batch.table).append(imageAt: 0, of: batch, to: &output)
        return String(decoding: output, as: UTF8.self)
    }

    @Test func `text of any length prints as it is, and with a special byte at any place`() throws {
        for count in Array(0...70) + [400, 5000] {
            let plain = (0..<count).map(Self.plainByte)
            #expect(try Self.object(plain) == "{\"c\":\(Self.quoted(plain))}")
            for place in 0..<min(count, 70) {
                for special in [UInt8(0), 0x1F, 0x0A, 0x22, 0x5C] {
                    var text = plain
                    text[place] = special
                    #expect(try Self.object(text) == "{\"c\":\(Self.quoted(text))}")
                }
                guard place + 1 < count else { continue }
                var text = plain
                text.replaceSubrange(place...place + 1, with: [0xC3, 0xA9])
                #expect(try Self.object(text) == "{\"c\":\(Self.quoted(text))}")
            }
        }
    }

    @Test func `each byte is plain or not by itself`() {
        for count in [1, 3, 5, 8, 16, 32, 40] {
            for byte in UInt8.min...UInt8.max {
                for place in 0..<count {
                    var text = [UInt8](repeating: UInt8(ascii: "!"), count: count)
                    text[place] = byte
                    var output: [UInt8] = []
                    var isPlain = false
                    output.write(upTo: count) { isPlain = $0.append(ifPlain: text.span) }
                    #expect(isPlain == ((0x20..<0x80).contains(byte) && byte != 0x22 && byte != 0x5C))
                    #expect(output == (isPlain ? text : []))
                }
            }
        }
    }
}
