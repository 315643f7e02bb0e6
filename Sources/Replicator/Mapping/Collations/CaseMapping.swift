import Rows

/// What UPPER or LOWER makes of a text, by the server's own tables: one character of each.
struct CaseMapping: Sendable {
    enum Case: Sendable {
        case upper, lower
    }

    private enum Table: Sendable {
        /// Bytes stand for themselves.
        case none
        case bytes([UInt8])
        case utf8(CaseDeltas)
    }

    private let table: Table
    /// The server writes the other case over the text itself (`Item_func_upper` in MySQL, where `caseup_multiply` is 1):
    /// a character that takes more bytes there ends it, unless others before it took less.
    private let isInPlace: Bool

    /// Nil for a collation whose tables we do not have: some of MySQL's own, and two whose case is not that of their
    /// character set.
    init?(to wanted: Case, in collation: Collation) {
        guard let name = collation.name, let charset = collation.charset else { return nil }
        isInPlace = name.contains("_0900_")
        switch charset {
        case .binary: table = .none
        case .utf8mb4, .utf8mb3:
            guard var deltas = Self.unicodeCase(name)?.deltas(wanted) else { return nil }
            if name.contains("_turkish_") {
                // i and İ, I and ı
                deltas.add(wanted == .upper ? 0xC7 : 0xE8, to: wanted == .upper ? 0x69 : 0x49)
            }
            table = .utf8(deltas)
        default:
            guard !name.hasSuffix("_czech_cs"), let runs = Self.singleByteRuns(charset, wanted) else { return nil }
            table = .bytes(CharacterRuns(runs, count: 256).values.map { UInt8($0) })
        }
    }

    /// The Unicode data that a collation is made with.
    private static func unicodeCase(_ name: String) -> UnicodeCase? {
        if name.contains("_uca1400_") { return .version1400 }
        if name.contains("_0900_") { return name.contains("_tr_") ? nil : .version900 }
        if name.hasSuffix("_tolower_ci") { return nil }
        return name.contains("_520_") || name.hasSuffix("_myanmar_ci") ? .version520 : .version300
    }

    /// The runs behind `CHARSET:CASE`.
    private static func singleByteRuns(_ charset: Charset, _ wanted: Case) -> String? {
        let words = CaseTables.singleByte.split(whereSeparator: { $0 == " " || $0 == "\n" })
        guard let start = words.firstIndex(of: "\(charset.name):\(wanted)") else { return nil }
        return words[(start + 1)...].prefix { !$0.contains(":") }.joined(separator: " ")
    }

    func append(_ text: Span<UInt8>, to output: inout [UInt8]) {
        switch table {
        case .none:
            for index in text.indices { output.append(text[index]) }
        case .bytes(let table):
            for index in text.indices { output.append(table[Int(text[index])]) }
        case .utf8(let deltas) where isInPlace: deltas.appendInPlace(text, to: &output)
        case .utf8(let deltas): deltas.append(text, to: &output)
        }
    }
}

/// Upper and lower case by the versions of Unicode that the server's collations know.
private enum UnicodeCase {
    case version300, version520, version900, version1400

    private static let upper300 = CaseDeltas(CaseTables.upper)
    private static let upper520 = CaseDeltas(CaseTables.upper, CaseTables.upper520)
    private static let upper900 = CaseDeltas(UnicodeCaseTables.upper)
    private static let upper1400 = CaseDeltas(CaseTables.upper, CaseTables.upper520, CaseTables.upper1400)
    private static let lower300 = CaseDeltas(CaseTables.lower)
    private static let lower520 = CaseDeltas(CaseTables.lower, CaseTables.lower520)
    private static let lower900 = CaseDeltas(UnicodeCaseTables.lower)
    private static let lower1400 = CaseDeltas(CaseTables.lower, CaseTables.lower520, CaseTables.lower1400)

    func deltas(_ wanted: CaseMapping.Case) -> CaseDeltas {
        switch self {
        case .version300: wanted == .upper ? Self.upper300 : Self.lower300
        case .version520: wanted == .upper ? Self.upper520 : Self.lower520
        case .version900: wanted == .upper ? Self.upper900 : Self.lower900
        case .version1400: wanted == .upper ? Self.upper1400 : Self.lower1400
        }
    }
}

/// What is added to each character, in pages of 256 characters.
struct CaseDeltas: Sendable {
    /// Where the page of a character begins in `deltas`; the first one is that of pages without case.
    private var pages = [UInt16](repeating: 0, count: 0x200)
    private var deltas = [Int32](repeating: 0, count: 256)

    /// Each table tells where it differs from those before it.
    init(_ tables: String...) {
        for table in tables {
            for run in table.split(whereSeparator: { $0 == " " || $0 == "\n" }) {
                CharacterRuns.spellOut(run) { self.add($1, to: $0) }
            }
        }
    }

    mutating func add(_ delta: Int, to character: Int) {
        if pages[character >> 8] == 0 {
            pages[character >> 8] = UInt16(deltas.count >> 8)
            deltas += [Int32](repeating: 0, count: 256)
        }
        deltas[Int(pages[character >> 8]) << 8 | character & 0xFF] = Int32(delta)
    }

    func append(_ text: Span<UInt8>, to output: inout [UInt8]) {
        let ascii = Int(pages[0]) << 8
        var offset = 0
        while offset < text.count {
            let byte = text[offset]
            if byte < 0x80 {
                offset += 1
                let character = Int32(byte) + deltas[ascii | Int(byte)]
                if character < 0x80 {
                    output.append(UInt8(truncatingIfNeeded: character))
                } else {
                    UTF8Character.append(UInt32(character), to: &output)
                }
            } else {
                // The server stops at what is no UTF-8, too.
                guard let character = UTF8Character.wellFormed(text, &offset) else { return }
                UTF8Character.append(other(character), to: &output)
            }
        }
    }

    /// As the server does that reads and writes in one place: where a character takes more bytes, those of the next are
    /// gone, and it stops there.
    func appendInPlace(_ text: Span<UInt8>, to output: inout [UInt8]) {
        var read = output.count
        var written = read
        for index in text.indices { output.append(text[index]) }
        var bytes: [UInt8] = []
        let ascii = Int(pages[0]) << 8
        while read < output.count {
            let plain = output[read] < 0x80 ? Int32(output[read]) + deltas[ascii | Int(output[read])] : 0x80
            if plain < 0x80 {
                output[written] = UInt8(truncatingIfNeeded: plain)
                written += 1
                read += 1
                continue
            }
            guard let character = UTF8Character.wellFormed(output.span, &read) else { break }
            bytes.removeAll(keepingCapacity: true)
            UTF8Character.append(other(character), to: &bytes)
            guard written + bytes.count <= output.count else { break }
            for byte in bytes {
                output[written] = byte
                written += 1
            }
        }
        output.removeSubrange(written...)
    }

    private func other(_ character: UInt32) -> UInt32 {
        let page = Int(character >> 8)
        guard page < pages.count else { return character }
        return UInt32(Int32(character) + deltas[Int(pages[page]) << 8 | Int(character & 0xFF)])
    }
}
