import MySQLClient
import Rows

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
        var set = GTIDSet()
        try scan(before: position, serverID: serverID) { (header, body) throws(DecodeError) in
            let event: GTIDEvent
            switch header.type {
            case .previousGTIDs: return set = try GTIDSet(from: &body)
            case .gtid: event = try GTIDEvent(mysql: &body, isAnonymous: false)
            case .taggedGTID: event = try GTIDEvent(tagged: &body)
            default: return
            }
            guard let gtid = event.gtid.flatMap({ MySQLGTID($0) }) else { return }
            set.add(gtid.number...gtid.number, of: gtid.source)
        }
        return set
    }

    /// MariaDB: the last GTID of each domain up to a position where an event begins or the log ends, in the same way.
    func lastGTIDs(at position: BinlogPosition, serverID: UInt32) throws(StreamError) -> String {
        var last: [UInt32: String] = [:]
        try scan(before: position, serverID: serverID) { (header, body) throws(DecodeError) in
            switch header.type {
            // Of each domain and server; the last one of a domain comes last.
            case .gtidList: for entry in try GTIDListEvent(from: &body).entries { last[entry.domain] = entry.gtid }
            case .mariadbGTID:
                let gtid = try GTIDEvent(mariadb: &body, serverID: header.serverID).gtid ?? ""
                if let domain = UInt32(gtid.prefix { $0 != "-" }) { last[domain] = gtid }
            default: break
            }
        }
        return last.sorted { $0.key < $1.key }.map(\.value).joined(separator: ",")
    }
}
