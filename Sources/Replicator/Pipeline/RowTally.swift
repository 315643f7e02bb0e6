import Rows

/// How many rows were inserted, updated and deleted.
struct OperationCounts: Equatable, Sendable {
    var inserts = 0
    var updates = 0
    var deletes = 0

    mutating func add(_ rows: ContiguousArray<Row>) {
        // Summed without a branch a row: batches are of one operation, or of a mix that a view has made of one.
        var ofOperation = (inserts: 0, updates: 0)
        for row in rows {
            ofOperation.inserts &+= row.operation == .insert ? 1 : 0
            ofOperation.updates &+= row.operation == .update ? 1 : 0
        }
        inserts += ofOperation.inserts
        updates += ofOperation.updates
        deletes += rows.count - ofOperation.inserts - ofOperation.updates
    }

    static func += (left: inout OperationCounts, right: OperationCounts) {
        left.inserts += right.inserts
        left.updates += right.updates
        left.deletes += right.deletes
    }
}

/// The rows of a lane's next write, by target table and operation. Belongs to the lane's thread.
struct RowTally: Sendable {
    private(set) var tables: [(table: Table, counts: OperationCounts)] = []
    private var indices: [ObjectIdentifier: Int] = [:]

    mutating func add(_ batch: RowBatch) {
        let index: Int
        if let known = indices[ObjectIdentifier(batch.table)] {
            index = known
        } else {
            index = tables.count
            // Kept in `tables`, so that the identity is no other table's meanwhile.
            tables.append((batch.table, OperationCounts()))
            indices[ObjectIdentifier(batch.table)] = index
        }
        tables[index].counts.add(batch.rows)
    }

    mutating func removeAll() {
        tables.removeAll(keepingCapacity: true)
        indices.removeAll(keepingCapacity: true)
    }
}
