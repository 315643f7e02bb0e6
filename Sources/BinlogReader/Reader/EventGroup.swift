internal import Rows

/// The transaction or statement whose events are being read (MariaDB's "event group"): it begins with a GTID event or a
/// BEGIN.
struct EventGroup {
    /// False between groups.
    private(set) var isActive = false
    /// Of the first event, in the file being read.
    private(set) var startOffset: UInt64 = 0
    private(set) var gtid: String?
    private(set) var headerMicroseconds: Int64 = 0
    /// Rows and an end are to come. False after a GTID event that does not tell: a statement may follow instead.
    var isOpen = false
    /// Its `begin` was yielded.
    var isDelivered = false
    /// Rows events yielded and not rolled back.
    var rowsEventCount = 0
    /// When it was committed, if its start told.
    var commitMicroseconds: Int64?
    /// Its statement changes nothing (``GTIDEvent/isTentativeAlter``).
    var isTentative = false
    /// It was taken in before (``ReaderOptions/isRepeated``).
    var isRepeated = false
    /// The XA transaction that it prepares: its rows are committed elsewhere, or never. Nil for an ordinary one.
    var preparedXA: String?
    /// The first change of a selected table that was logged as text. Nothing behind it is handed out.
    var changed: Changed?
    /// Changes of selected tables that were logged as text and passed over.
    var skippedCount = 0
    private var savepoints = Savepoints()

    mutating func begin(at offset: UInt64, gtid: String?, headerMicroseconds: Int64, isOpen: Bool) {
        isActive = true
        startOffset = offset
        self.gtid = gtid
        self.headerMicroseconds = headerMicroseconds
        self.isOpen = isOpen
        isDelivered = false
        rowsEventCount = 0
        commitMicroseconds = nil
        isTentative = false
        isRepeated = false
        preparedXA = nil
        changed = nil
        skippedCount = 0
        savepoints.removeAll()
    }

    struct Changed {
        /// Of its event.
        var position: BinlogPosition
        var table: String
        /// The statement's.
        var keyword: String
    }

    mutating func note(position: BinlogPosition, table: String, keyword: String) {
        if changed == nil { changed = Changed(position: position, table: table, keyword: keyword) }
    }

    mutating func end() {
        isActive = false
        isOpen = false
    }

    func start(in file: String) -> TransactionStart {
        TransactionStart(
            position: BinlogPosition(file: file, offset: startOffset), gtid: gtid,
            headerMicroseconds: commitMicroseconds ?? headerMicroseconds)
    }

    /// The error of an event that cannot come before the group's end.
    var unfinished: DecodeError { .group(.unfinished(start: startOffset)) }

    mutating func setSavepoint(_ name: String) {
        savepoints.set(name, rowsEventCount: rowsEventCount)
    }

    /// Takes back what came behind the savepoint. False: there is none of this name.
    mutating func rollBack(to name: String) -> Bool {
        guard let count = savepoints.rollBack(to: name) else { return false }
        rowsEventCount = count
        return true
    }
}
