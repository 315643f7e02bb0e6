import Rows

/// Compares decoded values with what a server's SELECT gave.
enum SelectedText {
    static func isEqual(_ value: DecodedValue, _ selected: [UInt8]?) -> Bool {
        guard let selected else { return value.isNull }
        guard !value.isNull else { return false }
        let text = String(validating: selected, as: UTF8.self)
        switch value.column.type {
        case .float:
            // Servers print six digits of a FLOAT, and not always the ones that read back equal.
            guard case .float(let number) = value.cell, let other = text.flatMap({ Float($0) }) else { return false }
            return number == other || abs(number - other) <= abs(number) * 1e-5
        case .double:
            guard case .double(let number) = value.cell else { return false }
            return text.flatMap { Double($0) } == number
        case .bit:
            guard case .uint(let number) = value.cell, selected.count <= 8 else { return false }
            return selected.reduce(0) { $0 << 8 | UInt64($1) } == number
        case .year: return text.flatMap { Int($0) } == Int(value.shown)
        default: return (try? value.rendered()) == selected
        }
    }

    /// `document` is null, text, or `{"hex": …}`.
    static func isEqual(_ value: DecodedValue, document: JSONDocument) -> Bool {
        if document == .null { return value.isNull }
        if let digits = document["hex"]?.text { return isEqual(value, Hex.bytes(digits) ?? []) }
        guard let text = document.text else { return false }
        return isEqual(value, Array(text.utf8))
    }
}

/// Compares decoded values with what other libraries' tests expect: `{"t": "decimal", "v": "4.2"}` by the name of the
/// column, for `values.0`, `values.1`, …: the rows in the order of their inserts.
enum ExpectedValue {
    static func compare(_ rows: [[DecodedValue]], _ expected: [String: JSONDocument]) -> Outcome {
        for (path, row) in expected.sorted(by: { $0.key < $1.key }) {
            guard path.hasPrefix("values."), let index = Int(path.dropFirst(7)), let columns = row.object else {
                return .fail(expected: "a check for \(path)", actual: "none")
            }
            guard rows.indices.contains(index) else { return .fail(expected: path, actual: "\(rows.count) rows") }
            for (name, value) in columns {
                guard let decoded = rows[index].first(where: { $0.column.name == name }) else {
                    return .fail(expected: "a column \(name)", actual: "none")
                }
                if !isEqual(decoded, value) {
                    return .fail(expected: "\(path) \(name) \(value)", actual: decoded.shown)
                }
            }
        }
        return .pass
    }

    private static func isEqual(_ value: DecodedValue, _ expected: JSONDocument) -> Bool {
        guard let type = expected["t"]?.text else { return false }
        if type == "null" { return value.isNull }
        let shown = value.shown
        if type == "json" {
            guard let document = expected["v"], let decoded = JSONDocument(shown) else { return false }
            return document.means(decoded)
        }
        guard let text = expected["v"]?.text else { return false }
        switch type {
        case "bytes_hex": return (try? value.rendered()) == Hex.bytes(text)
        case "decimal": return withoutZeros(shown) == withoutZeros(text)
        case "float":
            guard let one = Double(shown), let two = Double(text) else { return false }
            return one == two || expected["round"] != nil && abs(one - two) < 0.005
        case "datetime", "time", "date":
            if expected["precision"] != nil { return shown.hasPrefix(withoutZeros(text)) }
            return withoutZeros(shown) == withoutZeros(text)
        default:
            if shown == text || value.raw == Array(text.utf8) { return true }
            guard case .json = value.column.type, let one = JSONDocument(shown), let two = JSONDocument(text) else {
                return false
            }
            return one.means(two)
        }
    }

    /// Without the zeros that end a fraction.
    private static func withoutZeros(_ text: String) -> String {
        guard text.contains(".") else { return text }
        var rest = text[...]
        while rest.hasSuffix("0") { rest.removeLast() }
        if rest.hasSuffix(".") { rest.removeLast() }
        return String(rest)
    }
}
