/// A place in a source's binary log. Files compare by sequence number, never as text (`binlog.999999` comes before
/// `binlog.1000000`).
public struct BinlogPosition: Equatable, Hashable, Sendable {
    public var file: String
    /// Byte offset in the file; 64 bits, since an event header's 32 wrap past 4 GiB.
    public var offset: UInt64

    public init(file: String, offset: UInt64) {
        self.file = file
        self.offset = offset
    }

    /// The digits after the file name's last dot; nil where there are none.
    public var sequence: UInt64? {
        guard let dot = file.lastIndex(of: ".") else { return nil }
        return UInt64(file[file.index(after: dot)...])
    }

    /// By sequence number, then offset: of two places in one server's log.
    public func isBefore(_ other: BinlogPosition) -> Bool {
        (sequence ?? 0, offset) < (other.sequence ?? 0, other.offset)
    }
}

extension BinlogPosition {
    /// Reads `binlog.000003:154`; nil for anything else. Offsets below 4 are within a file's magic number, and mean 4.
    public init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let offset = UInt64(text[text.index(after: colon)...]) else {
            return nil
        }
        self.init(file: String(text[..<colon]), offset: max(offset, 4))
        if sequence == nil { return nil }
    }
}

extension BinlogPosition: CustomStringConvertible {
    /// `binlog.000003:154`, the form in which users give and read positions.
    public var description: String { "\(file):\(offset)" }
}

/// Where the changes of a batch come from. `position` is that of the rows event.
public struct Origin: Equatable, Sendable {
    public var position: BinlogPosition
    /// The transaction's GTID as the server prints it; nil where the source has none.
    public var gtid: String?
    /// When the transaction was committed, in microseconds since 1970 UTC; whole seconds where the log has no better.
    public var commitMicroseconds: Int64

    public init(position: BinlogPosition, gtid: String?, commitMicroseconds: Int64) {
        self.position = position
        self.gtid = gtid
        self.commitMicroseconds = commitMicroseconds
    }
}

/// The place of a change in its source's history: fixed width, compared field by field. A lane's applied point is
/// the version of the last change it applied; keyed state is guarded by it against older writes.
public struct ChangeVersion: Equatable, Hashable, Sendable, Comparable {
    /// Of positions that start anew; 0 so far, since a failover or RESET replaces all stored ones at once.
    public var generation: UInt32
    public var sequence: UInt64
    public var offset: UInt64
    public var row: UInt32

    public init(generation: UInt32, sequence: UInt64, offset: UInt64, row: UInt32) {
        self.generation = generation
        self.sequence = sequence
        self.offset = offset
        self.row = row
    }

    public static func < (left: ChangeVersion, right: ChangeVersion) -> Bool {
        (left.generation, left.sequence, left.offset, left.row)
            < (right.generation, right.sequence, right.offset, right.row)
    }
}
