/// A CHECK constraint's condition, as information_schema.CHECK_CONSTRAINTS prints it.
struct CheckClause {
    var text: String

    /// The columns that cannot hold anything but JSON: `json_valid(`c`)` is the condition, or a term of its ANDs.
    var jsonColumns: [String] {
        terms.compactMap { term in
            let start = "json_valid(`"
            guard term.hasPrefix(start), term.hasSuffix("`)") else { return nil }
            let name = term.dropFirst(start.count).dropLast(2)
            // A quote inside a name is doubled; anything else after one would be more than a name.
            let parts = name.split(separator: "``", omittingEmptySubsequences: false)
            return parts.contains { $0.contains("`") } ? nil : parts.joined(separator: "`")
        }
    }

    /// The text between the ANDs outside of parentheses and quotes; none if there are ORs among them.
    private var terms: [Substring] {
        var terms: [Substring] = []
        var start = text.startIndex
        var depth = 0
        var quote: Character?
        var index = text.startIndex
        while index < text.endIndex {
            let character = text[index]
            if let open = quote {
                if character == "\\", open == "'" { text.formIndex(after: &index) }
                if character == open { quote = nil }
            } else if character == "'" || character == "`" || character == "\"" {
                quote = character
            } else if character == "(" {
                depth += 1
            } else if character == ")" {
                depth -= 1
            } else if depth == 0, text[index...].hasPrefix(" and ") {
                terms.append(text[start..<index])
                text.formIndex(&index, offsetBy: 4)
                start = text.index(after: index)
            } else if depth == 0, text[index...].hasPrefix(" or ") || text[index...].hasPrefix(" xor ") {
                return []
            }
            guard index < text.endIndex else { break }
            text.formIndex(after: &index)
        }
        return terms + [text[start...]]
    }
}
