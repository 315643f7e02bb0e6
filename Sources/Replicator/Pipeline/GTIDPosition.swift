/// The last GTID of each domain, as MariaDB writes such a position: `0-1-100,1-7-3`. A MySQL GTID (`uuid:7`) is not
/// gathered here yet.
struct GTIDPosition: Equatable, CustomStringConvertible {
    private var last: [(domain: UInt32, gtid: String)] = []

    /// Parses a position; what is not a MariaDB GTID is left out.
    init(_ text: String) {
        for part in text.split(separator: ",") { add(String(part.trimmed)) }
    }

    /// Takes in a transaction's GTID.
    mutating func add(_ gtid: String) {
        guard let dash = gtid.firstIndex(of: "-"), let domain = UInt32(gtid[..<dash]) else { return }
        if let index = last.firstIndex(where: { $0.domain == domain }) {
            last[index].gtid = gtid
        } else {
            last.append((domain, gtid))
            last.sort { $0.domain < $1.domain }
        }
    }

    var description: String { last.map(\.gtid).joined(separator: ",") }

    static func == (left: GTIDPosition, right: GTIDPosition) -> Bool { left.description == right.description }
}
