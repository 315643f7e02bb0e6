public import Rows

/// XA transactions that are prepared, and neither committed nor rolled back as far as the log was read.
public struct WaitingTransactions: Equatable, Sendable {
    public var count: Int
    /// Where the oldest of them was prepared.
    public var oldest: BinlogPosition
    /// When that was, microseconds since 1970 UTC; 0: not known.
    public var oldestMicroseconds: Int64
}

extension WaitingTransactions {
    /// What readers have kept in `folder` (see ``PreparedTransactions``) of that log. Nil: nothing. Changes nothing there,
    /// where a reader may be at work.
    public init?(in folder: String, log: String?) throws(SpoolError) {
        let folder = SpoolFolder.path(folder, ofLog: log)
        let waiting = try SpoolFolder.files(in: folder, removesUnfinished: false).filter { $0.end == nil }
        guard let first = waiting.first else { return nil }
        // A file that is damaged, or gone by now, tells no time; that it waits is known all the same. Who needs its rows, at
        // the commit, is told what is wrong with it.
        let spool = try? Spool(opening: folder + "/" + first.name, start: first.start)
        self.init(count: waiting.count, oldest: first.start, oldestMicroseconds: spool?.microseconds ?? 0)
    }
}
