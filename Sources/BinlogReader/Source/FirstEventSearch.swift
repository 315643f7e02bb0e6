internal import Rows

/// Finds where the first transaction begins of a stream that was asked for by GTID and without checksums. Such a
/// stream opens with events that the server makes up, or repeats from the file's head: they are no place to read from.
struct FirstEventSearch {
    private var file = ""

    /// A transaction's first event.
    struct Found: Equatable {
        /// Where it begins; of the offset only the low 32 bits are known.
        var position: BinlogPosition
        /// Nil: it has no GTID.
        var gtid: String?
    }

    /// `event` (from its header on), if it is the GTID event that opens a transaction. Throws if it cannot be read: it is
    /// not one without a GTID, of which the place would be looked for elsewhere.
    mutating func found(_ event: UnsafeRawBufferPointer) throws(StreamError) -> Found? {
        guard event.count >= Self.headerLength else { return nil }
        switch event[4] {
        case 4:  // ROTATE_EVENT: an offset of 8 bytes, then the name of the file that follows
            file = String(decoding: event.dropFirst(Self.headerLength + 8), as: UTF8.self)
            return nil
        case 162, 33, 34, 42:  // MariaDB's GTID_EVENT; MySQL's GTID_LOG_EVENT, anonymous, tagged
            let byteCount = event.loadUnaligned(fromByteOffset: 9, as: UInt32.self).littleEndian
            let end = event.loadUnaligned(fromByteOffset: 13, as: UInt32.self).littleEndian
            let position = BinlogPosition(file: file, offset: UInt64(end &- byteCount))
            do throws(DecodeError) {
                return Found(position: position, gtid: try Self.gtid(event))
            } catch {
                let fault = EventError(position: position, eventType: EventType.name(event[4]), cause: error)
                throw StreamError(.corrupt, "\(fault)")
            }
        default:
            return nil
        }
    }

    private static func gtid(_ event: UnsafeRawBufferPointer) throws(DecodeError) -> String? {
        // SAFETY: the caller keeps `event` valid while this runs.
        var body = ByteCursor(RawSpan(_unsafeBytes: event))
        let header = try EventHeader(from: &body)
        switch header.type {
        case .mariadbGTID: return try GTIDEvent(mariadb: &body, serverID: header.serverID).gtid
        case .taggedGTID: return try GTIDEvent(tagged: &body).gtid
        default: return try GTIDEvent(mysql: &body, isAnonymous: header.type == .anonymousGTID).gtid
        }
    }

    private static let headerLength = 19
}
