/// The primary weights of utf8mb4_0900_ai_ci, which are those of the Unicode Collation Algorithm 9.0.0 without its
/// contractions (`uca_scanner_900` in strings/ctype-uca.cc). A text is as heavy as the weights of its characters in a row;
/// some characters have none.
struct UnicodeWeights: Sendable {
    /// By character: which of `starts` is its own, plus 1; 0: its weights follow from its number.
    private var pages = [UInt16](repeating: 0, count: 0x1100)
    private var entries = [UInt16](repeating: 0, count: 256)
    /// Where lists of weights begin in `weights`; each ends where the next begins.
    private var starts: [UInt32] = [0]
    private var weights: [UInt16] = []

    static let version900 = UnicodeWeights(UnicodeWeightTables.weights)

    /// - Parameter table: runs of `START[xCOUNT[/STEP]][*RISE]=WEIGHT[.WEIGHT…]`, in hexadecimal.
    private init(_ table: String) {
        var known: [[UInt16]: UInt16] = [:]
        for word in table.split(whereSeparator: { $0 == " " || $0 == "\n" }) {
            let sides = word.split(separator: "=", omittingEmptySubsequences: false)
            let run = sides[0].split(separator: "*")
            let rise = run.count > 1 ? UInt16(run[1], radix: 16) ?? 0 : 0
            var list = sides.count > 1 ? sides[1].split(separator: ".").compactMap { UInt16($0, radix: 16) } : []
            for character in CharacterRuns.characters(run[0]) {
                let entry = known[list] ?? add(list)
                known[list] = entry
                set(entry, for: character)
                for index in list.indices { list[index] &+= rise }
            }
        }
    }

    private mutating func add(_ list: [UInt16]) -> UInt16 {
        weights += list
        starts.append(UInt32(weights.count))
        return UInt16(starts.count - 1)
    }

    private mutating func set(_ entry: UInt16, for character: Int) {
        if pages[character >> 8] == 0 {
            pages[character >> 8] = UInt16(entries.count >> 8)
            entries += [UInt16](repeating: 0, count: 256)
        }
        entries[Int(pages[character >> 8]) << 8 | character & 0xFF] = entry
    }

    /// Which list of weights the character has; 0: its weights follow from its number.
    private func entry(_ character: UInt32) -> UInt16 {
        let page = Int(character >> 8)
        guard page < pages.count else { return 0 }
        return entries[Int(pages[page]) << 8 | Int(character & 0xFF)]
    }

    /// A number that characters of the same weights share: what LIKE compares (`my_uca_charcmp_900`).
    func identity(_ character: UInt32) -> UInt32 {
        let entry = entry(character)
        return entry == 0 ? character : 0x11_0000 + UInt32(entry)
    }

    /// Below 0, 0 or above 0, as `left` is lighter, as heavy, or heavier. A text that another begins with is lighter.
    func compare(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Int {
        // What both begin with weighs the same, up to where a character begins.
        let common = min(left.count, right.count)
        var start = 0
        while start < common, left[start] == right[start] { start += 1 }
        if start == left.count, start == right.count { return 0 }
        while start > 0,
            start < left.count && left[start] & 0xC0 == 0x80 || start < right.count && right[start] & 0xC0 == 0x80
        {
            start -= 1
        }
        var (one, other) = (Cursor(offset: start), Cursor(offset: start))
        while true {
            let first = next(left, &one)
            let second = next(right, &other)
            guard let first else { return second == nil ? 0 : -1 }
            guard let second else { return 1 }
            if first != second { return first < second ? -1 : 1 }
        }
    }

    /// A place in a text, and what is left of the weights of the character before it.
    private struct Cursor {
        var offset: Int
        var list = 0..<0
        /// The second weight of a character without a list; 0: none.
        var second: UInt16 = 0
        /// Parts of a Hangul syllable that are still to come; 0: none.
        var parts: (UInt32, UInt32) = (0, 0)
    }

    private func next(_ text: Span<UInt8>, _ cursor: inout Cursor) -> UInt16? {
        while true {
            if !cursor.list.isEmpty {
                let index = cursor.list.lowerBound
                cursor.list = index + 1..<cursor.list.upperBound
                return weights[index]
            }
            if cursor.second != 0 {
                defer { cursor.second = 0 }
                return cursor.second
            }
            let character: UInt32
            if cursor.parts.0 != 0 {
                character = cursor.parts.0
                cursor.parts = (cursor.parts.1, 0)
            } else {
                guard cursor.offset < text.count else { return nil }
                character = UTF8Character.next(text, &cursor.offset)
            }
            let entry = Int(entry(character))
            if entry > 0 {
                cursor.list = Int(starts[entry - 1])..<Int(starts[entry])
            } else if 0xAC00...0xD7A3 ~= character {
                let syllable = character - 0xAC00
                let last = syllable % 28
                let list = Int(self.entry(0x1100 + syllable / 588))
                if list > 0 { cursor.list = Int(starts[list - 1])..<Int(starts[list]) }
                cursor.parts = (0x1161 + syllable % 588 / 28, last == 0 ? 0 : 0x11A7 + last)
            } else {
                cursor.second =
                    UInt16(truncatingIfNeeded: (Self.isTangut(character) ? character - 0x17000 : character) & 0x7FFF)
                    | 0x8000
                return Self.implicitWeight(character)
            }
        }
    }

    private static func isTangut(_ character: UInt32) -> Bool { 0x17000...0x18AFF ~= character }

    /// The first of two weights of a character that no table has (UCA 9.0.0, 10.1.3).
    private static func implicitWeight(_ character: UInt32) -> UInt16 {
        if isTangut(character) { return 0xFB00 }
        let base: UInt16 =
            switch character {
            case 0x4E00...0x9FD5, 0xFA0E, 0xFA0F, 0xFA11, 0xFA13, 0xFA14, 0xFA1F, 0xFA21, 0xFA23, 0xFA24,
                0xFA27...0xFA29:
                0xFB40
            case 0x3400...0x4DB5, 0x20000...0x2A6D6, 0x2A700...0x2B734, 0x2B740...0x2B81D, 0x2B820...0x2CEA1: 0xFB80
            default: 0xFBC0
            }
        return base + UInt16(truncatingIfNeeded: character >> 15)
    }
}
