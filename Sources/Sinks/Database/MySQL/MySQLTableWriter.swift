import MySQLClient
import Rows

/// The statements that change one target table, put together from bytes made once and the values of rows.
final class MySQLTableWriter {
    /// The table that the statements were made for. Batches of the same table usually share the object.
    private(set) var table: Table
    /// Rows may be written by their last state, many in a statement: see ``MySQLTableSchema/isPlain(key:enforcesForeignKeys:)``.
    let isPlain: Bool
    /// What the server said of the table when the statements were made.
    let definition: [UInt8]
    /// Columns that the target computes, which may round what they come to.
    let computedColumns: [String]
    private let columns: [MySQLColumn]
    private let isKey: [Bool]
    /// Columns that an INSERT names: those that the target does not compute.
    private let written: [Int]
    /// Columns that an UPDATE sets where the key stays: `written` without the key's,
    /// but for those that would move by themselves.
    private let others: [Int]
    private let names: [[UInt8]]
    private let insertHead: [UInt8]
    private let updateHead: [UInt8]
    private let deleteHead: [UInt8]
    private let upsertTail: [UInt8]

    /// - Parameter columns: one a column of `table`.
    init(
        table: Table, columns: [MySQLColumn], computedColumns: [String], definition: [UInt8], isPlain: Bool,
        database: String, isMariaDB: Bool
    ) {
        self.table = table
        self.computedColumns = computedColumns
        self.columns = columns
        self.definition = definition
        self.isPlain = isPlain
        let key = Set(table.primaryKey)
        isKey = columns.indices.map(key.contains)
        written = columns.indices.filter { !columns[$0].isGenerated }
        others = written.filter { !key.contains($0) || columns[$0].movesByItself }
        let quoted = table.columns.map { Connection.identifier($0.name) }
        names = quoted.map { Array($0.utf8) }
        let name = "\(Connection.identifier(database)).\(Connection.identifier(table.name))"
        let list = written.map { quoted[$0] }.joined(separator: ", ")
        insertHead = Array("INSERT INTO \(name) (\(list)) VALUES ".utf8)
        updateHead = Array("UPDATE \(name) SET ".utf8)
        deleteHead = Array("DELETE FROM \(name) WHERE ".utf8)
        // The key too: where its collation takes 'abc' for 'ABC', the row takes on the new one's spelling.
        let assignments = written.map { column in
            isMariaDB
                ? "\(quoted[column]) = VALUES(\(quoted[column]))"
                : "\(quoted[column]) = replicator_new.\(quoted[column])"
        }
        let alias = isMariaDB ? "" : " AS replicator_new"
        upsertTail = Array("\(alias) ON DUPLICATE KEY UPDATE \(assignments.joined(separator: ", "))".utf8)
    }

    /// True if the statements fit `other` too, which then becomes the table to be recognised by.
    func adopt(_ other: Table) -> Bool {
        if other === table { return true }
        guard other.database == table.database, other.name == table.name, other.columns == table.columns,
            other.primaryKey == table.primaryKey
        else { return false }
        table = other
        return true
    }

    // MARK: Rows

    /// True if a value of the row can only be written without a strict mode.
    func needsLenience(_ change: Row, of batch: RowBatch) -> Bool {
        guard change.after >= 0 else { return false }
        return columns.indices.contains { columns[$0].needsLenience(batch.cell($0, at: change.after)) }
    }

    /// The names of the columns with such values.
    func lenientColumns(_ change: Row, of batch: RowBatch) -> [String] {
        columns.indices.filter { columns[$0].needsLenience(batch.cell($0, at: change.after)) }
            .map { table.columns[$0].name }
    }

    /// True if an update leaves the key as it is, byte for byte.
    func keepsKey(_ change: Row, of batch: RowBatch) -> Bool {
        for column in table.primaryKey {
            let old = batch.cell(column, at: change.before)
            let new = batch.cell(column, at: change.after)
            switch (old, new) {
            case (.int(let old), .int(let new)): if old != new { return false }
            case (.uint(let old), .uint(let new)): if old != new { return false }
            case (.float(let old), .float(let new)): if old != new { return false }
            case (.double(let old), .double(let new)): if old != new { return false }
            default:
                guard let old = batch.bytes(of: old), let new = batch.bytes(of: new), old.count == new.count else {
                    return false
                }
                for index in old.indices where old[index] != new[index] { return false }
            }
        }
        return true
    }

    // MARK: Statements

    /// What stands around the rows of an INSERT.
    var headByteCount: Int { insertHead.count + upsertTail.count }

    func appendInsertHead(to statement: inout [UInt8]) {
        statement.append(contentsOf: insertHead)
    }

    func appendUpsertTail(to statement: inout [UInt8]) {
        statement.append(contentsOf: upsertTail)
    }

