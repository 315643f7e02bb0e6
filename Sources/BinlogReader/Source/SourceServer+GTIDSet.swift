import MySQLClient
internal import Rows

extension SourceServer {
    /// The GTIDs of all that the server ever logged, and the statement that tells them: of MariaDB the last one of each
    /// domain and server, of MySQL the set. Empty if there are none.
    public func loggedGTIDs() throws(StreamError) -> (gtids: String, statement: String) {
        let statement = try version().flavour == .mySQL ? "SELECT @@gtid_executed" : "SELECT @@gtid_binlog_state"
        return (try query(statement).text(0, 0)?.filter { !$0.isWhitespace } ?? "", statement)
    }

    /// MySQL: the transactions up to a position where an event begins or the log ends. The file's head says what came
    /// before it; the rest is read from it.
    func gtidSet(at position: BinlogPosition, serverID: UInt32) throws(StreamError) -> GTIDSet {
        var gathering = GTIDGathering(before: position.offset)
        try scan(
            from: .position(BinlogPosition(file: position.file, offset: 4)), serverID: serverID
        ) { event in
            do throws(DecodeError) {
                return try gathering.add(event)
            } catch {
                throw StreamError(.corrupt, "\(position.file): \(error)")
            }
        }
        return gathering.set
    }
}

/// Gathers the names of the transactions that a file holds before an offset, from events without checksums.
struct GTIDGathering {
    private(set) var set = GTIDSet()
    private let end: UInt64
    private var tracker = PositionTracker(start: nil)

    init(before end: UInt64) {
        self.end = end
    }

    /// False: all is gathered.
    mutating func add(_ buffer: UnsafeRawBufferPointer) throws(DecodeError) -> Bool {
        // SAFETY: the caller keeps `buffer` valid while this runs.
        var body = ByteCursor(RawSpan(_unsafeBytes: buffer))
        let header = try EventHeader(from: &body)
        if tracker.offset >= end { return false }
        let offset = tracker.pass(header)
        guard offset < end else { return false }
        switch header.type {
        case .previousGTIDs: set = try GTIDSet(from: &body)
        case .gtid: add(try GTIDEvent(mysql: &body, isAnonymous: false))
        case .taggedGTID: add(try GTIDEvent(tagged: &body))
        // The first one is made up, and says where the server begins to read.
        case .rotate: if !header.flags.contains(.artificial) { return false }
        default: break
        }
        return true
    }

    private mutating func add(_ event: GTIDEvent) {
        guard let gtid = event.gtid.flatMap({ MySQLGTID($0) }) else { return }
        set.add(gtid.number...gtid.number, of: gtid.source)
    }
}
