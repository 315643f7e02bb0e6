internal import Rows

/// The labels of ENUM and SET columns come in the column's character set.
enum LabelCharset {
    static func text(_ bytes: [UInt8], in collation: Collation) throws(DecodeError) -> String {
        // ASCII is the same in all sets but UCS-2, UTF-16 and UTF-32, whose ASCII has zero bytes.
        let isPlain = bytes.allSatisfy { $0 < 0x80 && $0 != 0 }
        guard isPlain || isUTF8(collation), let text = String(validating: bytes, as: UTF8.self) else {
            throw .unsupported(.labelCharset(collation: collation.id))
        }
        return text
    }

    /// utf8mb3 and utf8mb4 (`information_schema.COLLATIONS`); MariaDB numbers its Unicode 14 collations from 2048 on.
    private static func isUTF8(_ collation: Collation) -> Bool {
        switch collation.id {
        case 0, 33, 45, 46, 76, 83, 192...215, 223...247, 255...323: true
        default: false
        }
    }
}
