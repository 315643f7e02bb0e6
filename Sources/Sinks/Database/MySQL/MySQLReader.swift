import MySQLClient
import Rows

/// Reads target tables back as canonical text, row by row.
final class MySQLReader: TargetReader {
    private let settings: MySQLSettings
    /// Compares JSON, as the target does; apart from what is being read.
    private let comparison: MySQLSession

    init(_ settings: MySQLSettings) throws(SinkError) {
        self.settings = settings
        comparison = try MySQLSession(settings)
    }

    /// MySQL's JSON columns hold the value, not its text: the server itself tells whether two texts are one.
    func isEqual(_ found: [UInt8]?, _ expected: [UInt8]?, _ type: ColumnType) -> Bool {
        if found == expected { return true }
        switch type {
        case .decimal:
            // A target with more digits behind the point shows zeros there.
            guard let found, let expected, found.count > expected.count else { return false }
            return found.starts(with: expected) && isZeroFraction(found[expected.count...], of: expected)
        case .json:
            guard !comparison.isMariaDB, let found, let expected, let left = String(validating: found, as: UTF8.self),
                let right = String(validating: expected, as: UTF8.self)
            else { return false }
            let literal = { [connection = comparison.connection] in connection.literal($0) }
            do throws(SinkError) {
                let answer = try comparison.query(
                    "SELECT CAST(\(literal(left)) AS JSON) = CAST(\(literal(right)) AS JSON)")
                return answer.text(0, 0) == "1"
            } catch {
                return false
            }
        default: return false
        }
    }

    private func isZeroFraction(_ rest: ArraySlice<UInt8>, of digits: [UInt8]) -> Bool {
        let point = UInt8(ascii: ".")
        let zeros = digits.contains(point) ? rest : rest.first == point ? rest.dropFirst() : []
        return !zeros.isEmpty && zeros.allSatisfy { $0 == UInt8(ascii: "0") }
    }

    /// On a session of its own: one whose rows are not read to their end is over.
    func readRows(of table: Table, _ body: ([[UInt8]?]) throws -> Void) throws {
        let session = try MySQLSession(settings)
        let columns = table.columns.map { Self.expression($0) }.joined(separator: ", ")
        let name = "\(Connection.identifier(settings.database)).\(Connection.identifier(table.name))"
        var rows: RowStream
        do throws(MySQLError) {
            rows = try session.connection.stream("SELECT \(columns) FROM \(name)")
        } catch {
            throw SinkError(error, target: settings.label)
        }
        guard rows.columns.count == table.columns.count else {
            throw SinkError(
                .fatal, "\(settings.label): the answer has other columns than table \(table.name) was asked for")
        }
        var values = [[UInt8]?](repeating: nil, count: table.columns.count)
        while try next(&rows) {
            for (index, column) in table.columns.enumerated() {
                if let value = rows.value(index) {
                    values[index] = Self.canonical(value, column.type)
                } else {
                    values[index] = nil
                }
            }
            try body(values)
        }
    }

    private func next(_ rows: inout RowStream) throws(SinkError) -> Bool {
        do throws(MySQLError) {
            return try rows.next()
        } catch {
            throw SinkError(error, target: settings.label)
        }
    }

    /// A number as a number, without ZEROFILL's zeros, and FLOAT with all its digits; all others as they are.
    private static func expression(_ column: Column) -> String {
        let name = Connection.identifier(column.name)
        switch column.type {
        case .bit, .year: return "\(name) + 0"
        case .float, .double: return "CAST(\(name) AS DOUBLE)"
        default: return name
        }
    }

    private static func canonical(_ value: Span<UInt8>, _ type: ColumnType) -> [UInt8] {
        let text = value.withUnsafeBufferPointer { Array($0) }
        var number: [UInt8] = []
        do throws(ValueError) {
            switch type {
            case .float, .double:
                guard let text = String(validating: text, as: UTF8.self), let value = Double(text) else { break }
                if type == .float {
                    try FloatText.append(Float(value), to: &number)
                } else {
                    try FloatText.append(value, to: &number)
                }
                return number
            case .integer, .decimal: return withoutFill(text)
            case .vector:
                try VectorText.append(value, to: &number)
                return number
            default: break
            }
        } catch {
            // What is no number of ours is compared as it is.
        }
        return text
    }

    /// Without the zeros that ZEROFILL puts in front.
    private static func withoutFill(_ digits: [UInt8]) -> [UInt8] {
        let zero = UInt8(ascii: "0")
        guard digits.first == zero, digits.count > 1, digits[1] != UInt8(ascii: ".") else { return digits }
        let start = digits.firstIndex { $0 != zero } ?? digits.count - 1
        return Array(digits[(digits[start] == UInt8(ascii: ".") ? start - 1 : start)...])
    }
}
