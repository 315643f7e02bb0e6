import MySQLClient
import Rows

/// Applies the changes of one plain table by each key's last state, many rows a statement. Must be used inside a
/// transaction.
///
/// What the target should have had before is told by a key's first change, so that all is counted as if each change had
/// been applied: see ``First``.
struct MySQLGroupedChanges {
    /// What came first for a key: an insert expects that the target has no such row, the others that it has one.
    private enum First: CaseIterable {
        case insert, update, delete
        /// Of a row that need not be there.
        case optionalDelete
    }

    private struct KeyState {
        var first: First
        var isPresent: Bool
        /// The reference of the last change that left a row.
        var last: Int
    }

    private static let rowCount = 1_000
    private static let deleteCount = 500
    private static let byteCount = 1 << 20

    private let session: MySQLSession
    private var single: MySQLSingleChange
    private var keys = KeyIndex()
    private var states: ContiguousArray<KeyState> = []
    private var statement: [UInt8] = []
    private var rowBytes: [UInt8] = []
    private var counts = WriteCounts()

    init(_ session: MySQLSession) {
        self.session = session
        single = MySQLSingleChange(session)
    }

    /// Applies `references`, all of `table`, in source order as far as that can be seen. False: it was not done, and
    /// nothing was changed; they are to be applied one by one.
    mutating func apply(
        _ references: [MySQLOrderedChanges.Reference], to table: MySQLTableWriter, _ batches: [RowBatch],
        _ total: inout WriteCounts
    ) throws(SinkError) -> Bool {
        keys.removeAll()
        states.removeAll(keepingCapacity: true)
        counts = WriteCounts()
        try session.execute("SAVEPOINT replicator_grouped")
        do throws(Interruption) {
            for (index, reference) in references.enumerated() {
                try add(batches[reference.batch], reference.row, index, table, references, batches)
            }
            try write(table, references, batches)
        } catch {
            if case .sink(let error) = error { throw error }
            try session.execute("ROLLBACK TO SAVEPOINT replicator_grouped")
            return false
        }
        total += counts
        return true
    }

    private enum Interruption: Error {
        /// Goes to the caller.
        case sink(SinkError)
        /// The server did something else than was to be.
        case surprise
    }

    private mutating func add(
        _ batch: RowBatch, _ row: Int, _ index: Int, _ table: MySQLTableWriter,
        _ references: [MySQLOrderedChanges.Reference], _ batches: [RowBatch]
    ) throws(Interruption) {
        let change = batch.rows[row]
        if table.needsLenience(change, of: batch) { throw .surprise }
        if change.operation == .update, !table.keepsKey(change, of: batch) {
            // Two keys at once: what came before is written first.
            try write(table, references, batches)
            do throws(SinkError) {
                try single.apply(change, of: batch, to: table, &counts)
            } catch {
                throw .sink(error)
            }
            return
        }
        let image = change.operation == .delete ? change.before : change.after
        let (number, isNew): (Int, Bool)
        do throws(SinkError) {
            (number, isNew) = try keys.add { (bytes) throws(SinkError) in
                try table.appendKey(at: image, change, of: batch, to: &bytes)
            }
        } catch {
            throw .sink(error)
        }
        if isNew {
            let first: First =
                switch change.operation {
                case .insert: .insert
                case .update: .update
                case .delete: change.mayBeMissing ? .optionalDelete : .delete
                }
            states.append(KeyState(first: first, isPresent: change.operation != .delete, last: index))
            return
        }
        switch (change.operation, states[number].isPresent) {
        case (.insert, true): counts.duplicateInserts += 1
        case (.update, false): counts.missingUpdates += 1
        case (.delete, false): if !change.mayBeMissing { counts.missingDeletes += 1 }
        default: break
        }
        states[number].isPresent = change.operation != .delete
        if change.operation != .delete { states[number].last = index }
    }

    /// Writes what the keys have come to, and forgets them.
    private mutating func write(
        _ table: MySQLTableWriter, _ references: [MySQLOrderedChanges.Reference], _ batches: [RowBatch]
    ) throws(Interruption) {
        // First what goes: where a collation takes two keys for one, the row of the one makes room for the other's.
        for first in First.allCases { try delete(first, table) }
        // A row that was deleted first is not there any more, as one that was inserted.
        try insert(table, references, batches, isExpected: false) { $0 != .update }
        try insert(table, references, batches, isExpected: true) { $0 == .update }
        keys.removeAll()
        states.removeAll(keepingCapacity: true)
    }

