internal import Rows

/// The one prepared transaction that a reader goes through a log for, which hands out nothing of it: what prepared it last
/// in front of its end.
struct SoughtTransaction {
    let xid: String
    /// Where it ends: nothing from there on counts.
    let end: BinlogPosition
    private(set) var spool: Spool?
    /// One of this name has ended, and none was prepared since: those before are not it.
    private(set) var hasEnded = false

    init(xid: String, end: BinlogPosition) {
        self.xid = xid
        self.end = end
    }

    func isPrepared(by xid: String, at position: BinlogPosition) -> Bool {
        xid == self.xid && position.isBefore(end)
    }

    mutating func prepare(_ spool: Spool) {
        self.spool = spool
        hasEnded = false
    }

    mutating func noteEnd(of xid: String, at position: BinlogPosition) {
        guard isPrepared(by: xid, at: position) else { return }
        spool = nil
        hasEnded = true
    }
}

extension LogSearch {
    /// The events that prepare the transaction `xid`, which ends at `end`: looked for file by file, the last one first, since
    /// most end soon. Nil: the log does not have them. Throws `EventError` where the log cannot be followed.
    func prepared(_ xid: String, endedAt end: BinlogPosition, _ options: ReaderOptions) throws -> Spool? {
        var options = options
        options.hints = nil
        options.schemas = nil
        options.earlierLog = nil
        options.isRepeated = nil
        options.skipsStatement = { _ in }
        guard let last = files.lastIndex(of: end.file) else { return nil }
        for file in files[...last].reversed() {
            if file != end.file { options.tellsLookBack?(.goesOn(file: file)) }
            let head = BinlogPosition(file: file, offset: PositionTracker.firstOffset)
            let source = try open(head)
            var state = ReaderState(start: head, options: options, seeking: SoughtTransaction(xid: xid, end: end))
            // Where that fails, what follows is not known, and may be it, or its end: older files need not be looked at.
            while try state.next(from: source) != nil, state.tracker.file == file, state.position.isBefore(end) {}
            if let found = state.sought?.spool { return found }
            if state.sought?.hasEnded == true { return nil }
        }
        return nil
    }
}
