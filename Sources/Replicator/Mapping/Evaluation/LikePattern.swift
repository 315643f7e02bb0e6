/// How LIKE reads texts and patterns in a collation (my_wildcmp_* in strings/ctype-*.c).
struct LikeRules: Sendable {
    enum Element: Sendable {
        /// A character, by its weight.
        case character(UInt32)
        /// `_`
        case one
        /// `%`
        case many
        /// The end of the pattern.
        case end
    }

    /// A byte that belongs to no character: no character has it, and in most collations it ends the search.
    private static let malformed: UInt32 = 0x8000_0000

    private let rules: CollationRules
    private let escape: UInt32?
    /// In general_ci and Unicode's an escape is seen before `_`, but not right behind `%`; in the others after both.
    private let escapesFirst: Bool

    /// - Parameter escape: a character in the collation's character set; nil for none.
    init(_ rules: CollationRules, escape: UInt32?) {
        self.rules = rules
        escapesFirst =
            switch rules.weights {
            case .general, .unicode: true
            case .bytes, .singleByte: false
            }
        self.escape = escape
    }

    /// The character at `offset`, which moves behind it.
    @inline(__always)
    private func character(_ text: Span<UInt8>, _ offset: inout Int) -> UInt32 {
        let byte = text[offset]
        if byte < 0x80 || !rules.isUTF8 {
            offset += 1
            return UInt32(byte)
        }
        if let character = UTF8Character.wellFormed(text, &offset) { return character }
        offset += 1
        return Self.malformed | UInt32(byte)
    }

    private func weight(_ character: UInt32) -> UInt32 {
        character < Self.malformed ? rules.likeWeight(character) : character
    }

    /// The element of the pattern at `offset`, which moves behind it.
    func element(_ pattern: Span<UInt8>, _ offset: inout Int, behindMany: Bool) -> Element {
        guard offset < pattern.count else { return .end }
        let first = character(pattern, &offset)
        if first == 0x25 { return .many }
        if first == 0x5F, !escapesFirst || behindMany || first != escape { return .one }
        // (Behind `%` the server compares a signed byte with an unsigned one.)
        let isEscape = first == escape && (escapesFirst || !behindMany || first < 0x80)
        if isEscape, offset < pattern.count { return .character(weight(character(pattern, &offset))) }
        return first == 0x5F ? .one : .character(weight(first))
    }

    /// - Parameter next: the element at an index of the pattern, which moves behind it.
    @inline(__always)
    fileprivate func matches(_ text: Span<UInt8>, _ next: (inout Int, _ behindMany: Bool) -> Element) -> Bool {
        var index = 0
        var offset = 0
        var behindMany = false
        // Where to go on when a character does not fit: behind the last `%`, one character further.
        var retry: (index: Int, offset: Int)?
        while true {
            let element = next(&index, behindMany)
            if case .many = element {
                var rest = index
                if case .end = next(&rest, true) { return true }
                retry = (index, offset)
                behindMany = true
                continue
            }
            guard offset < text.count else {
                // Further on there is less text still.
                if case .end = element { return true }
                return false
            }
            switch element {
            case .one:
                if endsSearch(character(text, &offset)) { return false }
                continue
            case .character(let wanted):
                let character = character(text, &offset)
                if endsSearch(character) { return false }
                behindMany = false
                if weight(character) == wanted { continue }
            case .end, .many: break
            }
            guard var last = retry else { return false }
            if endsSearch(character(text, &last.offset)) { return false }
            retry = last
            (index, offset) = last
            behindMany = true
        }
    }

    private func endsSearch(_ character: UInt32) -> Bool {
        escapesFirst && character >= Self.malformed
    }

    func matches(_ text: Span<UInt8>, pattern: Span<UInt8>) -> Bool {
        matches(text) { element(pattern, &$0, behindMany: $1) }
    }
}

/// A pattern of LIKE, read once.
struct LikePattern: Sendable {
    private let rules: LikeRules
    private var elements: [LikeRules.Element] = []

    init(_ pattern: Span<UInt8>, _ rules: LikeRules) {
        self.rules = rules
        var offset = 0
        var behindMany = false
        while offset < pattern.count {
            let element = rules.element(pattern, &offset, behindMany: behindMany)
            switch element {
            case .many: behindMany = true
            case .character: behindMany = false
            case .one, .end: break
            }
            elements.append(element)
        }
        elements.append(.end)
    }

    func matches(_ text: Span<UInt8>) -> Bool {
        rules.matches(text) { index, _ in
            index += 1
            return elements[index - 1]
        }
    }
}
