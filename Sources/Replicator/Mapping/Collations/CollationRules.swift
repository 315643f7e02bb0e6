import Rows

/// How a collation orders and equates text: for the ones whose rules we have from the server (scripts/
/// generate-collations).
struct CollationRules: Sendable {
    enum Weights: Sendable {
        /// Bytes weigh what they are: `binary`, and `_bin` of UTF-8 and of single-byte character sets.
        case bytes
        /// utf8mb4_general_ci and utf8mb3_general_ci.
        case general([UInt16])
        /// A weight for each byte.
        case singleByte([UInt16])
        /// utf8mb4_0900_ai_ci.
        case unicode(UnicodeWeights)
    }

    let weights: Weights
    /// Trailing spaces do not count.
    let padsWithSpaces: Bool
    /// Characters are UTF-8 sequences, not bytes.
    let isUTF8: Bool

    /// Nil for a collation that is not supported.
    init?(_ collation: Collation) {
        guard let name = collation.name, let charset = collation.charset else { return nil }
        padsWithSpaces = collation.padsWithSpaces
        switch charset {
        case .binary:
            isUTF8 = false
            weights = .bytes
        case .utf8mb4, .utf8mb3:
            isUTF8 = true
            switch name {
            case "\(charset)_general_ci", "\(charset)_general_nopad_ci":
                weights = .general(CharacterRuns.generalWeights.values)
            case "\(charset)_bin", "\(charset)_nopad_bin", "utf8mb4_0900_bin": weights = .bytes
            case "utf8mb4_0900_ai_ci": weights = .unicode(.version900)
            default: return nil
            }
        default:
            isUTF8 = false
            if collation.isBinary, SingleByteCharset.isOne(charset) {
                weights = .bytes
            } else if let text = Self.singleByteTables[name] {
                weights = .singleByte(CharacterRuns(text, count: 256).values)
            } else {
                return nil
            }
        }
    }

    private static let singleByteTables = [
        "latin1_swedish_ci": CollationTables.latin1SwedishCi,
        "latin1_swedish_nopad_ci": CollationTables.latin1SwedishCi,
        "latin1_german1_ci": CollationTables.latin1German1Ci,
        "latin1_danish_ci": CollationTables.latin1DanishCi,
        "latin1_spanish_ci": CollationTables.latin1SpanishCi,
        "latin1_general_ci": CollationTables.latin1GeneralCi,
        "latin1_general_cs": CollationTables.latin1GeneralCs,
        "ascii_general_ci": "61x1a-20",
        "ascii_general_nopad_ci": "61x1a-20",
    ]

    /// Below 0, 0 or above 0, as `left` comes before, is equal to, or comes after `right`.
    func compare(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Int {
        switch weights {
        case .bytes: compareBytes(left, right)
        case .general(let table): compareGeneral(left, right, table)
        case .singleByte(let table): compareSingleBytes(left, right, table)
        case .unicode(let table): table.compare(left, right)
        }
    }

    private func compareBytes(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Int {
        let common = min(left.count, right.count)
        for index in 0..<common where left[index] != right[index] {
            return left[index] < right[index] ? -1 : 1
        }
        return compareRest(left, right, from: common) { $0 }
    }

    private func compareSingleBytes(_ left: Span<UInt8>, _ right: Span<UInt8>, _ table: [UInt16]) -> Int {
        let common = min(left.count, right.count)
        for index in 0..<common where left[index] != right[index] {
            let (one, other) = (table[Int(left[index])], table[Int(right[index])])
            if one != other { return one < other ? -1 : 1 }
        }
        return compareRest(left, right, from: common) { UInt8(truncatingIfNeeded: table[Int($0)]) }
    }

    /// What the longer text has more than the other, compared with nothing, or with spaces.
    private func compareRest(
        _ left: Span<UInt8>, _ right: Span<UInt8>, from start: Int, _ weight: (UInt8) -> UInt8
    ) -> Int {
        guard left.count != right.count else { return 0 }
        let sign = left.count > right.count ? 1 : -1
        guard padsWithSpaces else { return sign }
        let longer = left.count > right.count ? left : right
        let space = weight(0x20)
        for index in start..<longer.count {
            let weight = weight(longer[index])
            if weight != space { return weight < space ? -sign : sign }
        }
        return 0
    }

    private func compareGeneral(_ left: Span<UInt8>, _ right: Span<UInt8>, _ table: [UInt16]) -> Int {
        var (i, j) = (0, 0)
        while i < left.count, j < right.count {
            let one = Self.generalWeight(UTF8Character.next(left, &i), table)
            let other = Self.generalWeight(UTF8Character.next(right, &j), table)
            if one != other { return one < other ? -1 : 1 }
        }
        guard i < left.count || j < right.count else { return 0 }
        let sign = i < left.count ? 1 : -1
        guard padsWithSpaces else { return sign }
        let longer = i < left.count ? left : right
        var rest = i < left.count ? i : j
        while rest < longer.count {
            let weight = Self.generalWeight(UTF8Character.next(longer, &rest), table)
            if weight != 0x20 { return weight < 0x20 ? -sign : sign }
        }
        return 0
    }

    private static func generalWeight(_ character: UInt32, _ table: [UInt16]) -> UInt16 {
        // All characters beyond the first plane are equal.
        character < 0x10000 ? table[Int(character)] : 0xFFFD
    }

    /// What LIKE compares instead of the character.
    func likeWeight(_ character: UInt32) -> UInt32 {
        switch weights {
        case .bytes: character
        case .general(let table): UInt32(Self.generalWeight(character, table))
        case .singleByte(let table): UInt32(table[Int(character)])
        case .unicode(let table): table.identity(character)
        }
    }

    /// The character at `offset`, which moves behind it.
    func character(_ text: Span<UInt8>, _ offset: inout Int) -> UInt32 {
        if isUTF8 { return UTF8Character.next(text, &offset) }
        offset += 1
        return UInt32(text[offset - 1])
    }
}

/// Reads UTF-8 that a server has checked. A byte that begins no character stands for itself.
enum UTF8Character {
    static func next(_ text: Span<UInt8>, _ offset: inout Int) -> UInt32 {
        let first = text[offset]
        let count = length(first)
        guard count > 1, offset + count <= text.count else {
            offset += 1
            return UInt32(first)
        }
        var value = UInt32(first) & (0xFF >> UInt32(count + 1))
        for index in 1..<count { value = value << 6 | UInt32(text[offset + index] & 0x3F) }
        offset += count
        return value
    }

    /// Bytes of the character that begins with `first`.
    static func length(_ first: UInt8) -> Int {
        switch first {
        case ..<0xC0: 1
        case ..<0xE0: 2
        case ..<0xF0: 3
        default: 4
        }
    }

    static func append(_ character: UInt32, to output: inout [UInt8]) {
        switch character {
        case ..<0x80: output.append(UInt8(character))
        case ..<0x800:
            output.append(UInt8(0xC0 | character >> 6))
            output.append(UInt8(0x80 | character & 0x3F))
        case ..<0x10000:
            output.append(UInt8(0xE0 | character >> 12))
            output.append(UInt8(0x80 | character >> 6 & 0x3F))
            output.append(UInt8(0x80 | character & 0x3F))
        default:
            output.append(UInt8(0xF0 | character >> 18 & 7))
            output.append(UInt8(0x80 | character >> 12 & 0x3F))
            output.append(UInt8(0x80 | character >> 6 & 0x3F))
            output.append(UInt8(0x80 | character & 0x3F))
        }
    }
}
