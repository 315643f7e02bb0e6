import BinlogReader

/// The transactions before a place in a source's log, by their names: of MariaDB the last one of each domain
/// (`0-1-100,1-7-3`), of MySQL a set (`uuid:1-5,uuid:tag:1-3`). A log has either.
struct GTIDPosition: Equatable, CustomStringConvertible {
    private var last: [(domain: UInt32, gtid: String)] = []
    private var set = GTIDSet()
    /// Domains whose last GTID is still to come by again.
    private var expected: Set<UInt32> = []

    /// Parses a position; what is not a GTID is left out.
    init(_ text: String) {
        if let set = GTIDSet(text) {
            self.set = set
        } else {
            for part in text.split(separator: ",") { add(String(part.trimmed)) }
        }
    }

    /// Reading begins where `before` is all that lies in front. Of MariaDB's domains that are further than that, what comes
    /// up to their last GTID was taken in before: logs of two servers have transactions of different domains in different
    /// orders.
    mutating func expect(_ before: String) {
        let before = GTIDPosition(before).last
        for (domain, gtid) in last where !before.contains(where: { $0.gtid == gtid }) { expected.insert(domain) }
    }

    /// Takes in a transaction's GTID.
    mutating func add(_ gtid: String) {
        if let gtid = MySQLGTID(gtid) { return set.add(gtid.number...gtid.number, of: gtid.source) }
        guard let dash = gtid.utf8.firstIndex(of: UInt8(ascii: "-")), let domain = UInt32(gtid[..<dash]) else { return }
        if let index = last.firstIndex(where: { $0.domain == domain }) {
            last[index].gtid = gtid
        } else {
            last.append((domain, gtid))
            last.sort { $0.domain < $1.domain }
        }
    }

    /// Whether a transaction, which comes now, was taken in before: MySQL's sets may have gaps, and what comes after one is
    /// not wanted twice. (Within a domain, a MariaDB log is in the order of its GTIDs: see ``expect(_:)``.)
    mutating func passes(_ gtid: String) -> Bool {
        if let gtid = MySQLGTID(gtid) { return set.contains(gtid.number, of: gtid.source) }
        guard !expected.isEmpty, let found = MariaDBGTID(gtid), expected.contains(found.domain),
            let end = last.first(where: { $0.domain == found.domain }).flatMap({ MariaDBGTID($0.gtid) })
        else { return false }
        // What has a higher number is new, also where the log lacks the one that is looked for. One that another server gave
        // tells nothing of what follows: without gtid_strict_mode, lower ones may.
        if found == end || found.number > end.number && found.serverID == end.serverID { expected.remove(found.domain) }
        return found.number <= end.number
    }

    /// Tells in turn of each transaction behind a place whether it was taken in before.
    /// - Parameters:
    ///   - gtids: all that were.
    ///   - before: those in front of the place; nil: the same.
    static func repeats(of gtids: String, before: String?) -> (_ gtid: String) -> Bool {
        var position = GTIDPosition(gtids)
        if let before { position.expect(before) }
        return { position.passes($0) }
    }

    /// Asked for at each transaction's end.
    var description: String {
        switch last.count {
        case 0: set.description
        case 1: last[0].gtid
        default: last.map(\.gtid).joined(separator: ",")
        }
    }

    static func == (left: GTIDPosition, right: GTIDPosition) -> Bool { left.description == right.description }
}
