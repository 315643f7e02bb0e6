import BinlogReader
import MySQLClient
import Rows
import TestSupport

@testable import Replicator

/// A server with the table of ``EdgeValues``, and that table's rows as a batch from its binary log: evaluates an
/// expression on both, and tells where they differ.
final class ServerOracle: @unchecked Sendable {
    // @unchecked Sendable because only one suite uses it, which is serialized.
    static let shared = Result { try ServerOracle() }

    private let connection: Connection
    private let database: String
    let table: Table
    let batch: RowBatch

    init() throws {
        let server = try MariaDBServer.shared()
        database = try server.makeDatabase("differential")
        connection = try server.connect(database: database)
        try connection.execute(script: "SET NAMES utf8mb4; SET time_zone = '+00:00'; SET sql_mode = 'ANSI_QUOTES'")
        let start = try server.binlogEnd()
        _ = try connection.execute(EdgeValues.createTable)
        for statement in EdgeValues.inserts() { _ = try connection.execute(statement) }
        _ = try server.flushLogs()
        let position = BinlogPosition(file: start.file, offset: start.offset)
        let batches = try Self.batches(of: database, in: server.dataDirectory, from: position)
        table = batches[0].table
        batch = Self.joined(batches, table: table)
    }

    private static func batches(of database: String, in folder: String, from start: BinlogPosition) throws -> [RowBatch]
    {
        let files = try FileSource(path: folder, start: start)
        let options = ReaderOptions(selects: { name, _ in name == database })
        let reader = ChangeReader(source: files, start: start, options: options)
        var batches: [RowBatch] = []
        while let event = try reader.next() {
            if case .rows(let batch) = event { batches.append(batch) }
        }
        return batches
    }

    /// One batch of all rows.
    private static func joined(_ batches: [RowBatch], table: Table) -> RowBatch {
        var result = RowBatch(table: table, origin: batches[0].origin)
        for batch in batches {
            let (offset, first) = (UInt32(result.bytes.count), Int32(result.cells.count))
            result.bytes += batch.bytes
            for cell in batch.cells {
                if case .bytes(let range) = cell {
                    result.cells.append(.bytes(ByteRange(start: range.start + offset, count: range.count)))
                } else {
                    result.cells.append(cell)
                }
            }
            for row in batch.rows {
                result.rows.append(
                    Row(
                        operation: row.operation, before: -1, after: row.after + first, index: UInt32(result.rows.count)
                    ))
            }
        }
        return result
    }

    /// What the two make of an expression.
    enum Outcome: Equatable {
        case same
        /// We do not support it, and say so.
        case refused(String)
        case different(String)
    }

    /// Outcomes in the order of the expressions.
    func compare(_ expressions: [String]) -> [Outcome] {
        var outcomes: [Outcome] = []
        for start in stride(from: 0, to: expressions.count, by: 40) {
            let group = Array(expressions[start..<min(start + 40, expressions.count)])
            // All at once is faster, but one error fails them all.
            outcomes += group.count > 1 ? compareTogether(group) ?? group.map(compare) : group.map(compare)
        }
        return outcomes
    }

    func serverRefuses(_ expression: String) -> Bool {
        if case .failure = server(expression) { return true }
        return false
    }

    private func compareTogether(_ expressions: [String]) -> [Outcome]? {
        var views: [CompiledView?] = []
        var outcomes: [Outcome] = []
        for expression in expressions {
            do {
                views.append(try compile(expression))
                outcomes.append(.same)
            } catch {
                views.append(nil)
                outcomes.append(.refused(error.message))
            }
        }
        let asked = views.indices.filter { views[$0] != nil }
        guard !asked.isEmpty else { return outcomes }
        guard let answers = try? serverAnswers(asked.map { expressions[$0] }) else { return nil }
        for (index, answer) in zip(asked, answers) {
            guard let view = views[index] else { continue }
            outcomes[index] =
                typeDifference(view.outputs[1].type, answer.type, expressions[index]).map { .different($0) }
                ?? compareValues(expressions[index], view, answer)
        }
        return outcomes
    }

    private func compile(_ expression: String) throws(MappingError) -> CompiledView {
        try MappingFile.parse(
            path: "m.sql", text: "CREATE VIEW v AS SELECT id, \(expression) AS x FROM \(database).edge"
        ).views[0].compile(source: table)
    }

    private func compare(_ expression: String) -> Outcome {
        let view: CompiledView
        do {
            view = try compile(expression)
        } catch {
            return .refused(error.message)
        }
        switch server(expression) {
        case .failure(let message):
            // A constant that is out of range it finds before the first row.
            let isOutOfRange = message.contains("out of range") && values(view, batch, view.outputs[1].type) == nil
            return isOutOfRange ? .same : .different("the server refuses it: \(message)")
        case .success(let answer):
            if let difference = typeDifference(view.outputs[1].type, answer.type, expression) {
                return .different(difference)
            }
            return compareValues(expression, view, answer)
        }
    }

