import Rows

extension Table {
    /// `database.table`, as messages name it.
    var qualifiedName: String { database.isEmpty ? name : "\(database).\(name)" }
}

/// Why a cell cannot be handed to a target.
enum CellError: Error, Equatable {
    /// The column is not in the row image.
    case absent
    /// A key column is NULL.
    case nullKey
    /// An unsigned integer beyond what the target's column can hold.
    case tooLarge
    /// The row's values are more than 4 GiB together.
    case rowTooLarge
    /// A text with a blank at its end, for a CHAR column, which would lose it.
    case trailingBlank
    /// A number with more digits than the target's FLOAT(M,D) or DOUBLE(M,D) keeps.
    case rounded
    /// The empty value of a NOT NULL geometry that was never given one.
    case noGeometry
    case value(ValueError)
}

// What sinks say of a single row. Names and positions only, never a value.
extension SinkError {
    /// A refusal of one row of `batch`.
    init(_ disposition: Disposition, _ reason: String, row: Row, of batch: RowBatch) {
        let table = batch.table.qualifiedName
        self.init(disposition, "\(table) at \(batch.origin.position), row \(row.index): \(reason)", table: table)
    }

    /// A cell of one row of `batch` that cannot be handed to the target.
    init(_ error: CellError, column: Int, row: Row, of batch: RowBatch) {
        let name = batch.table.columns[column].name
        switch error {
        case .absent:
            self.init(
                .fatal,
                "column \(name) is not in the row image; have the source log whole rows: "
                    + "SET GLOBAL binlog_row_image=FULL",
                row: row, of: batch)
        case .nullKey:
            self.init(.fatal, "key column \(name) is NULL, which names no row", row: row, of: batch)
        case .tooLarge:
            self.init(
                .rejected(.invalidValue),
                "column \(name): an unsigned value beyond 9223372036854775807 does not fit the target's INTEGER column; "
                    + "make the table anew with it declared TEXT",
                row: row, of: batch)
        case .rowTooLarge:
            self.init(
                .rejected(.invalidValue), "column \(name): the row's values are more than 4 GiB up to here", row: row,
                of: batch)
        case .trailingBlank:
            self.init(
                .rejected(.invalidValue),
                "column \(name): a text with a blank at its end, which the target's CHAR column would lose; make it a VARCHAR",
                row: row, of: batch)
        case .rounded:
            self.init(
                .rejected(.invalidValue),
                "column \(name): the target's column would round the number; declare it FLOAT or DOUBLE, without digits",
                row: row, of: batch)
        case .noGeometry:
            self.init(
                .rejected(.invalidValue),
                "column \(name): the empty value of a geometry that was never set, which no statement can write; set it "
                    + "at the source",
                row: row, of: batch)
        case .value(.invalidBytes), .value(.notFinite):
            self.init(.rejected(.invalidValue), "column \(name): \(error.text)", row: row, of: batch)
        case .value:
            self.init(.fatal, "column \(name): \(error.text)", row: row, of: batch)
        }
    }

    /// What a sink that keeps rows by key says of a table without one.
    static func missingKey(_ table: Table) -> String {
        "\(table.qualifiedName) has no primary key, and the rows of the target are told apart by it: give the source "
            + "table one, or have the view keep it"
    }
}

extension CellError {
    fileprivate var text: String {
        if case .value(let error) = self { error.description } else { "" }
    }
}
