import BinlogReader
import Rows

/// A GTID position as an end: MariaDB's, one GTID a domain, or MySQL's set.
struct GTIDBound: Equatable, Sendable {
    /// Sequence numbers by domain.
    private var last: [UInt32: UInt64] = [:]
    private var set = GTIDSet()

    init(_ text: String) {
        if let set = GTIDSet(text) {
            self.set = set
            return
        }
        for item in text.split(separator: ",") {
            guard let (domain, number) = Self.parts(item) else { continue }
            last[domain] = max(number, last[domain] ?? 0)
        }
    }

    func contains(_ gtid: String) -> Bool {
        if let gtid = MySQLGTID(gtid) { return set.contains(gtid.number, of: gtid.source) }
        guard let (domain, number) = Self.parts(gtid[...]), let last = last[domain] else { return false }
        return number <= last
    }

    /// Whether all of MySQL's `set` are among these.
    func containsAll(_ set: GTIDSet) -> Bool { set.isSubset(of: self.set) }

    /// Whether all of these are among `gtids`.
    func isCovered(by gtids: String) -> Bool {
        let reached = GTIDBound(gtids)
        return set.isSubset(of: reached.set)
            && last.allSatisfy { domain, number in reached.last[domain].map { $0 >= number } ?? false }
    }

    /// Whether a log that ends with `gtids` cannot be the one in which these were read. Of MariaDB's domains only what
    /// one server named is compared: without gtid_strict_mode, others may come with lower numbers.
    static func isLost(_ read: String, whereLogEndsWith gtids: String) -> Bool {
        if let set = GTIDSet(read), !set.isEmpty { return !set.isSubset(of: GTIDSet(gtids) ?? GTIDSet()) }
        let ends = gtids.split(separator: ",").map { $0.split(separator: "-") }
        return read.split(separator: ",").map { $0.split(separator: "-") }.contains { gtid in
            guard gtid.count == 3, let number = UInt64(gtid[2]) else { return false }
            if ends.isEmpty { return true }
            return ends.contains { end in
                end.count == 3 && end[0] == gtid[0] && end[1] == gtid[1] && UInt64(end[2]).map { $0 < number } == true
            }
        }
    }

    /// What `gtids` and `others` both have: of MariaDB's domains, of which each has a last one, the earlier of the two. Where
    /// two servers gave these, without gtid_strict_mode, numbers do not tell which: then that of `gtids`.
    static func common(_ gtids: String, _ others: String) -> String {
        if gtids == others { return gtids }
        if let set = GTIDSet(gtids), let other = GTIDSet(others) { return set.intersection(other).description }
        let other = MariaDBGTID.list(others)
        let common = MariaDBGTID.list(gtids).compactMap { gtid -> MariaDBGTID? in
            guard let match = other.first(where: { $0.domain == gtid.domain }) else { return nil }
            return match.serverID == gtid.serverID && match.number < gtid.number ? match : gtid
        }
        return common.map(\.description).joined(separator: ",")
    }

    private static func parts(_ gtid: Substring) -> (domain: UInt32, number: UInt64)? {
        let parts = gtid.trimmed.split(separator: "-")
        guard parts.count == 3, let domain = UInt32(parts[0]), let number = UInt64(parts[2]) else { return nil }
        return (domain, number)
    }

    /// Throws where a log never had some of these: nobody can say what is behind them in it. A server itself refuses only
    /// what it would know of, and begins with all that it has for the domain or UUID of another.
    /// - Parameters:
    ///   - text: these, as the user wrote them.
    ///   - log: whose the log is.
    ///   - logged: all that it ever had.
    ///   - statement: what tells that; nil: there is no server to ask.
    func requireKnown(_ text: String, to log: String, having logged: String, by statement: String? = nil) throws {
        guard !isCovered(by: logged) else { return }
        throw PlanError(
            "cannot start at GTID \(text): \(log) has never had all of it; it has "
                + (logged.isEmpty ? "no GTIDs" : logged) + (statement.map { " (\($0))" } ?? "")
                + ". It is of another server, or there is a slip in it: give another --start")
    }
}
