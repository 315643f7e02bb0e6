import BinlogReader

/// The transactions before a place in a source's log, by their names: of MariaDB the last one of each domain
/// (`0-1-100,1-7-3`), of MySQL a set (`uuid:1-5,uuid:tag:1-3`). A log has either.
struct GTIDPosition: Equatable, CustomStringConvertible {
    private var last: [(domain: UInt32, gtid: String)] = []
    private var set = GTIDSet()

    /// Parses a position; what is not a GTID is left out.
    init(_ text: String) {
        if let set = GTIDSet(text) {
            self.set = set
        } else {
            for part in text.split(separator: ",") { add(String(part.trimmed)) }
        }
    }

    /// Takes in a transaction's GTID.
    mutating func add(_ gtid: String) {
        if let gtid = MySQLGTID(gtid) { return set.add(gtid.number...gtid.number, of: gtid.source) }
        guard let dash = gtid.firstIndex(of: "-"), let domain = UInt32(gtid[..<dash]) else { return }
        if let index = last.firstIndex(where: { $0.domain == domain }) {
            last[index].gtid = gtid
        } else {
            last.append((domain, gtid))
            last.sort { $0.domain < $1.domain }
        }
    }

    /// Whether a transaction was taken in before, though it comes now: MySQL's sets may have gaps, and what comes after
    /// one is not wanted twice. (A MariaDB log is in the order of its GTIDs.)
    func contains(_ gtid: String) -> Bool {
        MySQLGTID(gtid).map { set.contains($0.number, of: $0.source) } ?? false
    }

    var description: String { last.isEmpty ? set.description : last.map(\.gtid).joined(separator: ",") }

    static func == (left: GTIDPosition, right: GTIDPosition) -> Bool { left.description == right.description }
}
