internal import Rows

/// XA transactions: their rows are logged where they are prepared, and committed or rolled back later by a statement.
/// Those without rows of selected tables flow past; one that commits others ends the reading.
extension ReaderState {
    /// The prepared group ends; `isOnePhase` if it is committed here too (MySQL's `XA COMMIT … ONE PHASE`).
    mutating func endPrepared(_ header: EventHeader, isOnePhase: Bool) throws {
        guard let xid = group.preparedXA else { throw DecodeError.group(.endOutside) }
        if isOnePhase { return try endGroup(header) }
        // Forgotten, an XA COMMIT is one of unknown contents, and no silent loss.
        if prepared.count >= Self.greatestPreparedCount { prepared.removeAll() }
        prepared[xid] = .some(group.changed)
        group.changed = nil
        try endGroup(header)
    }

    mutating func commitPrepared(_ xid: String, _ header: EventHeader, at offset: UInt64) throws {
        guard let changed = prepared.removeValue(forKey: xid) else {
            throw DecodeError.preparedTransaction(xid: xid, rows: nil, next: tracker.position)
        }
        guard let changed else { return try endStandaloneGroup(header) }
        blamed = (changed.table, nil)
        throw DecodeError.preparedTransaction(xid: xid, rows: changed.position, next: tracker.position)
    }

    /// As many are prepared and not yet committed in no server that works.
    private static let greatestPreparedCount = 65_536
}
