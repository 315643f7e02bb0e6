/// What a fuzzer's input is: a byte of ``Options``, then events, one after the other, as a binlog file has them behind its
/// magic number. Mutations may do to the events what they like: a size that does not fit is made to, and what the options
/// ask for is made of them after that, so that what was changed gets as far as the decoder.
public struct FuzzInput {
    public struct Options: OptionSet, Sendable {
        public let rawValue: UInt8

        public init(rawValue: UInt8) {
            self.rawValue = rawValue
        }

        /// The events come as a server sends them; else as a file has them.
        public static let fromServer = Options(rawValue: 0x01)
        /// Checksums are verified, and made right first.
        public static let checksums = Options(rawValue: 0x02)
        /// Transactions are packed into TRANSACTION_PAYLOAD events, as zstd.
        public static let payload = Options(rawValue: 0x04)
        /// Likewise, but not compressed.
        public static let plainPayload = Options(rawValue: 0x08)
        /// Rows events and statements are compressed as MariaDB does.
        public static let compressedEvents = Options(rawValue: 0x10)
        /// A live table answers what metadata leaves open.
        public static let hints = Options(rawValue: 0x20)
        /// The bytes are a file's, sizes and all, and go through its framer.
        public static let file = Options(rawValue: 0x40)
        /// Looked at from outside only, as the search for a place does.
        public static let walk = Options(rawValue: 0x80)
        /// A file of SQL says what tables are (``FuzzTables``), and the log's statements move them on. Two bits that mean
        /// nothing together: a walk asks for no hints.
        public static let schemas: Options = [.walk, .hints]

        var hasSchemas: Bool { contains(.schemas) }
        public var hasHints: Bool { contains(.hints) && !hasSchemas }
        public var isWalk: Bool { contains(.walk) && !hasSchemas }
    }

    public var options: Options
    /// Each has the size that its header says; only the last one may be shorter than a header.
    public var events: [[UInt8]] = []
    /// All behind the options, sizes as they were.
    let content: [UInt8]

    static let headerByteCount = 19

    public init(_ bytes: [UInt8]) {
        options = Options(rawValue: bytes.first ?? 0)
        content = Array(bytes.dropFirst())
        var rest = content[...]
        while !rest.isEmpty {
            guard rest.count >= Self.headerByteCount else {
                events.append(Array(rest))
                return
            }
            let said = rest.prefix(13).suffix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
            let size = (Self.headerByteCount...rest.count).contains(said) ? said : rest.count
            events.append(Self.sized(Array(rest.prefix(size))))
            rest = rest.dropFirst(size)
        }
    }

    public init(_ options: Options, events: [[UInt8]]) {
        self.options = options
        self.events = events
        content = events.flatMap { $0 }
    }

    public var bytes: [UInt8] { [options.rawValue] + events.flatMap(Self.sized) }

    /// The event with its own size in its header.
    static func sized(_ event: [UInt8]) -> [UInt8] {
        guard event.count >= headerByteCount else { return event }
        var event = event
        for index in 0..<4 { event[9 + index] = UInt8(truncatingIfNeeded: event.count >> (8 * index)) }
        return event
    }
}
