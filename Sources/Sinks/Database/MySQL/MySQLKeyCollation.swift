import Rows

/// Whether a target's key column tells apart all keys that the source's does. Where it does not, two rows of the source
/// would be one row of the target, in silence.
enum MySQLKeyCollation {
    /// True if values of `column` that the source holds to be different are different in `target`.
    static func tellsApart(_ column: Column, in target: MySQLTableSchema.Column) -> Bool {
        // A target's ENUM keeps the numbers of the labels. The canonical text of other types than these is of digits, or has
        // one spelling only.
        guard let source = collation(of: column), !["enum", "set"].contains(target.dataType) else { return true }
        // Bytes are compared as they are.
        guard let name = target.collation else { return true }
        return tellsApart(source, in: name)
    }

    /// By which the source compares the column's values; nil: not as text.
    static func collation(of column: Column) -> Collation? {
        switch column.type {
        case .text(let collation): collation
        case .enumeration, .set: column.labelCollation ?? .unknown
        default: nil
        }
    }

    static func tellsApart(_ source: Collation, in target: String) -> Bool {
        let target = unaliased(target)
        if target == "binary" { return true }
        let isBinary = target.hasSuffix("_bin")
        let pads = !target.contains("_nopad_") && !target.contains("_0900_")
        if isBinary && !pads { return true }
        guard let name = source.name.map(unaliased) else { return false }
        if name == target { return true }
        if isBinary { return source.padsWithSpaces }
        // The same rules for a larger character set.
        let (old, new) = (parts(of: name), parts(of: target))
        return old.rules == new.rules && narrower[new.charset]?.contains(old.charset) == true
    }

    /// Character sets whose text a collation of the same name, but for the set's, compares likewise.
    private static let narrower: [String: Set<String>] = [
        "utf8mb4": ["utf8mb3", "ascii"], "utf8mb3": ["ascii"],
    ]

    private static func parts(of name: String) -> (charset: String, rules: String) {
        guard let end = name.firstIndex(of: "_") else { return (name, "") }
        return (String(name[..<end]), String(name[end...]))
    }

    /// `utf8_bin` is what utf8mb3_bin was called.
    private static func unaliased(_ name: String) -> String {
        name.hasPrefix("utf8_") ? "utf8mb3_" + name.dropFirst(5) : name
    }

    /// The collation that tells all texts apart.
    static func exact(isMariaDB: Bool) -> String { isMariaDB ? "utf8mb4_nopad_bin" : "utf8mb4_0900_bin" }
}
