internal import Rows

extension Charset {
    /// `mbmaxlen`, the servers' measure for how many bytes a number of characters may need.
    var bytesPerCharacter: Int {
        switch self {
        case .utf8mb4, .utf16, .utf16le, .utf32, .gb18030: 4
        case .utf8mb3, .ujis, .eucjpms: 3
        case .ucs2, .big5, .cp932, .euckr, .gb2312, .gbk, .sjis: 2
        default: 1
        }
    }

    /// A character takes more than one byte even in ASCII.
    var isWide: Bool {
        switch self {
        case .ucs2, .utf16, .utf16le, .utf32: true
        default: false
        }
    }

    /// Whether it has all these characters. (The Asian ones are believed to.)
    func holds(_ scalars: [Unicode.Scalar]) -> Bool {
        switch self {
        case .utf8mb4, .utf16, .utf16le, .utf32, .gb18030: return true
        case .utf8mb3, .ucs2: return scalars.allSatisfy { $0.value < 0x1_0000 }
        case .binary: return true
        case .ascii: return scalars.allSatisfy { $0.value < 0x80 }
        default:
            guard bytesPerCharacter == 1, let collation = CollationResolver.compiledDefault(of: self) else {
                return true
            }
            let known = Set((UInt8(0x80)...0xFF).compactMap { try? collation.string(of: [$0]).unicodeScalars.first })
            return known.isSuperset(of: scalars)
        }
    }
}
