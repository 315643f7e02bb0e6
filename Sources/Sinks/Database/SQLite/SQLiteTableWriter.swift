import Rows

/// Applies changes to one target table: its prepared statements, and how each of its columns is stored. Must be used
/// inside a transaction; what it did before it threw is left to the rollback.
final class SQLiteTableWriter {
    /// The table that the statements were made for. Batches of the same table usually share the object.
    private(set) var table: Table
    private let connection: SQLiteConnection
    private let columns: [SQLiteColumn]
    private let isKey: [Bool]
    private let hasForeignKeys: Bool
    private let insertStatement: SQLiteStatement
    /// Nil where all columns are the key's.
    private let updateStatement: SQLiteStatement?
    private let rekeyStatement: SQLiteStatement
    private let deleteStatement: SQLiteStatement
    private var row = SQLiteRow()

    /// Throws fatally where the target's table is missing, or would change values.
    init(table: Table, settings: SQLiteSettings, on connection: SQLiteConnection) throws(SinkError) {
        self.table = table
        self.connection = connection
        let schema = try SinkError.wrapping { () throws(SQLiteError) in
            try SQLiteTableSchema(of: table.name, on: connection)
        }
        let findings = try SinkError.wrapping { () throws(SQLiteError) in
            try SQLiteFindings(settings: settings).findings(for: [table], on: connection)
        }
        guard findings.isEmpty, let schema else {
            throw SinkError(
                .fatal, "sqlite:\(connection.path): \(findings.joined(separator: "; "))", table: table.qualifiedName)
        }
        hasForeignKeys = !schema.foreignKeys.isEmpty
        columns = table.columns.map { column in
            let affinity = schema.column(column.name)?.affinity ?? .blob
            let storage = SQLiteStorage(column.type, affinity: affinity, isStrict: schema.isStrict)
            return SQLiteColumn(type: column.type, storage: storage ?? .text)
        }
        isKey = table.columns.indices.map { table.primaryKey.contains($0) }
        let storages = columns.map(\.storage)
        let statements = RowStatements(table: table, dialect: .sqlite) { index in
            // Exactly the bytes of the key, whatever collation the column has.
            storages[index] == .text ? " COLLATE BINARY" : ""
        }
        do throws(SQLiteError) {
            insertStatement = try connection.prepare(statements.insert)
            updateStatement =
                if let update = statements.update { try connection.prepare(update) } else { nil }
            rekeyStatement = try connection.prepare(statements.rekey)
            deleteStatement = try connection.prepare(statements.delete)
        } catch {
            throw SinkError(error)
        }
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

    /// The statement that a change begins with, its values in place. Runs nothing.
    func statement(for change: Row, of batch: RowBatch) throws(SinkError) -> String {
        try load(change, batch)
        let statement =
            switch change.operation {
            case .insert: insertStatement
            case .update:
                row.hasValues(at: table.primaryKey, equalToThoseFrom: columns.count)
                    ? updateStatement ?? rekeyStatement : rekeyStatement
            case .delete: deleteStatement
            }
        return try SinkError.wrapping { () throws(SQLiteError) in
            PreviewText.line(try statement.expanded(row.values, row.values.indices, in: row.bytes).utf8)
        }
    }

    /// Applies one row of `batch`, which must be of this table.
    func apply(_ change: Row, of batch: RowBatch, _ counts: inout WriteCounts) throws(SinkError) {
        try load(change, batch)
        do throws(SQLiteError) {
            switch change.operation {
            case .insert:
                if try !insert() { counts.duplicateInserts += 1 }
            case .update:
                try update(&counts)
            case .delete:
                try run(deleteStatement, 0..<row.values.count)
                if connection.changes == 0, !change.mayBeMissing { counts.missingDeletes += 1 }
            }
        } catch {
            throw refusal(error, change, batch)
        }
    }

    /// Loads all columns after the change, and the key before it.
    private func load(_ change: Row, _ batch: RowBatch) throws(SinkError) {
        row.removeAll()
        if change.operation != .delete {
            for column in columns.indices { try load(column, at: change.after, change, batch) }
        }
        if change.operation != .insert {
            for column in table.primaryKey { try load(column, at: change.before, change, batch) }
        }
    }

    private func load(_ column: Int, at image: Int32, _ change: Row, _ batch: RowBatch) throws(SinkError) {
        do throws(CellError) {
            let cell = batch.cell(column, at: image)
            if case .null = cell, isKey[column] { throw .nullKey }
            try row.append(cell, as: columns[column], in: batch)
        } catch {
            throw SinkError(error, column: column, row: change, of: batch)
        }
    }

    /// Inserts the row that is loaded. Where its key is there already, overwrites that row and returns false.
    private func insert() throws(SQLiteError) -> Bool {
        do throws(SQLiteError) {
            try run(insertStatement, columns.indices)
            return true
        } catch {
            guard error.isUniqueViolation else { throw error }
            // Whichever index refused it: the one row that may be overwritten is the one with its key.
            row.truncate(to: columns.count)
            row.append(copiesOf: table.primaryKey)
            try run(updateStatement ?? rekeyStatement, 0..<row.values.count)
            guard connection.changes == 1 else { throw error }
            return false
        }
    }

    /// Updates the row whose old key is loaded behind the new values. Where that row is missing, inserts it. Where the
    /// key changes to one that another row holds, that row goes: the source has one row of this key, and this is it.
    private func update(_ counts: inout WriteCounts) throws(SQLiteError) {
        let changesKey = !row.hasValues(at: table.primaryKey, equalToThoseFrom: columns.count)
        let parameters = 0..<row.values.count
        do throws(SQLiteError) {
            try run(changesKey ? rekeyStatement : updateStatement ?? rekeyStatement, parameters)
        } catch {
            guard changesKey, error.isUniqueViolation else { throw error }
            row.append(copiesOf: table.primaryKey)
            try run(deleteStatement, parameters.upperBound..<row.values.count)
            guard connection.changes == 1 else { throw error }
            counts.duplicateInserts += 1
            try run(rekeyStatement, parameters)
        }
        if connection.changes == 0 {
            counts.missingUpdates += 1
            _ = try insert()
        }
    }

    private func run(_ statement: SQLiteStatement, _ parameters: Range<Int>) throws(SQLiteError) {
        try statement.run(row.values, parameters, in: row.bytes)
    }

    private func refusal(_ error: SQLiteError, _ change: Row, _ batch: RowBatch) -> SinkError {
        guard case .rejected(var collision) = error.disposition else { return SinkError(error) }
        if error.code == SQLiteCode.constraintForeignKey {
            // SQLite does not tell which side refused: a delete has only children, and an insert only parents.
            let isParent = change.operation == .delete || change.operation == .update && !hasForeignKeys
            collision = isParent ? .childExists : .missingParent
        }
        return SinkError(
            refusal: collision, "\(collision.reason) (\(error.message))", collision.wayOut, row: change, of: batch)
    }
}
