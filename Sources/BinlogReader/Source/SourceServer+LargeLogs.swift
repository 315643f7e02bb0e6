import MySQLClient
internal import Rows

/// Log files of more than 4 GiB, which a transaction makes that is as large: an event says 32 bits of where it ends, and
/// so do some of MariaDB's functions.
extension SourceServer {
    /// The whole offset of an event whose low 32 bits are known: where the server lists an event of its GTID.
    func widen(_ found: FirstEventSearch.Found) throws(StreamError) -> BinlogPosition {
        let size = try binaryLogs().first { $0.name == found.position.file }?.byteCount ?? 0
        guard size > UInt32.max else { return found.position }
        var place = found.position
        while place.offset < size {
            if let event = try listing(at: place), let type = event.text(0, 2), let text = event.text(0, 5),
                Self.isListed(found.gtid, type: type, text)
            {
                return place
            }
            try stopper.checkNotStopped()
            place.offset += 1 << 32
        }
        throw StreamError(
            .unknownPosition,
            "the server does not say where in \(found.position.file) the transaction \(found.gtid ?? "") begins")
    }

    /// Whether a line of SHOW BINLOG EVENTS names the GTID.
    static func isListed(_ gtid: String?, type: String, _ text: String) -> Bool {
        guard let gtid else { return type.hasPrefix("Anonymous") }
        guard type.hasPrefix("Gtid"), let place = text.firstRange(of: gtid) else { return false }
        // Not as a part of another one: "10-1-100" and "0-1-1000" hold "0-1-100".
        return text[..<place.lowerBound].last?.isNumber != true && text[place.upperBound...].first?.isNumber != true
    }

    /// MariaDB: the last GTID of each domain up to a position where an event begins or the log ends. The file's head says
    /// what came before it; the rest is read from it.
    func lastGTIDs(at position: BinlogPosition, serverID: UInt32) throws(StreamError) -> String {
        var gathering = LastGTIDs(before: position.offset)
        try scan(
            from: .position(BinlogPosition(file: position.file, offset: 4)), serverID: serverID
        ) { event in
            do throws(DecodeError) {
                return try gathering.add(event)
            } catch {
                throw StreamError(.corrupt, "\(position.file): \(error)")
            }
        }
        return gathering.text
    }
}

/// Gathers the last GTID of each domain that a file of MariaDB's holds before an offset, from events without checksums.
private struct LastGTIDs {
    private let end: UInt64
    private var tracker = PositionTracker(start: nil)
    private var last: [UInt32: String] = [:]

    init(before end: UInt64) {
        self.end = end
    }

    var text: String { last.sorted { $0.key < $1.key }.map(\.value).joined(separator: ",") }

    /// False: all is gathered.
    mutating func add(_ buffer: UnsafeRawBufferPointer) throws(DecodeError) -> Bool {
        // SAFETY: the caller keeps `buffer` valid while this runs.
        var body = ByteCursor(RawSpan(_unsafeBytes: buffer))
        let header = try EventHeader(from: &body)
        guard tracker.offset < end, tracker.pass(header) < end else { return false }
        switch header.type {
        case .gtidList:
            // Of each domain and server; the last one of a domain comes last (`Gtid_list_log_event`).
            for _ in 0..<(try body.read(UInt32.self) & 0x0FFF_FFFF) {
                let domain = try body.read(UInt32.self)
                let server = try body.read(UInt32.self)
                last[domain] = "\(domain)-\(server)-\(try body.read(UInt64.self))"
            }
        case .mariadbGTID:
            let gtid = try GTIDEvent(mariadb: &body, serverID: header.serverID).gtid ?? ""
            if let domain = UInt32(gtid.prefix { $0 != "-" }) { last[domain] = gtid }
        // The first one is made up, and says where the server begins to read.
        case .rotate: if !header.flags.contains(.artificial) { return false }
        default: break
        }
        return true
    }
}
