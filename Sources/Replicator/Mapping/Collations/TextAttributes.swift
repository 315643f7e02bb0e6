import Rows

/// What the server knows of a text besides its bytes (DTCollation): the collation, how strongly that is held, and
/// whether the text can only be ASCII.
struct TextAttributes: Equatable, Sendable {
    /// Weaker towards the end.
    enum Derivation: Int, Comparable, Sendable {
        /// A COLLATE clause.
        case explicit = 0
        /// Two collations that neither gives way.
        case mixed
        /// A column.
        case implicit
        case systemConstant
        /// A literal.
        case coercible
        /// A number or a time.
        case numeric
        /// NULL.
        case ignorable

        static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    }

    var collation: Collation
    var derivation: Derivation
    var isASCII: Bool

    /// What a string literal has after SET NAMES utf8mb4.
    static func literal(isASCII: Bool) -> TextAttributes {
        TextAttributes(collation: .utf8mb4, derivation: .coercible, isASCII: isASCII)
    }

    /// A number's text (DTCollation_numeric): latin1, but it gives way to everything.
    static let numeric = TextAttributes(collation: Collation(id: 8), derivation: .numeric, isASCII: true)
    static let null = TextAttributes(collation: .binary, derivation: .ignorable, isASCII: true)
    static let binary = TextAttributes(collation: .binary, derivation: .implicit, isASCII: false)

    var charset: Charset? { collation.charset }

    private var isUnicode: Bool { charset == .utf8mb4 || charset == .utf8mb3 }

    /// True if a text with `other` converts to this one without loss (left_is_superset in sql/item.cc).
    private func isSuperset(of other: TextAttributes) -> Bool {
        if isUnicode {
            if derivation < other.derivation { return true }
            if derivation == other.derivation,
                !other.isUnicode || (charset == .utf8mb4 && other.charset == .utf8mb3)
            {
                return true
            }
        }
        return other.isASCII && (derivation < other.derivation || (derivation == other.derivation && !isASCII))
    }

    /// What both become in one expression (DTCollation::aggregate, with conversion to supersets and of constants);
    /// nil if they do not go together.
    func aggregated(with other: TextAttributes) -> TextAttributes? {
        var result: TextAttributes
        if charset != other.charset {
            if collation == .binary {
                result = derivation <= other.derivation ? self : other
            } else if other.collation == .binary {
                result = other.derivation <= derivation ? other : self
            } else if isSuperset(of: other) {
                result = self
            } else if other.isSuperset(of: self) {
                result = other
            } else if derivation < other.derivation, other.derivation >= .systemConstant {
                result = self
            } else if other.derivation < derivation, derivation >= .systemConstant {
                result = other
            } else {
                return nil
            }
        } else if derivation != other.derivation {
            result = derivation < other.derivation ? self : other
        } else if collation == other.collation {
            result = self
        } else if derivation == .explicit || (collation.isBinary && other.collation.isBinary) {
            return nil
        } else if collation.isBinary {
            result = self
        } else if other.collation.isBinary {
            result = other
        } else {
            result = self
            if let name = charset?.name, let binary = Collation(name: "\(name)_bin") { result.collation = binary }
            result.derivation = .mixed
        }
        result.isASCII = isASCII && other.isASCII
        return result
    }
}
