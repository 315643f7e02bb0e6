/// The character sets of MariaDB and MySQL, by the server's names.
public enum Charset: UInt8, CaseIterable, Sendable {
    case armscii8, ascii, big5, binary, cp1250, cp1251, cp1256, cp1257, cp850, cp852, cp866, cp932, dec8, eucjpms
    case euckr, gb18030, gb2312, gbk, geostd8, greek, hebrew, hp8, keybcs2, koi8r, koi8u, latin1, latin2, latin5
    case latin7, macce, macroman, sjis, swe7, tis620, ucs2, ujis, utf16, utf16le, utf32, utf8mb3, utf8mb4

    public var name: String { "\(self)" }

    public init?(name: some StringProtocol) {
        guard let charset = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = charset
    }

    /// True if every text of it is UTF-8 as it stands.
    public var isUTF8: Bool {
        switch self {
        case .utf8mb4, .utf8mb3, .ascii: true
        default: false
        }
    }
}
