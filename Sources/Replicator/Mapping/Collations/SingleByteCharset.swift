import Rows

/// A character set of one byte a character, as expressions need it: what each byte is in UTF-8, and back. Asked of the
/// renderer of column values, so that there is one table of each.
final class SingleByteCharset: Sendable {
    /// The character of each byte; nil: none.
    let characters: [UInt32?]
    private let bytes: [UInt32: UInt8]

    /// Nil for a character set of more bytes.
    init?(_ collation: Collation) {
        guard let charset = collation.charset, Self.isOne(charset) else { return nil }
        let table = Table(
            database: "", name: "", columns: [Column(name: "c", type: .text(collation), isNullable: false)],
            primaryKey: [])
        let position = BinlogPosition(file: "", offset: 0)
        var batch = RowBatch(table: table, origin: Origin(position: position, gtid: nil, commitMicroseconds: 0))
        batch.bytes = (0...255).map { UInt8($0) }
        characters = (0..<UInt32(256)).map { byte in
            var text: [UInt8] = []
            let cell = Cell.bytes(ByteRange(start: byte, count: 1))
            guard (try? ValueText.append(cell, of: .text(collation), in: batch, to: &text)) != nil else { return nil }
            var offset = 0
            return UTF8Character.next(text.span, &offset)
        }
        var bytes: [UInt32: UInt8] = [:]
        for (byte, character) in characters.enumerated().reversed() {
            if let character { bytes[character] = UInt8(byte) }
        }
        self.bytes = bytes
    }

    static func isOne(_ charset: Charset) -> Bool {
        switch charset {
        case .armscii8, .ascii, .cp1250, .cp1251, .cp1256, .cp1257, .cp850, .cp852, .cp866, .dec8, .geostd8, .greek,
            .hebrew, .hp8, .keybcs2, .koi8r, .koi8u, .latin1, .latin2, .latin5, .latin7, .macce, .macroman, .tis620:
            true
        default: false
        }
    }

    /// Appends the text as UTF-8; what is no character becomes `?`, as on the server.
    func appendUTF8(_ text: Span<UInt8>, to output: inout [UInt8]) {
        for index in text.indices {
            if text[index] < 0x80 {
                output.append(text[index])
            } else {
                UTF8Character.append(characters[Int(text[index])] ?? 0x3F, to: &output)
            }
        }
    }

    /// Appends UTF-8 text in this character set; false if it holds a character that the set has not.
    func append(utf8 text: Span<UInt8>, to output: inout [UInt8]) -> Bool {
        var offset = 0
        while offset < text.count {
            guard let byte = bytes[UTF8Character.next(text, &offset)] else { return false }
            output.append(byte)
        }
        return true
    }
}
