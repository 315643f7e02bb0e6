internal import Rows

/// The transaction or statement whose events are being read (MariaDB's "event group"): it begins with a GTID event or a
/// BEGIN.
struct EventGroup {
    let start: TransactionStart
    /// Rows and an end are to come. False after a GTID event that does not tell: a statement may follow instead.
    var isOpen: Bool
    /// Its `begin` was yielded.
    var isDelivered = false
    /// Rows events yielded.
    var rowsEventCount = 0
    /// When it was committed, if its start told.
    var commitMicroseconds: Int64?
    /// Its statement changes nothing (``GTIDEvent/isTentativeAlter``).
    var isTentative = false
    /// Savepoints by name, with how many rows events came before.
    private var savepoints: [(name: String, rowsEventCount: Int)] = []

    init(start: TransactionStart, isOpen: Bool) {
        self.start = start
        self.isOpen = isOpen
    }

    mutating func setSavepoint(_ name: String) {
        savepoints.removeAll { $0.name == name }
        savepoints.append((name, rowsEventCount))
    }

    /// True if rows were yielded that a rollback to the savepoint takes back.
    func hasRows(since name: String) -> Bool {
        let before = savepoints.last { $0.name == name }?.rowsEventCount ?? 0
        return rowsEventCount > before
    }
}
