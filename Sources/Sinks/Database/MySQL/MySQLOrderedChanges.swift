import MySQLClient
import Rows

/// Applies changes in source order: many statements in a round trip as long as each does what its change says, and one
/// by one where one does not. Must be used inside a transaction.
struct MySQLOrderedChanges {
    /// Where a change is among the batches of a write.
    struct Reference {
        var table: MySQLTableWriter
        var batch: Int
        var row: Int
    }

    /// What one round trip gathers.
    private static let statementCount = 500
    private static let byteCount = 1 << 20

    private let session: MySQLSession
    private var single: MySQLSingleChange
    private var script: [UInt8] = []
    private var rowBytes: [UInt8] = []
    private var references: [Reference] = []
    /// For each statement of the script the rows that it must find; `mayFindLess`: or none.
    private var expected: [(found: UInt64, mayFindLess: Bool)] = []
    /// The table of an INSERT that takes more rows, and how many it has.
    private var openInsert: (table: MySQLTableWriter, rowCount: UInt64)?

    init(_ session: MySQLSession) {
        self.session = session
        single = MySQLSingleChange(session)
    }

    mutating func add(
        _ reference: Reference, _ batches: [RowBatch], _ counts: inout WriteCounts
    ) throws(SinkError) {
        let batch = batches[reference.batch]
        let change = batch.rows[reference.row]
        if reference.table.needsLenience(change, of: batch) {
            try flush(batches, &counts)
            return try single.apply(change, of: batch, to: reference.table, &counts)
        }
        try render(change, of: batch, for: reference.table)
        // 1 KiB holds whatever stands around the rows.
        if script.count + rowBytes.count + reference.table.headByteCount + 1024 > session.packetByteCount {
            try flush(batches, &counts)
        }
        append(change.operation, reference.table, mayFindLess: change.mayBeMissing)
        references.append(reference)
        let isFull =
            expected.count >= Self.statementCount || script.count >= Self.byteCount
            || references.count >= session.pace.limit
        if isFull { try flush(batches, &counts) }
    }

    /// Applies what was added.
    mutating func flush(_ batches: [RowBatch], _ counts: inout WriteCounts) throws(SinkError) {
        closeInsert()
        defer { removeAll() }
        if references.count > 1, script.count <= session.packetByteCount {
            if try runScript() { return }
            try session.execute("ROLLBACK TO SAVEPOINT replicator_ordered")
        }
        for reference in references {
            let batch = batches[reference.batch]
            try single.apply(batch.rows[reference.row], of: batch, to: reference.table, &counts)
        }
    }

    /// Forgets what was added.
    mutating func removeAll() {
        references.removeAll(keepingCapacity: true)
        expected.removeAll(keepingCapacity: true)
        script.removeAll(keepingCapacity: true)
        openInsert = nil
    }

    /// True if each statement did what it was to do.
    private func runScript() throws(SinkError) -> Bool {
        do throws(MySQLError) {
            try session.run(script, changes: references.count)
        } catch {
            if error.endsTransaction { throw SinkError(error, target: session.settings.label) }
            return false
        }
        // The first is the savepoint.
        guard session.outcomes.count == expected.count + 1 else { return false }
        for (outcome, expected) in zip(session.outcomes.dropFirst(), expected) {
            guard outcome.warningCount == 0, outcome.affectedRows <= expected.found,
                outcome.affectedRows == expected.found || expected.mayFindLess
            else { return false }
        }
        return true
    }

    // MARK: The script

    /// Renders a change: the values of an INSERT, or the whole of another statement.
    private mutating func render(
        _ change: Row, of batch: RowBatch, for table: MySQLTableWriter
    ) throws(SinkError) {
        rowBytes.removeAll(keepingCapacity: true)
        switch change.operation {
        case .insert: try table.appendValues(change, of: batch, to: &rowBytes)
        case .update:
            let keepsKey = table.keepsKey(change, of: batch)
            try table.appendUpdate(change, of: batch, whereKeyAt: change.before, setsKey: !keepsKey, to: &rowBytes)
        case .delete: try table.appendDelete(change, of: batch, whereKeyAt: change.before, to: &rowBytes)
        }
    }

    private mutating func append(_ operation: Operation, _ table: MySQLTableWriter, mayFindLess: Bool) {
        if script.isEmpty { script.append(contentsOf: "SAVEPOINT replicator_ordered".utf8) }
        if operation == .insert, let open = openInsert, open.table === table {
            script.append(UInt8(ascii: ","))
            script.append(contentsOf: rowBytes)
            openInsert?.rowCount += 1
            return
        }
        closeInsert()
        script.append(UInt8(ascii: ";"))
        if operation == .insert {
            table.appendInsertHead(to: &script)
            openInsert = (table, 1)
        } else {
            expected.append((1, mayFindLess))
        }
        script.append(contentsOf: rowBytes)
    }

    private mutating func closeInsert() {
        if let open = openInsert { expected.append((open.rowCount, false)) }
        openInsert = nil
    }
}
