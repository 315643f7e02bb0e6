/// A transaction's name as MariaDB prints it, `0-1-100`: a domain, within which numbers rise, the id of the server that
/// named it, and the number.
public struct MariaDBGTID: Hashable, Sendable {
    public var domain: UInt32
    public var serverID: UInt32
    public var number: UInt64

    /// Nil for anything else.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, let domain = UInt32(parts[0]), let serverID = UInt32(parts[1]),
            let number = UInt64(parts[2])
        else { return nil }
        self.domain = domain
        self.serverID = serverID
        self.number = number
    }

    /// Those of a list by commas, as `gtid_binlog_pos` and `gtid_binlog_state` print them; what is none is left out.
    public static func list(_ text: String) -> [MariaDBGTID] {
        text.filter { !$0.isWhitespace }.split(separator: ",").compactMap { MariaDBGTID($0) }
    }
}

extension MariaDBGTID: CustomStringConvertible {
    public var description: String { "\(domain)-\(serverID)-\(number)" }
}
