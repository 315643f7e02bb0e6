import CSQLite
import Rows

/// Reads target tables of a SQLite file back as canonical text.
final class SQLiteReader: TargetReader {
    private let connection: SQLiteConnection

    init(path: String) throws(SinkError) {
        connection = try SinkError.wrapping { () throws(SQLiteError) in
            try SQLiteConnection(path: path, access: .read)
        }
    }

    func readRows(of table: Table, _ body: ([[UInt8]?]) throws -> Void) throws {
        let columns = table.columns.map { SQLDialect.sqlite.quoted($0.name) }.joined(separator: ", ")
        var values = [[UInt8]?](repeating: nil, count: table.columns.count)
        var failure: (any Error)?
        let select = try SinkError.wrapping { () throws(SQLiteError) in
            try connection.prepare("SELECT \(columns) FROM \(SQLDialect.sqlite.quoted(table.name))")
        }
        do throws(SQLiteError) {
            try select.query { row throws(SQLiteError) in
                do {
                    for (index, column) in table.columns.enumerated() {
                        values[index] = try Self.text(of: column.type, row, Int32(index))
                    }
                    try body(values)
                } catch {
                    failure = error
                    throw SQLiteError(code: SQLITE_ABORT, message: "reading was ended", path: connection.path)
                }
            }
        } catch {
            throw failure ?? SinkError(error)
        }
    }

    /// The canonical text of what is stored, whatever class it is stored as.
    private static func text(
        of type: ColumnType, _ row: SQLiteStatement, _ column: Int32
    ) throws(ValueError) -> [UInt8]? {
        var text: [UInt8] = []
        switch (row.storageClass(column), type) {
        case (.null, _): return nil
        case (.text, _), (.blob, _): return row.bytes(column)
        case (.integer, .float), (.integer, .double), (.real, .double):
            try FloatText.append(row.real(column), to: &text)
        case (.real, .float): try FloatText.append(Float(row.real(column)), to: &text)
        case (.integer, _): IntegerText.append(row.integer(column), to: &text)
        case (.real, _): try FloatText.append(row.real(column), to: &text)
        }
        return text
    }
}
