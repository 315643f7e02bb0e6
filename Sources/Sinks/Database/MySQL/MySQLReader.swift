import MySQLClient
import Rows

/// Reads target tables back as canonical text, row by row.
final class MySQLReader: TargetReader {
    private let settings: MySQLSettings

    init(_ settings: MySQLSettings) throws(SinkError) {
        self.settings = settings
        // Now rather than at the first table.
        _ = try MySQLSession(settings)
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
