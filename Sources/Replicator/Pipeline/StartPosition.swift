import BinlogReader
public import Rows

/// A place in a source's log as users give it: `--start` and `--until`.
public enum StartPosition: Equatable, Sendable {
    /// The oldest change that the source still has.
    case earliest
    /// Now.
    case latest
    case position(BinlogPosition)
    /// After this MariaDB GTID position (`0-1-100`, several domains by commas), or MySQL GTID set (`uuid:1-5`).
    case gtids(String)
    /// The first transaction committed then or later; as an end, the last one committed then or earlier.
    case time(TimePoint)

    /// Reads what stands behind `--start` or `--until`. Throws naming the forms there are.
    public init(_ text: String) throws(ConfigurationError) {
        switch text {
        case "earliest": self = .earliest
        case "latest": self = .latest
        default:
            if let time = try TimePoint(text) {
                self = .time(time)
            } else if let position = BinlogPosition(text) {
                self = .position(position)
            } else if Self.isMariaDBGTIDs(text) {
                self = .gtids(text)
            } else if let set = GTIDSet(text), !set.isEmpty {
                self = .gtids(set.description)
            } else {
                throw ConfigurationError(
                    "\"\(text)\" is no position: give earliest, latest, FILE:OFFSET (binlog.000003:154), a GTID (MariaDB: "
                        + "0-1-100; MySQL: uuid:1-5), or a time (\"2026-11-20 10:00:00\", 2026-11-20T10:00:00Z, -2h)")
            }
        }
    }

    private static func isMariaDBGTIDs(_ text: String) -> Bool {
        text.split(separator: ",", omittingEmptySubsequences: false).allSatisfy { item in
            let parts = item.split(separator: "-", omittingEmptySubsequences: false)
            return parts.count == 3 && UInt32(parts[0]) != nil && UInt32(parts[1]) != nil && UInt64(parts[2]) != nil
        }
    }
}
