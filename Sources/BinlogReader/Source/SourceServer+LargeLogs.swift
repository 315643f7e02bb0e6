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
}
