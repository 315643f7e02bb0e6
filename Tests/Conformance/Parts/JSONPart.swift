import Rows

@testable import BinlogReader

/// `json_binary`: documents in MySQL's binary form, as the values of a JSON column.
enum JSONPart {
    static func check(_ item: CorpusCase) throws -> Outcome {
        let data = try item.bytes("data_hex")
        let log = SyntheticLog.row(
            types: [BinlogType.json.rawValue], metadata: [4], values: SyntheticLog.bytes(UInt32(data.count)) + data)
        let reading = Reading(log.events)
        let expected = item["expected_text"]?.text ?? item["expected_json"].map { "\($0)" } ?? "a document"
        guard reading.error == nil, let value = reading.rows.first?.after?.first else {
            return .fail(expected: expected, actual: reading.error.map { "\($0)" } ?? "no row")
        }
        return compare(value.shown, item, expected)
    }

    private static func compare(_ actual: String, _ item: CorpusCase, _ expected: String) -> Outcome {
        if let text = item["expected_text"]?.text {
            // Some come from libraries that print no spaces: all else is compared byte for byte.
            return .compare(isCompact(text) ? compact(actual) : actual, with: text)
        }
        guard let document = item["expected_json"], let decoded = JSONDocument(actual) else {
            return .fail(expected: expected, actual: actual)
        }
        return document.means(decoded) ? .pass : .fail(expected: expected, actual: actual)
    }

    private static func isCompact(_ text: String) -> Bool { compact(text) == text }

    /// Without the white space between tokens.
    static func compact(_ text: String) -> String {
        var isInside = false
        var isEscaped = false
        return String(
            text.filter { character in
                if isInside {
                    if isEscaped {
                        isEscaped = false
                    } else if character == "\\" {
                        isEscaped = true
                    } else if character == "\"" {
                        isInside = false
                    }
                    return true
                }
                if character == "\"" { isInside = true }
                return !character.isWhitespace
            })
    }
}