    private func compareValues(_ expression: String, _ view: CompiledView, _ answer: Answer) -> Outcome {
        let type = view.outputs[1].type
        // Row by row only if some row has no value.
        let all = answer.rows == nil ? nil : values(view, batch, type)
        for (index, row) in batch.rows.enumerated() {
            let expected = answer.rows.map { Value(text: $0[index]) } ?? serverRow(expression, index)
            let ours: Value
            if let all {
                ours = all[index]
            } else {
                var single = batch
                single.rows = [row]
                ours = value(view, single, type)
            }
            guard Self.same(ours, expected, type) || sameBytes(ours, expression, index, type) else {
                return .different(
                    "row \(index): \(ours), the server has \(expected) (\(operands(expression, index)))")
            }
            if ours.text == nil, !view.outputs[1].isNullable, ours.error == nil {
                return .different("row \(index): NULL of a type that is not nullable")
            }
        }
        return .same
    }

    // MARK: - Ours

    struct Value: CustomStringConvertible {
        var text: [UInt8]?
        var error: String?

        var description: String {
            if let error { return "error: \(error)" }
            guard let text else { return "NULL" }
            guard let string = String(validating: text, as: UTF8.self) else {
                return "0x" + text.map { String($0, radix: 16) }.joined(separator: " ")
            }
            return "\"\(string)\""
        }
    }

    private func value(_ view: CompiledView, _ batch: RowBatch, _ type: ColumnType) -> Value {
        do {
            guard let result = try view.apply(batch, keyed: false) else { return Value(error: "nothing") }
            return text(of: result.rows[0], in: result, type)
        } catch {
            return Value(error: error.message)
        }
    }

    private func values(_ view: CompiledView, _ batch: RowBatch, _ type: ColumnType) -> [Value]? {
        guard let result = try? view.apply(batch, keyed: false) else { return nil }
        return result.rows.map { text(of: $0, in: result, type) }
    }

    private func text(of row: Row, in batch: RowBatch, _ type: ColumnType) -> Value {
        let cell = batch.cell(1, at: row.after)
        if case .null = cell { return Value() }
        var text: [UInt8] = []
        do {
            try ValueText.append(cell, of: type, in: batch, to: &text)
            return Value(text: text)
        } catch {
            return Value(error: "\(error)")
        }
    }

    // MARK: - The server's

    struct Answer {
        /// As SHOW COLUMNS tells it.
        var type: String
        /// Nil if the server refuses some row.
        var rows: [[UInt8]?]?
    }

    enum ServerAnswer {
        case success(Answer)
        case failure(String)
    }

    private func server(_ expression: String) -> ServerAnswer {
        do {
            return .success(try serverAnswers([expression])[0])
        } catch  where error.code == 1690 {
            // Of some row: each is asked for on its own.
            guard let type = try? types([expression])[0] else { return .failure(error.message) }
            return .success(Answer(type: type, rows: nil))
        } catch {
            return .failure(error.message)
        }
    }

    private func serverAnswers(_ expressions: [String]) throws(MySQLError) -> [Answer] {
        let types = try types(expressions)
        let list = expressions.joined(separator: ", ")
        let rows = try connection.query("SELECT \(list) FROM edge ORDER BY id").rows
        return types.enumerated().map { index, type in Answer(type: type, rows: rows.map { $0[index] }) }
    }

    /// As SHOW COLUMNS tells them, with the collation.
    private func types(_ expressions: [String]) throws(MySQLError) -> [String] {
        let list = expressions.enumerated().map { "\($1) AS x\($0)" }.joined(separator: ", ")
        _ = try connection.execute("DROP TEMPORARY TABLE IF EXISTS typed")
        _ = try connection.execute("CREATE TEMPORARY TABLE typed AS SELECT \(list) FROM edge LIMIT 0")
        let columns = try connection.query("SHOW FULL COLUMNS FROM typed")
        return columns.rows.indices.map { row in
            let type = columns.text(row, 1) ?? ""
            let collation = columns.text(row, 2) ?? ""
            return collation.isEmpty || collation == "NULL" ? type : "\(type) \(collation)"
        }
    }

    private func serverRow(_ expression: String, _ id: Int) -> Value {
        do {
            let rows = try connection.query("SELECT \(expression) AS x FROM edge WHERE id = \(id)").rows
            return Value(text: rows[0][0])
        } catch {
            return Value(error: error.message)
        }
    }

