import Rows

/// Says, once a column, what logs without full metadata leave open and how `tail` prints it all the same. Confined to
/// one thread.
final class UntoldColumns {
    private let say: (String) -> Void
    /// Tables that were spoken of, by name and columns.
    private var tables: [Table] = []
    /// Columns that held what is no UTF-8: `shop.orders.@3`.
    private var encoded: Set<String> = []

    init(say: @escaping (String) -> Void) {
        self.say = say
    }

    /// Looks at a batch before it is printed.
    func notice(_ batch: RowBatch) {
        let table = batch.table
        guard table.metadata != .full else { return }
        if !tables.contains(where: { $0 === table }) {
            let isKnown = tables.contains {
                $0.database == table.database && $0.name == table.name && $0.columns == table.columns
            }
            tables.append(table)
            if !isKnown { introduce(table) }
        }
        for (index, column) in table.columns.enumerated() where column.type == .text(.unknown) {
            let name = "\(table.database).\(table.name).\(column.name)"
            if encoded.contains(name) || isUTF8(index, batch) { continue }
            encoded.insert(name)
            say("\(name): values that are not UTF-8 are printed as base64")
        }
    }

    private func introduce(_ table: Table) {
        var integers: [String] = []
        var texts: [String] = []
        var labels: [String] = []
        for column in table.columns {
            switch column.type {
            case .integer where table.metadata == .none: integers.append(column.name)
            case .text(.unknown): texts.append(column.name)
            case .enumeration(labels: []), .set(labels: []): labels.append(column.name)
            default: break
            }
        }
        var parts = ["they are printed by number"]
        if !integers.isEmpty { parts.append("integers as signed: \(integers.joined(separator: ", "))") }
        if !texts.isEmpty {
            parts.append("text and bytes as UTF-8, or base64 where they are none: \(texts.joined(separator: ", "))")
        }
        if !labels.isEmpty { parts.append("ENUM and SET as numbers: \(labels.joined(separator: ", "))") }
        say(
            "\(table.database).\(table.name): the log does not tell all about the columns (binlog_row_metadata), so "
                + parts.joined(separator: "; "))
    }

    private func isUTF8(_ column: Int, _ batch: RowBatch) -> Bool {
        for row in batch.rows {
            for image in [row.before, row.after] where image >= 0 {
                guard let bytes = batch.bytes(of: batch.cell(column, at: image)) else { continue }
                if (try? UTF8Span(validating: bytes)) == nil { return false }
            }
        }
        return true
    }
}
