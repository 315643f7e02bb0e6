import Rows

/// How one column of a target table is stored.
struct SQLiteColumn {
    let type: ColumnType
    let storage: SQLiteStorage
}

/// The parameters of one row change: values, and the bytes that they name. Reused from row to row.
struct SQLiteRow {
    private(set) var values: ContiguousArray<SQLiteValue> = []
    private(set) var bytes: [UInt8] = []

    mutating func removeAll() {
        values.removeAll(keepingCapacity: true)
        bytes.removeAll(keepingCapacity: true)
    }

    /// Appends `cell` as its column stores it.
    mutating func append(_ cell: Cell, as column: SQLiteColumn, in batch: RowBatch) throws(CellError) {
        switch (column.storage, cell) {
        case (_, .absent): throw .absent
        case (_, .null): values.append(.null)
        case (.integer, .int(let value)), (.integerOrText, .int(let value)): values.append(.integer(value))
        case (.integer, .uint(let value)):
            guard let value = Int64(exactly: value) else { throw .tooLarge }
            values.append(.integer(value))
        case (.integerOrText, .uint(let value)) where value <= UInt64(Int64.max):
            values.append(.integer(Int64(value)))
        case (.real, .double(let value)):
            guard value.isFinite else { throw .value(.notFinite) }
            values.append(.real(value))
        case (.real, .float(let value)):
            guard value.isFinite else { throw .value(.notFinite) }
            values.append(.real(Self.widened(value)))
        case (.blob, _): values.append(.blob(try render(cell, as: column.type, in: batch)))
        case (.text, _), (.integerOrText, _): values.append(.text(try render(cell, as: column.type, in: batch)))
        case (.integer, _), (.real, _): throw .value(.mismatchedCell)
        }
    }

    /// Keeps the first `count` values.
    mutating func truncate(to count: Int) {
        values.removeSubrange(count...)
    }

    /// Appends the values at `indices` again.
    mutating func append(copiesOf indices: [Int]) {
        for index in indices { values.append(values[index]) }
    }

    /// True if the values from `first` on equal those at `indices`, in turn.
    func hasValues(at indices: [Int], equalToThoseFrom first: Int) -> Bool {
        for (offset, index) in indices.enumerated() where !isEqual(values[index], values[first + offset]) {
            return false
        }
        return true
    }

    private func isEqual(_ left: SQLiteValue, _ right: SQLiteValue) -> Bool {
        switch (left, right) {
        case (.text(let left), .text(let right)), (.blob(let left), .blob(let right)):
            guard left.count == right.count else { return false }
            for offset in 0..<Int(left.count) where bytes[Int(left.start) + offset] != bytes[Int(right.start) + offset]
            {
                return false
            }
            return true
        default:
            return left == right
        }
    }

    private mutating func render(_ cell: Cell, as type: ColumnType, in batch: RowBatch) throws(CellError) -> ByteRange {
        let start = bytes.count
        do throws(ValueError) {
            try ValueText.append(cell, of: type, in: batch, to: &bytes)
        } catch {
            throw .value(error)
        }
        guard let first = UInt32(exactly: start), let count = UInt32(exactly: bytes.count - start) else {
            throw .rowTooLarge
        }
        return ByteRange(start: first, count: count)
    }

    /// The number that a FLOAT's text stands for: 0.1, not 0.10000000149011612. Readers then see in SQLite what the
    /// source shows, and as a Float it is the source's own value again.
    static func widened(_ value: Float) -> Double {
        if value.magnitude < 0x1p24, Int64(exactly: value) != nil { return Double(value) }
        guard let shortest = Double(value.description), Float(shortest) == value else { return Double(value) }
        return shortest
    }
}