    private mutating func delete(_ first: First, _ table: MySQLTableWriter) throws(Interruption) {
        var rowCount = 0
        statement.removeAll(keepingCapacity: true)
        for number in states.indices where states[number].first == first {
            let isReplaced = first == .delete || first == .optionalDelete
            guard !states[number].isPresent || isReplaced else { continue }
            let key = keys.key(number)
            if rowCount > 0, isFull(rowCount, of: Self.deleteCount) || isFull(with: key.count) {
                try finishDelete(rowCount, first, table)
                rowCount = 0
            }
            if rowCount == 0 {
                table.appendDeleteHead(to: &statement)
                if let column = table.onlyKeyColumn {
                    statement.append(contentsOf: column)
                    statement.append(contentsOf: " IN (".utf8)
                }
            } else if table.onlyKeyColumn != nil {
                statement.append(UInt8(ascii: ","))
            } else {
                statement.append(contentsOf: " OR ".utf8)
            }
            statement.append(contentsOf: key)
            rowCount += 1
        }
        if rowCount > 0 { try finishDelete(rowCount, first, table) }
    }

    private mutating func finishDelete(
        _ rowCount: Int, _ first: First, _ table: MySQLTableWriter
    ) throws(Interruption) {
        if table.onlyKeyColumn != nil { statement.append(UInt8(ascii: ")")) }
        guard let found = try run(rowCount).affectedRows(atMost: rowCount) else { throw .surprise }
        switch first {
        case .insert: counts.duplicateInserts += found
        case .update: counts.missingUpdates += rowCount - found
        case .delete: counts.missingDeletes += rowCount - found
        case .optionalDelete: break
        }
    }

    /// Writes the rows of the keys whose first change `selects`. `isExpected`: that the target has them.
    private mutating func insert(
        _ table: MySQLTableWriter, _ references: [MySQLOrderedChanges.Reference], _ batches: [RowBatch],
        isExpected: Bool, _ selects: (First) -> Bool
    ) throws(Interruption) {
        var rowCount = 0
        var last: MySQLOrderedChanges.Reference?
        statement.removeAll(keepingCapacity: true)
        for number in states.indices where states[number].isPresent && selects(states[number].first) {
            let reference = references[states[number].last]
            let batch = batches[reference.batch]
            rowBytes.removeAll(keepingCapacity: true)
            do throws(SinkError) {
                try table.appendValues(batch.rows[reference.row], of: batch, to: &rowBytes)
                try session.checkSize(rowBytes, of: batch.rows[reference.row], batch)
            } catch {
                throw .sink(error)
            }
            if rowCount > 0, isFull(rowCount, of: Self.rowCount) || isFull(with: rowBytes.count + table.headByteCount) {
                try finishInsert(rowCount, last, isExpected, table, batches)
                rowCount = 0
            }
            if rowCount == 0 { table.appendInsertHead(to: &statement) } else { statement.append(UInt8(ascii: ",")) }
            statement.append(contentsOf: rowBytes)
            last = reference
            rowCount += 1
        }
        if rowCount > 0 { try finishInsert(rowCount, last, isExpected, table, batches) }
    }

    /// Runs the INSERT of `rowCount` rows that was put together; `last` is the last of them.
    private mutating func finishInsert(
        _ rowCount: Int, _ last: MySQLOrderedChanges.Reference?, _ isExpected: Bool, _ table: MySQLTableWriter,
        _ batches: [RowBatch]
    ) throws(Interruption) {
        if rowCount == 1, let last {
            // Of one row, the server does not tell whether it was there.
            statement.removeAll(keepingCapacity: true)
            do throws(SinkError) {
                let batch = batches[last.batch]
                return try single.write(batch.rows[last.row], of: batch, to: table, isExpected: isExpected, &counts)
            } catch {
                throw .sink(error)
            }
        }
        table.appendUpsertTail(to: &statement)
        guard let found = try run(rowCount).duplicates, found <= rowCount else { throw .surprise }
        if isExpected { counts.missingUpdates += rowCount - found } else { counts.duplicateInserts += found }
    }

    private func isFull(with byteCount: Int) -> Bool {
        statement.count + byteCount + 1024 > min(Self.byteCount, session.packetByteCount)
    }

    private func isFull(_ rowCount: Int, of most: Int) -> Bool {
        rowCount >= min(most, session.pace.limit)
    }

    private mutating func run(_ rowCount: Int) throws(Interruption) -> StatementOutcome {
        defer { statement.removeAll(keepingCapacity: true) }
        guard statement.count <= session.packetByteCount else { throw .surprise }
        do throws(MySQLError) {
            try session.run(statement, changes: rowCount)
        } catch {
            if error.endsTransaction { throw .sink(SinkError(error, target: session.settings.label)) }
            throw .surprise
        }
        guard let outcome = session.outcomes.first, outcome.warningCount == 0 else { throw .surprise }
        return outcome
    }
}
