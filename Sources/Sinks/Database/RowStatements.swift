import Rows

/// What differs between databases in the statements of a row change.
struct SQLDialect: Sendable {
    /// Stands around names; doubled inside them.
    let quote: Character
    /// Begins an INSERT that fails on a row which is there already, whatever the table says.
    let insert: String
    /// Begins an UPDATE, likewise.
    let update: String

    /// SQLite's tables can say `ON CONFLICT REPLACE` or `IGNORE`, which would delete or drop rows: `OR ABORT` wins.
    /// And a name in double quotes that is no column is a text to SQLite; in backticks it is an error.
    static let sqlite = SQLDialect(quote: "`", insert: "INSERT OR ABORT INTO", update: "UPDATE OR ABORT")

    func quoted(_ name: String) -> String {
        var text = String(quote)
        for character in name {
            if character == quote { text.append(quote) }
            text.append(character)
        }
        text.append(quote)
        return text
    }
}

/// The text of the statements that apply a change to one row of a table. None of them can touch another row than the
/// one whose key it is given.
///
/// Parameters `?1` to `?n` are the table's columns, `?n+1` to `?n+k` the key of the row as it was; `delete` has that
/// key alone, from `?1`.
struct RowStatements {
    let insert: String
    /// Sets all columns but the key's; nil where there are no others.
    let update: String?
    /// Sets all columns, the key's too.
    let rekey: String
    let delete: String

    /// - Parameter comparison: what follows the name of the key column with the given index in a comparison, as in
    ///   `name COLLATE BINARY = ?`; empty for none.
    init(table: Table, dialect: SQLDialect, comparison: (Int) -> String) {
        let name = dialect.quoted(table.name)
        let columns = table.columns.map { dialect.quoted($0.name) }
        func key(from first: Int) -> String {
            table.primaryKey.enumerated()
                .map { "\(columns[$1])\(comparison($1)) = ?\(first + $0)" }
                .joined(separator: " AND ")
        }
        func assignments(_ indices: some Collection<Int>) -> String {
            indices.map { "\(columns[$0]) = ?\($0 + 1)" }.joined(separator: ", ")
        }
        let values = columns.indices.map { "?\($0 + 1)" }.joined(separator: ", ")
        insert = "\(dialect.insert) \(name) (\(columns.joined(separator: ", "))) VALUES (\(values))"
        let others = columns.indices.filter { !table.primaryKey.contains($0) }
        let old = key(from: columns.count + 1)
        update = others.isEmpty ? nil : "\(dialect.update) \(name) SET \(assignments(others)) WHERE \(old)"
        rekey = "\(dialect.update) \(name) SET \(assignments(columns.indices)) WHERE \(old)"
        delete = "DELETE FROM \(name) WHERE \(key(from: 1))"
    }
}
