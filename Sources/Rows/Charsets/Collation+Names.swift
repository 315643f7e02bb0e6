extension Collation {
    /// The collation that the server calls `name`; nil if there is none.
    public init?(name: String) {
        guard let id = CollationTable.shared.names.firstIndex(of: name) else { return nil }
        self.init(id: UInt16(id))
    }

    /// The server's name for it; nil for a number that no known server has.
    public var name: String? {
        let names = CollationTable.shared.names
        guard id < names.count, !names[Int(id)].isEmpty else { return nil }
        return names[Int(id)]
    }

    /// The character set of its text; nil for a number that no known server has.
    public var charset: Charset? {
        switch id {
        case 45, 46, 224, 255: .utf8mb4  // the usual ones, without the table
        default: CollationTable.shared.charset(of: id)
        }
    }

    /// True if texts are equal only where their code points are (`_bin`; with ``padsWithSpaces`` but for trailing
    /// spaces).
    public var isBinary: Bool { self == .binary || name?.hasSuffix("_bin") == true }

    /// True if upper and lower case are equal. (Most such collations hold accented letters equal too.)
    public var isCaseInsensitive: Bool { name?.hasSuffix("_ci") == true }

    /// True if trailing spaces do not count in comparisons (PAD SPACE). They do in MariaDB's `_nopad_` collations, in
    /// MySQL's `_0900_` ones, and in `binary`.
    public var padsWithSpaces: Bool {
        guard self != .binary, let name else { return false }
        return !name.contains("_nopad_") && !name.contains("_0900_")
    }
}

/// The generated names, by number.
private struct CollationTable: Sendable {
    static let shared = CollationTable()

    /// Empty for a number that has none.
    let names: [String]
    private let charsets: [Charset?]

    private init() {
        var names: [String] = []
        var charsets: [Charset?] = []
        let byName = Dictionary(uniqueKeysWithValues: Charset.allCases.map { (Substring($0.name), $0) })
        var id = 0
        for word in CollationNames.text.split(whereSeparator: { $0 == " " || $0 == "\n" }) {
            if let number = UInt16(word) {
                id = Int(number)
                continue
            }
            while names.count <= id {
                names.append("")
                charsets.append(nil)
            }
            names[id] = String(word)
            charsets[id] = byName[word.prefix { $0 != "_" }]
        }
        self.names = names
        self.charsets = charsets
    }

    func charset(of id: UInt16) -> Charset? {
        id < charsets.count ? charsets[Int(id)] : nil
    }
}
