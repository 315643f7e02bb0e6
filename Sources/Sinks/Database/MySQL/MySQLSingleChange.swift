import MySQLClient
import Rows

/// Applies one change with as many statements as it takes: what the default policies do where the target has a row that
/// it should not have, or lacks one. Must be used inside a transaction; what was done before it throws is left to the
/// rollback.
struct MySQLSingleChange {
    let session: MySQLSession
    private var statement: [UInt8] = []

    init(_ session: MySQLSession) {
        self.session = session
    }

    mutating func apply(
        _ change: Row, of batch: RowBatch, to table: MySQLTableWriter, _ counts: inout WriteCounts
    ) throws(SinkError) {
        guard table.needsLenience(change, of: batch) else {
            return try applyStrictly(change, of: batch, to: table, &counts)
        }
        try session.execute("SET SESSION sql_mode = '\(MySQLSession.lenientMode)'")
        lenientColumns = table.lenientColumns(change, of: batch)
        // Also where it throws: after an error that may pass, the writer rolls back and keeps the session.
        defer { lenientColumns = [] }
        try applyStrictly(change, of: batch, to: table, &counts)
        try session.execute("SET SESSION sql_mode = '\(MySQLSession.strictMode)'")
    }

    /// Writes the row after the change, whatever it did. `isExpected`: the target has a row of its key.
    mutating func write(
        _ change: Row, of batch: RowBatch, to table: MySQLTableWriter, isExpected: Bool, _ counts: inout WriteCounts
    ) throws(SinkError) {
        let context = Context(change: change, batch: batch, table: table)
        do throws(Refusal) {
            if isExpected, try set(context, key: change.after, setsKey: true) == 1 { return }
            let isNew = try insert(context)
            if isExpected { counts.missingUpdates += 1 } else if !isNew { counts.duplicateInserts += 1 }
        } catch {
            throw error.sinkError(context, session)
        }
    }

    /// Of the change under way: columns whose value the server may warn of.
    private(set) var lenientColumns: [String] = []

    private mutating func applyStrictly(
        _ change: Row, of batch: RowBatch, to table: MySQLTableWriter, _ counts: inout WriteCounts
    ) throws(SinkError) {
        let context = Context(change: change, batch: batch, table: table)
        do throws(Refusal) {
            switch change.operation {
            case .insert: if try !insert(context) { counts.duplicateInserts += 1 }
            case .update: try update(context, &counts)
            case .delete:
                let found = try run(context) { (context, statement) throws(SinkError) in
                    try context.table.appendDelete(
                        context.change, of: context.batch, whereKeyAt: context.change.before, to: &statement)
                }
                if found == 0, !change.mayBeMissing { counts.missingDeletes += 1 }
            }
        } catch {
            throw error.sinkError(context, session)
        }
    }

    /// Inserts the row after the change. Where its key is there already, overwrites that row and returns false.
    private mutating func insert(_ context: Context) throws(Refusal) -> Bool {
        do throws(Refusal) {
            _ = try run(context) { (context, statement) throws(SinkError) in
                context.table.appendInsertHead(to: &statement)
                try context.table.appendValues(context.change, of: context.batch, to: &statement)
            }
            return true
        } catch {
            guard error.isUniqueClash else { throw error }
            // Whichever key refused it: the one row that may be overwritten is the one with its key.
            guard try set(context, key: context.change.after, setsKey: true) == 1 else { throw error }
            return false
        }
    }

    /// Updates the row of the old key. Where that row is missing, inserts it. Where the key changes to one that another
    /// row holds, that row goes: the source has one row of this key, and this is it.
    private mutating func update(_ context: Context, _ counts: inout WriteCounts) throws(Refusal) {
        let keepsKey = context.table.keepsKey(context.change, of: context.batch)
        var found: UInt64
        do throws(Refusal) {
            found = try set(context, key: context.change.before, setsKey: !keepsKey)
        } catch {
            guard error.isUniqueClash, !keepsKey else { throw error }
            let removed = try run(context) { (context, statement) throws(SinkError) in
                try context.table.appendDelete(
                    context.change, of: context.batch, whereKeyAt: context.change.after, to: &statement)
            }
            guard removed == 1 else { throw error }
            counts.duplicateInserts += 1
            found = try set(context, key: context.change.before, setsKey: true)
        }
        if found == 0 {
            counts.missingUpdates += 1
            _ = try insert(context)
        }
    }

    private mutating func set(_ context: Context, key: Int32, setsKey: Bool) throws(Refusal) -> UInt64 {
        try run(context) { (context, statement) throws(SinkError) in
            try context.table.appendUpdate(
                context.change, of: context.batch, whereKeyAt: key, setsKey: setsKey, to: &statement)
        }
    }

    /// Runs the statement that `make` appends, and returns how many rows it found.
    private mutating func run(
        _ context: Context, _ make: (Context, inout [UInt8]) throws(SinkError) -> Void
    ) throws(Refusal) -> UInt64 {
        statement.removeAll(keepingCapacity: true)
        do throws(SinkError) {
            try make(context, &statement)
            try session.checkSize(statement, of: context.change, context.batch)
        } catch {
            throw .sink(error)
        }
        do throws(MySQLError) {
            try session.run(statement)
        } catch {
            throw .server(error)
        }
        guard let outcome = session.outcomes.first else { return 0 }
        if outcome.warningCount > 0 {
            do throws(SinkError) {
                try session.checkWarnings(
                    context.change, context.batch, allowedColumns: lenientColumns + context.table.computedColumns)
            } catch {
                throw .sink(error)
            }
        }
        return outcome.affectedRows
    }

    private struct Context {
        let change: Row
        let batch: RowBatch
        let table: MySQLTableWriter
    }

    private enum Refusal: Error {
        case server(MySQLError)
        case sink(SinkError)

        func sinkError(_ context: Context, _ session: MySQLSession) -> SinkError {
            switch self {
            case .sink(let error): error
            case .server(let error):
                SinkError(error, row: context.change, of: context.batch, target: session.settings.label)
            }
        }

        var isUniqueClash: Bool {
            if case .server(let error) = self { error.disposition == .rejected(.uniqueClash) } else { false }
        }
    }
}

extension MySQLSession {
    /// Throws where the statements are more than the server takes.
    func checkSize(_ statements: [UInt8], of change: Row, _ batch: RowBatch) throws(SinkError) {
        guard statements.count > packetByteCount else { return }
        throw SinkError(
            .fatal,
            "the row takes a statement of \(statements.count) bytes, and the target's max_allowed_packet is "
                + "\(packetByteCount + 16): SET GLOBAL max_allowed_packet to more there, and start again",
            row: change, of: batch)
    }

    /// Throws where the last statement's warnings say that a value was changed as it was stored.
    func checkWarnings(_ change: Row, _ batch: RowBatch, allowedColumns: [String]) throws(SinkError) {
        let warnings = try query("SHOW WARNINGS")
        for row in warnings.rows.indices {
            guard let code = warnings.text(row, 1).flatMap({ UInt32($0) }) else { continue }
            let error = MySQLError(code: code, sqlState: "01000", message: warnings.text(row, 2) ?? "")
            guard error.disposition == .rejected(.invalidValue) else { continue }
            if code == 1265, allowedColumns.contains(where: { error.message.contains("'\($0)'") }) { continue }
            throw SinkError(error, row: change, of: batch, target: settings.label)
        }
    }
}