    /// The columns of `edge` that an expression names, with their values.
    private func operands(_ expression: String, _ id: Int) -> String {
        let names = table.columns.map(\.name).filter { name in
            name != "id"
                && expression.split(whereSeparator: { !($0.isLetter || $0.isNumber || $0 == "_") }).contains {
                    $0 == name
                }
        }
        guard !names.isEmpty,
            let row = try? connection.query("SELECT \(names.joined(separator: ", ")) FROM edge WHERE id = \(id)").rows
                .first
        else { return "" }
        return zip(names, row).map { "\($0) = \(Value(text: $1))" }.joined(separator: ", ")
    }

    // MARK: - Comparison

    private static func same(_ ours: Value, _ expected: Value, _ type: ColumnType) -> Bool {
        if ours.error != nil || expected.error != nil {
            return ours.error != nil && (expected.error != nil || !fits(expected.text, type))
        }
        guard let one = ours.text, let other = expected.text else { return ours.text == nil && expected.text == nil }
        switch type {
        case .double:
            return number(one) == number(other)
        case .float:
            guard let value = number(one), let shown = number(other) else { return false }
            // The server prints six digits.
            return abs(value - shown) <= abs(shown) * 1e-5
        case .bit:
            // A BIT that is computed prints as a number, a column as its bytes.
            return one == other
                || String(decoding: one, as: UTF8.self) == String(other.reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
        case .year:
            return number(one) == number(other)
        case .decimal where number(one) == 0:
            // The remainder of a negative number can be a zero with a sign on the server; no column keeps that.
            return number(other) == 0 && one.count == other.drop { $0 == UInt8(ascii: "-") }.count
        default:
            return one == other
        }
    }

    /// The protocol converts text that became bytes in the end, as a table would not: HEX shows what it is.
    private func sameBytes(_ ours: Value, _ expression: String, _ id: Int, _ type: ColumnType) -> Bool {
        guard type == .blob, let bytes = ours.text,
            let rows = try? connection.query("SELECT HEX(\(expression)) FROM edge WHERE id = \(id)")
        else { return false }
        let digits = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }.joined()
        return rows.text(0, 0) == digits
    }

    /// False for a number with more digits than its own type: the server shows it, but no column can hold it.
    private static func fits(_ text: [UInt8]?, _ type: ColumnType) -> Bool {
        guard let text, case .decimal(let precision, let scale) = type else { return true }
        let whole = text.prefix { $0 != UInt8(ascii: ".") }.filter { $0 != UInt8(ascii: "-") }
        return whole.count <= Int(precision) - Int(scale) || whole == [UInt8(ascii: "0")]
    }

    private static func number(_ text: [UInt8]) -> Double? {
        Double(String(decoding: text, as: UTF8.self))
    }

    /// Nil if the server's type, as SHOW COLUMNS tells it, is ours.
    private func typeDifference(_ type: ColumnType, _ server: String, _ expression: String) -> String? {
        // The length of a text column is not known to us: numbers that are made of it may get more digits.
        let isWider = ["v", "vb", "v3", "l", "c", "cy", "as", "tx", "bi"].contains { name in
            expression.contains("a_\(name)") || expression.contains("b_\(name)")
        }
        let words = server.split(separator: " ").map(String.init)
        let base = words[0].split(separator: "(").first.map(String.init) ?? ""
        let isUnsigned = words.contains("unsigned")
        let fits: Bool
        switch type {
        case .integer(let byteCount, let unsigned):
            let name = [1: "tinyint", 2: "smallint", 3: "mediumint", 4: "int"][byteCount] ?? "bigint"
            fits = (base == name || (isWider && byteCount == 8 && base == "int")) && isUnsigned == unsigned
        case .decimal(let precision, let scale):
            fits = words[0] == "decimal(\(precision),\(scale))" || (isWider && words[0].hasSuffix(",\(scale))"))
        case .float: fits = base == "float"
        case .double: fits = base == "double"
        case .bit: fits = base == "bit"
        case .year: fits = base == "year"
        case .date: fits = base == "date"
        case .time(let digits): fits = words[0] == (digits == 0 ? "time" : "time(\(digits))")
        case .dateTime(let digits): fits = words[0] == (digits == 0 ? "datetime" : "datetime(\(digits))")
        case .timestamp(let digits): fits = words[0] == (digits == 0 ? "timestamp" : "timestamp(\(digits))")
        case .text(let collation):
            // What is only ever NULL has no type to speak of.
            fits = words.last == collation.name || server == "binary(0)"
        case .binary: fits = base == "binary"
        case .enumeration: fits = base == "enum"
        case .set: fits = base == "set"
        case .blob: fits = base.hasSuffix("blob") || base.hasSuffix("binary")
        default: fits = false
        }
        return fits ? nil : "the type is \(type), the server's \(server)"
    }
}
