internal import Glibc
public import Rows

/// The XA transactions that a log prepares, with their events, until it ends them: a server logs rows where they are
/// prepared, and commits them later, perhaps days and files later.
///
/// Each is a ``Spool``, named by where it was prepared: names of transactions come again. In a folder, a spool is on disk
/// for good before reading goes on behind it, and stays until ``forget(before:)`` says that nobody will read its commit
/// again: so it is there for a reader that begins anew in between. Confined to one thread at a time.
public final class PreparedTransactions {
    /// Nil: files without names, gone with this object.
    private let folder: String?
    /// Has ``folder`` and those of other logs in it; nil: there are none.
    private let folders: String?
    /// For one reader: what is committed is not asked for again.
    private let isForOneReader: Bool
    private var entries: [Entry] = []
    /// Some were committed, and are kept until it is said that this is done.
    public private(set) var hasCommitted = false
    /// Those that have no end so far; nil: none.
    public private(set) var waiting: WaitingTransactions? {
        didSet { tell?(waiting) }
    }
    /// Called with ``waiting``, now and as it changes.
    public var tell: ((WaitingTransactions?) -> Void)? {
        didSet { tell?(waiting) }
    }

    private struct Entry {
        /// Nil: damaged, so that nobody knows.
        var xid: String?
        var start: BinlogPosition
        /// When, since 1970 UTC; 0: not known.
        var microseconds: Int64
        /// Right behind the commit; nil: there was none yet.
        var end: BinlogPosition?
        /// Where there is no folder.
        var spool: Spool?
    }

    /// For one reader, on files without names.
    public init() {
        folder = nil
        folders = nil
        isForOneReader = true
    }

    /// For readers one after the other, which begin again where the last one was.
    /// - Parameters:
    ///   - folder: made if it is not there; what is in it was kept earlier. Nil: files without names.
    ///   - log: whose log is read (``SourceServer/logIdentity()``): only what was kept of that one is looked at. Nil: it is
    ///     the same log always.
    public init(folder: String?, log: String? = nil) throws(SpoolError) {
        folders = log == nil ? nil : folder
        let folder = folder.map { SpoolFolder.path($0, ofLog: log) }
        self.folder = folder
        isForOneReader = false
        guard let folder else { return }
        for file in try SpoolFolder.files(in: folder) {
            let spool = try Spool(opening: folder + "/" + file.name, start: file.start)
            entries.append(
                Entry(xid: spool?.xid, start: file.start, microseconds: spool?.microseconds ?? 0, end: file.end))
        }
        note()
    }

    /// Nobody reads again what ends before `position` or there.
    public func forget(before position: BinlogPosition) throws(SpoolError) {
        try remove { entry in entry.end.map { !position.isBefore($0) } ?? false }
    }

    /// Reading begins elsewhere, where nothing of this may hold.
    public func forgetAll() throws(SpoolError) {
        try remove { _ in true }
    }

    /// No reader will go back to another log than this: called once that is stored for good, since names of files and
    /// offsets mean something in their log only, and what a reader goes back to must be there.
    public func forgetOtherLogs() throws(SpoolError) {
        guard let folders, let folder else { return }
        try SpoolFolder.removeAll(in: folders, but: folder)
    }

    private func remove(where isGone: (Entry) -> Bool) throws(SpoolError) {
        if let folder {
            for entry in entries where isGone(entry) { try SpoolFolder.remove(entry.start, entry.end, in: folder) }
        }
        entries.removeAll(where: isGone)
        note()
    }

    /// Some have come or gone.
    private func note() {
        hasCommitted = entries.contains { $0.end != nil }
        let open = entries.filter { $0.end == nil }
        let oldest = open.min { $0.start.isBefore($1.start) }
        let now = oldest.map {
            WaitingTransactions(count: open.count, oldest: $0.start, oldestMicroseconds: $0.microseconds)
        }
        if now != waiting { waiting = now }
    }

    // MARK: What a reader does

    /// A new spool. It is as if it had never been until it is kept.
    func begin(
        _ xid: String, at start: BinlogPosition, microseconds: Int64
    ) throws(SpoolError) -> Spool {
        guard let folder else { return Spool(xid: xid, start: start, microseconds: microseconds, path: nil) }
        try SpoolFolder.make(folder)
        let name = SpoolFolder.name(start, nil) + SpoolFolder.unfinished
        return Spool(xid: xid, start: start, microseconds: microseconds, path: folder + "/" + name)
    }

    /// All of the transaction is in `spool`, and reading goes on behind it.
    func keep(_ spool: Spool) throws(SpoolError) {
        spool.finish()
        var entry = Entry(
            xid: spool.xid, start: spool.start, microseconds: spool.microseconds, end: nil, spool: nil)
        if let folder {
            try spool.settle(as: folder + "/" + SpoolFolder.name(spool.start, nil))
        } else {
            entry.spool = spool
            if entries.reduce(spool.memoryCount, { $0 + ($1.spool?.memoryCount ?? 0) }) > Self.greatestMemoryCount {
                try spool.writeTail()
            }
        }
        // Read again: the same.
        try remove { $0.start == spool.start && $0.end != nil }
        // A name is free again only behind its end, which came by unread.
        try remove { $0.xid == spool.xid && $0.end == nil && $0.start.isBefore(spool.start) }
        entries.removeAll { $0.start == spool.start }
        entries.append(entry)
        note()
    }

    /// What spools without a folder hold in memory, all together.
    private static let greatestMemoryCount = 8 << 20

    enum Search {
        case found(Spool)
        /// It was kept, and cannot be read any more.
        case damaged(BinlogPosition)
        /// None of this name; or what is damaged was, which was prepared there.
        case unknown(damaged: BinlogPosition?)
    }

    /// What the commit of `xid` at `position` commits.
    func find(_ xid: String, committedAt position: BinlogPosition) throws(SpoolError) -> Search {
        let earlier = entries.filter { entry in
            entry.start.isBefore(position) && entry.end.map { position.isBefore($0) } ?? true
        }
        guard let entry = earlier.filter({ $0.xid == xid }).max(by: { $0.start.isBefore($1.start) }) else {
            return .unknown(damaged: earlier.first { $0.xid == nil }?.start)
        }
        if let spool = entry.spool { return .found(spool) }
        guard let folder else { return .damaged(entry.start) }
        do throws(SpoolError) {
            let path = folder + "/" + SpoolFolder.name(entry.start, entry.end)
            guard let spool = try Spool(opening: path, start: entry.start), spool.xid == xid, try spool.isWhole() else {
                return .damaged(entry.start)
            }
            return .found(spool)
        } catch {
            return .damaged(entry.start)
        }
    }

    /// The transaction prepared at `start` is committed by what ends at `end`.
    func commit(_ start: BinlogPosition, end: BinlogPosition) throws(SpoolError) {
        guard let index = entries.firstIndex(where: { $0.start == start }) else { return }
        if isForOneReader {
            entries.remove(at: index)
            return note()
        }
        if let folder { try SpoolFolder.rename(start, from: entries[index].end, to: end, in: folder) }
        entries[index].end = end
        note()
    }

    /// `xid` is rolled back at `position`.
    func rollBack(_ xid: String, at position: BinlogPosition) throws(SpoolError) {
        try remove { $0.xid == xid && $0.end == nil && $0.start.isBefore(position) }
    }
}
