/// A pattern of LIKE, read once (my_wildcmp_unicode_impl and its like in strings/ctype-*.c).
struct LikePattern: Sendable {
    private enum Element: Sendable {
        /// A character, by its weight.
        case character(UInt32)
        /// `_`
        case one
        /// `%`
        case many
    }

    private var elements: [Element] = []
    private let rules: CollationRules

    init(_ text: Span<UInt8>, escape: UInt32, _ rules: CollationRules) {
        self.rules = rules
        var offset = 0
        while offset < text.count {
            var character = rules.character(text, &offset)
            if character == escape, offset < text.count {
                character = rules.character(text, &offset)
                elements.append(.character(rules.likeWeight(character)))
            } else if character == 0x25 {
                if case .many? = elements.last { continue }
                elements.append(.many)
            } else if character == 0x5F {
                elements.append(.one)
            } else {
                elements.append(.character(rules.likeWeight(character)))
            }
        }
    }

    func matches(_ text: Span<UInt8>) -> Bool {
        var at = 0
        var offset = 0
        // Where to go on when a character does not fit: behind the last `%`, one character further.
        var retry: (element: Int, offset: Int)?
        while offset < text.count {
            if at < elements.count, case .many = elements[at] {
                at += 1
                retry = (at, offset)
                continue
            }
            var next = offset
            let character = rules.character(text, &next)
            if at < elements.count, fits(elements[at], character) {
                at += 1
                offset = next
            } else if let last = retry {
                var further = last.offset
                _ = rules.character(text, &further)
                retry = (last.element, further)
                (at, offset) = (last.element, further)
            } else {
                return false
            }
        }
        while at < elements.count, case .many = elements[at] { at += 1 }
        return at == elements.count
    }

    private func fits(_ element: Element, _ character: UInt32) -> Bool {
        switch element {
        case .character(let weight): rules.likeWeight(character) == weight
        case .one, .many: true
        }
    }
}
