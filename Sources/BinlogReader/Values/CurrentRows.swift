internal import Rows

/// Makes of the logged rows of a table `WITH SYSTEM VERSIONING` the changes that a SELECT of it shows. The server logs a
/// delete as an update that ends the row's period, a change with an insert of the older version besides, and both
/// period columns, of which the second belongs to each key [seen on 10.11].
struct CurrentRows {
    /// Without hidden columns, and with the key that the user gave.
    let table: Table
    private let end: Int
    private let projection: [Int32]?

    /// Nil if `logged` has no such columns: then it had no versions yet, or has none any more.
    init?(of logged: Table, _ period: SystemPeriod) {
        guard let start = logged.index(of: period.start), let end = logged.index(of: period.end),
            logged.columns[end].type == .timestamp(fractionDigits: 6)
        else { return nil }
        self.end = end
        let kept = logged.columns.indices.filter { !period.isHidden || $0 != start && $0 != end }
        projection = period.isHidden ? kept.map { Int32($0) } : nil
        table = Table(
            database: logged.database, name: logged.name, columns: kept.map { logged.columns[$0] },
            primaryKey: logged.primaryKey.filter { $0 != end }.compactMap { kept.firstIndex(of: $0) },
            metadata: logged.metadata)
    }

    /// The changes of current rows in `batch`, which is of the logged table; none are left out of history alone.
    func changes(of batch: consuming RowBatch) throws(TableFault) -> RowBatch {
        batch.table = table
        batch.projection = projection
        var rows: ContiguousArray<Row> = []
        rows.reserveCapacity(batch.rows.count)
        for var row in batch.rows {
            var was = false
            if row.before >= 0 { was = try isCurrent(batch.cells[Int(row.before) + end]) }
            var becomes = false
            if row.after >= 0 {
                let cell = batch.cells[Int(row.after) + end]
                // Not in the image: as before.
                if case .absent = cell { becomes = was } else { becomes = try isCurrent(cell) }
            }
            switch (was, becomes) {
            case (true, true): break
            case (true, false):
                row.operation = .delete
                row.after = -1
            case (false, true):
                row.operation = .insert
                row.before = -1
            case (false, false): continue
            }
            rows.append(row)
        }
        batch.rows = rows
        return batch
    }

    /// A current row's period ends with the greatest TIMESTAMP(6) there is: in 2038, since MariaDB 11.5 in 2106.
    private func isCurrent(_ cell: Cell) throws(TableFault) -> Bool {
        guard case .int(let microseconds) = cell else {
            throw TableFault(cause: .invalid(.value, at: 0), column: nil)
        }
        return microseconds == 2_147_483_647_999_999 || microseconds == 4_294_967_295_999_999
    }
}

extension TableMapEvent {
    /// True if only the live table can tell whether two of its columns are the period of system versioning.
    var mayHavePeriod: Bool {
        columns.count { $0.typeCode == BinlogType.timestamp2.rawValue && $0.metadata.0 == 6 && !$0.isNullable } >= 2
    }
}
