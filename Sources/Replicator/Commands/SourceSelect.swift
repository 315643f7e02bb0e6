import MySQLClient
import Rows

/// The SELECT that makes a target table's rows on the source itself, each value in the form by which design §4
/// compares it. Independent of our evaluator: the server is the oracle.
struct SourceSelect {
    let sql: String
    /// Columns that only the binary log knows; nothing is selected for them.
    let uncomparable: Set<Int>

    /// - Parameter server: whose SQL it is to be.
    init(_ route: Route, from source: Table, on server: ServerVersion.Flavour) {
        var expressions: [String] = []
        var uncomparable: Set<Int> = []
        var condition: String?
        switch route.shape {
        case .copy:
            expressions = source.columns.map { Self.comparable(Self.quoted($0.name), $0.type, server) }
        case .view(let view):
            condition = view.whereText
            for (index, output) in view.outputs.enumerated() {
                if output.dependsOnChange {
                    uncomparable.insert(index)
                    expressions.append("NULL")
                } else {
                    expressions.append(Self.comparable("(\(output.expression))", output.type, server))
                }
            }
        }
        self.uncomparable = uncomparable
        // Numbered names: a derived table, as `count` makes of it, refuses two columns of the same name.
        let outputs = expressions.enumerated().map { index, expression in "\(expression) AS replicator_\(index)" }
        sql =
            "SELECT \(outputs.joined(separator: ", ")) FROM \(Self.quoted(source.database)).\(Self.quoted(source.name))"
            + (condition.map { " WHERE \($0)" } ?? "")
    }

    private static func quoted(_ name: String) -> String {
        "`" + name.split(separator: "`", omittingEmptySubsequences: false).joined(separator: "``") + "`"
    }

    /// The comparison query of design §4 for a value of `type`.
    private static func comparable(
        _ expression: String, _ type: ColumnType, _ server: ServerVersion.Flavour
    ) -> String {
        // As it is stored: by default MySQL swaps the axes of geographic ones.
        let order = server == .mySQL ? ", 'axis-order=long-lat'" : ""
        return switch type {
        case .integer, .bit, .year: "\(expression) + 0"
        case .float, .double: "CAST(\(expression) AS DOUBLE)"
        case .text: "CONVERT(\(expression) USING utf8mb4)"
        case .binary, .blob, .vector: "HEX(\(expression))"
        case .json: "CAST(\(expression) AS CHAR)"
        case .geometry: "CONCAT(ST_SRID(\(expression)), ' ', HEX(ST_AsWKB(\(expression)\(order))))"
        case .decimal, .date, .time, .dateTime, .timestamp, .enumeration, .set, .uuid, .inet4, .inet6: expression
        }
    }
}

/// Brings a compared value into the canonical text that sinks hold.
enum ComparableText {
    static func canonical(_ text: [UInt8], _ type: ColumnType) -> [UInt8] {
        switch type {
        case .float:
            guard let value = Double(String(decoding: text, as: UTF8.self)) else { return text }
            var canonical: [UInt8] = []
            do { try FloatText.append(Float(value), to: &canonical) } catch { return text }
            return canonical
        case .double:
            guard let value = Double(String(decoding: text, as: UTF8.self)) else { return text }
            var canonical: [UInt8] = []
            do { try FloatText.append(value, to: &canonical) } catch { return text }
            return canonical
        case .decimal: return withoutFill(text)
        case .binary, .blob: return unhex(text[...])
        case .vector:
            var canonical: [UInt8] = []
            do { try VectorText.append(unhex(text[...]).span, to: &canonical) } catch { return text }
            return canonical
        case .geometry:
            guard let space = text.firstIndex(of: 0x20),
                let srid = UInt32(String(decoding: text[..<space], as: UTF8.self))
            else { return text }
            let little = (0..<4).map { UInt8(truncatingIfNeeded: srid >> ($0 * 8)) }
            return little + unhex(text[(space + 1)...])
        default: return text
        }
    }

    /// Without the zeros that ZEROFILL puts in front.
    private static func withoutFill(_ digits: [UInt8]) -> [UInt8] {
        let zero = UInt8(ascii: "0")
        guard digits.first == zero, let start = digits.firstIndex(where: { $0 != zero }) else {
            return digits.allSatisfy { $0 == zero } ? [zero] : digits
        }
        return Array(digits[digits[start] == UInt8(ascii: ".") ? (start - 1)... : start...])
    }

    private static func unhex(_ digits: ArraySlice<UInt8>) -> [UInt8] {
        func value(_ digit: UInt8) -> UInt8 { digit < 0x3A ? digit &- 0x30 : digit &- 0x37 }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count / 2)
        var high: UInt8?
        for digit in digits {
            if let first = high {
                bytes.append(first << 4 | value(digit))
                high = nil
            } else {
                high = value(digit)
            }
        }
        return bytes
    }
}
