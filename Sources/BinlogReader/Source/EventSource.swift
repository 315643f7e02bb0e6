public import Rows

/// Whole binlog events, one at a time, from a server's stream or from files. Confined to one thread.
public protocol EventSource: AnyObject {
    /// Reads on. Throws what ended the source: a lost connection, an unreadable file, a purged position.
    func advance() throws -> SourceRead

    /// After `.event`: the event from the first byte of its 19-byte header to the last of its checksum. Valid until
    /// the next call of `advance`; the source owns the memory.
    var event: UnsafeRawBufferPointer { get }

    /// Events lie in memory of malloc that nobody else looks at: of a large one, the reader may give pages back to the
    /// system as soon as it has what they hold, which is lost then. False unless the source says so.
    var lendsForGood: Bool { get }
}

extension EventSource {
    public var lendsForGood: Bool { false }
}

/// What `EventSource.advance` found.
public enum SourceRead: Equatable, Sendable {
    /// An event, in ``EventSource/event``.
    case event
    /// What follows is read from here: the first file of a folder, or the next one. (A server says so itself, with
    /// ROTATE events.)
    case moved(to: BinlogPosition)
    /// Nothing came for a while, and the source is alive.
    case idle
    /// The end of the last file. A server's stream has none.
    case end
}