    func appendDeleteHead(to statement: inout [UInt8]) {
        statement.append(contentsOf: deleteHead)
    }

    /// `(1, 'text', NULL)`: the row after `change`.
    func appendValues(_ change: Row, of batch: RowBatch, to statement: inout [UInt8]) throws(SinkError) {
        var separator = UInt8(ascii: "(")
        for column in written {
            statement.append(separator)
            try appendLiteral(column, at: change.after, change, batch, to: &statement)
            separator = UInt8(ascii: ",")
        }
        statement.append(UInt8(ascii: ")"))
    }

    /// Sets the row of the key in image `key` to the row after `change`: all columns, or all but the key's.
    func appendUpdate(
        _ change: Row, of batch: RowBatch, whereKeyAt key: Int32, setsKey: Bool, to statement: inout [UInt8]
    ) throws(SinkError) {
        statement.append(contentsOf: updateHead)
        let set = setsKey || others.isEmpty ? written : others
        for (index, column) in set.enumerated() {
            if index > 0 { statement.append(UInt8(ascii: ",")) }
            statement.append(contentsOf: names[column])
            statement.append(UInt8(ascii: "="))
            try appendLiteral(column, at: change.after, change, batch, to: &statement)
        }
        statement.append(contentsOf: " WHERE ".utf8)
        try appendCondition(at: key, change, of: batch, to: &statement)
    }

    func appendDelete(
        _ change: Row, of batch: RowBatch, whereKeyAt key: Int32, to statement: inout [UInt8]
    ) throws(SinkError) {
        statement.append(contentsOf: deleteHead)
        try appendCondition(at: key, change, of: batch, to: &statement)
    }

    /// `a=1 AND b=2`: the row of the key in image `image`.
    func appendCondition(
        at image: Int32, _ change: Row, of batch: RowBatch, to statement: inout [UInt8]
    ) throws(SinkError) {
        for (index, column) in table.primaryKey.enumerated() {
            if index > 0 { statement.append(contentsOf: " AND ".utf8) }
            statement.append(contentsOf: names[column])
            statement.append(UInt8(ascii: "="))
            try appendLiteral(column, at: image, change, batch, to: &statement)
        }
    }

    /// The condition for one of many rows: `a` and its literal of `a IN (…)` where the key is one column.
    var onlyKeyColumn: [UInt8]? {
        table.primaryKey.count == 1 ? table.primaryKey.first.map { names[$0] } : nil
    }

    /// The literal that goes with ``onlyKeyColumn``, or the row's condition in parentheses.
    func appendKey(at image: Int32, _ change: Row, of batch: RowBatch, to bytes: inout [UInt8]) throws(SinkError) {
        if table.primaryKey.count == 1, let column = table.primaryKey.first {
            try appendLiteral(column, at: image, change, batch, to: &bytes)
        } else {
            bytes.append(UInt8(ascii: "("))
            try appendCondition(at: image, change, of: batch, to: &bytes)
            bytes.append(UInt8(ascii: ")"))
        }
    }

    private func appendLiteral(
        _ column: Int, at image: Int32, _ change: Row, _ batch: RowBatch, to statement: inout [UInt8]
    ) throws(SinkError) {
        do throws(CellError) {
            let cell = batch.cell(column, at: image)
            if case .null = cell, isKey[column] { throw .nullKey }
            try columns[column].appendLiteral(cell, in: batch, to: &statement)
        } catch {
            throw SinkError(error, column: column, row: change, of: batch)
        }
    }
}

extension MySQLTableWriter {
    /// For `table` as the target has it now. Throws, with what `check` says, where it cannot be written.
    ///
    /// - Parameter definition: see ``definition``.
    convenience init(for table: Table, definition: [UInt8], on session: MySQLSession) throws(SinkError) {
        let settings = session.settings
        let schema = try MySQLSchemaReader(session).schema(of: table.name)
        let found = MySQLFindings(settings: settings, isMariaDB: session.isMariaDB).findings(for: table, in: schema)
        guard found.isEmpty, let schema else {
            throw SinkError(.fatal, "\(settings.label): \(found.joined(separator: "; "))", table: table.qualifiedName)
        }
        let columns = table.columns.compactMap { column -> MySQLColumn? in
            guard let target = schema.column(column.name), let storage = MySQLStorage(column.type, in: target) else {
                return nil
            }
            return MySQLColumn(type: column.type, storage: storage, in: target)
        }
        precondition(columns.count == table.columns.count, "a column without findings has a storage")
        let key = table.primaryKey.map { table.columns[$0].name }
        self.init(
            table: table, columns: columns, computedColumns: schema.columns.filter(\.isGenerated).map(\.name),
            definition: definition,
            isPlain: schema.isPlain(key: key, enforcesForeignKeys: settings.enforcesForeignKeys),
            database: settings.database, isMariaDB: session.isMariaDB)
    }
}
