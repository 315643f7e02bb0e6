import Rows

/// A change of the source, or what a view makes of it, for a terminal: a heading, a line a column, and the statements.
struct TrialText {
    private var lines: [String]

    /// Longer values are cut: `--format json` has the whole.
    private static let valueWidth = 48

    var text: String { lines.joined(separator: "\n") }

    /// - Parameter change: of one row.
    init(source change: RowBatch, isLogged: Bool) {
        let name = "\(change.table.database).\(change.table.name)"
        guard let row = change.rows.first else {
            lines = []
            return
        }
        if isLogged {
            let origin = change.origin
            let gtid = origin.gtid.map { ", GTID \($0)" } ?? ""
            lines = [
                "\(row.operation.word) of \(name) at \(origin.position), row \(row.index), committed "
                    + "\(TimePoint.text(origin.commitMicroseconds))\(gtid)"
            ]
        } else {
            lines = ["row \(row.index + 1) of \(name), as it is now"]
        }
        lines += Self.columns(row, of: change)
    }

    init(view: ViewDefinition, _ outcomes: [(target: TrialTarget, outcome: TrialTarget.Outcome)]) {
        lines = []
        // Sinks that append see other rows than those that keep rows by key.
        for isKeyed in [true, false] {
            let outcomes = outcomes.filter { $0.target.isKeyed == isKeyed }
            guard !outcomes.isEmpty else { continue }
            let names = outcomes.map(\.target.name).joined(separator: ", ")
            if let rows = outcomes.lazy.compactMap(\.outcome.rows).first {
                for row in rows.rows {
                    lines.append("-> \(row.operation.word) of \(view.targetName) (\(names))")
                    lines += Self.columns(row, of: rows)
                }
            } else if outcomes.contains(where: { $0.outcome.error == nil }) {
                lines.append("-> nothing of \(view.targetName) (\(names)): the row is not in the view")
            }
            for (target, outcome) in outcomes {
                lines += outcome.statements.map { "   \(target.name): \($0)" }
                if let error = outcome.error {
                    lines.append("-> error: \(view.targetName) (\(target.name)):")
                    lines.append(error)
                }
            }
        }
    }

    /// `  name  before  after`, without the images that there are not.
    private static func columns(_ row: Row, of batch: RowBatch) -> [String] {
        let images = [row.before, row.after].filter { $0 >= 0 }
        var table = batch.table.columns.enumerated().map { index, column in
            [column.name] + images.map { value(batch.cell(index, at: $0), column.type, in: batch) }
        }
        if images.count == 2 { table.insert(["", "before", "after"], at: 0) }
        let widths = (0..<(images.count + 1)).map { cell in table.map { $0[cell].unicodeScalars.count }.max() ?? 0 }
        return table.map { cells in
            let padded = zip(cells, widths).map { cell, width in
                cell + String(repeating: " ", count: width - cell.unicodeScalars.count)
            }
            let line = "     " + padded.joined(separator: "  ")
            return String(line[...(line.lastIndex { $0 != " " } ?? line.startIndex)])
        }
    }

    /// As JSON; `-` where it is not known.
    private static func value(_ cell: Cell, _ type: ColumnType, in batch: RowBatch) -> String {
        if case .absent = cell { return "-" }
        var bytes: [UInt8] = []
        do throws(ValueError) {
            try ValueText.appendJSON(cell, of: type, in: batch, to: &bytes)
        } catch {
            return "(\(error))"
        }
        let text = String(decoding: bytes, as: UTF8.self)
        guard text.unicodeScalars.count > valueWidth else { return text }
        return String(String.UnicodeScalarView(text.unicodeScalars.prefix(valueWidth - 1))) + "…"
    }
}

extension Operation {
    fileprivate var word: String {
        switch self {
        case .insert: "insert"
        case .update: "update"
        case .delete: "delete"
        }
    }
}
