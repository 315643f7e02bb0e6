import Rows

/// The query of a ``TargetGlance``: one row with the number of rows, then for each column 1 where one of them has a value.
/// In the order that the target has them at hand, which is that of its key: to ask for one could have it sort all it has.
struct GlanceStatement {
    let text: String

    init(_ table: Table, quoted: (String) -> String) {
        let found = table.columns.enumerated().map { "\(quoted($1.name)) IS NOT NULL AS c\($0)" }
        let any = table.columns.indices.map { "MAX(c\($0))" }
        text =
            "SELECT \((["COUNT(*)"] + any).joined(separator: ", ")) FROM (SELECT \(found.joined(separator: ", ")) FROM "
            + "\(quoted(table.name)) LIMIT \(TargetGlance.rowCount)) AS first_rows"
    }
}

extension TargetGlance {
    /// `values`: what the statement answers.
    init(_ values: [Int64]) {
        let isEmpty = values.first == 0
        let columns = values.dropFirst().enumerated().filter { $0.element == 0 }.map(\.offset)
        self.init(isEmpty: isEmpty, emptyColumns: isEmpty ? [] : columns)
    }
}
