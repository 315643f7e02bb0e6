internal import MySQLClient

/// How the events of a file are laid out: what the FORMAT_DESCRIPTION event at its head says
/// (`Format_description_log_event`).
struct FormatDescription: Equatable, Sendable {
    enum ChecksumAlgorithm: Equatable {
        case none
        case crc32
    }

    var serverVersion: String
    /// When the server started that began the file: nonzero only in its first file. What was open before is void.
    var created: UInt32
    /// Bytes of the header of all events but this one and ROTATE: 19, and more in one old fork.
    var headerLength: Int
    /// Bytes between header and body by event type, from type 1.
    var postHeaderLengths: [UInt8]
    var checksum: ChecksumAlgorithm

    /// Type codes of 160 and above are MariaDB's. A server whose version was made up still tells by them.
    var isMariaDB: Bool { serverVersion.contains("MariaDB") || postHeaderLengths.count >= 160 }

    /// MariaDB has VECTOR from 11.7 on. A server whose version was made up may be of any.
    var hasVectors: Bool {
        isMariaDB && (!serverVersion.contains("MariaDB") || ServerVersion(serverVersion).isAtLeast(11, 7))
    }

    /// `cursor` stands right after the header and reaches to the end of the event, checksum included.
    init(from cursor: inout ByteCursor) throws(DecodeError) {
        let start = cursor.offset
        guard try cursor.read(UInt16.self) == 4 else { throw .unsupported(.oldFormat) }
        let version = try cursor.readBytes(50).prefix { $0 != 0 }
        guard let text = String(validating: version, as: UTF8.self) else { throw .invalid(.utf8, at: start + 2) }
        serverVersion = text
        created = try cursor.read(UInt32.self)
        headerLength = Int(try cursor.read(UInt8.self))
        guard headerLength >= EventHeader.byteCount else { throw .invalid(.headerLength, at: cursor.offset - 1) }
        checksum = .none
        var lengthCount = cursor.remaining
        if Self.hasChecksums(serverVersion) {
            // Such servers end this event with the algorithm's number and a CRC32, even where the algorithm is 0.
            lengthCount -= 5
            try cursor.require(5)
        }
        postHeaderLengths = try cursor.readBytes(lengthCount)
        if Self.hasChecksums(serverVersion) {
            switch try cursor.read(UInt8.self) {
            case 0, 255: checksum = .none  // 255: "undefined", in relay logs of servers without checksums
            case 1: checksum = .crc32
            case let other: throw .unsupported(.checksumAlgorithm(other))
            }
        }
    }

    /// MySQL from 5.6.1 and MariaDB from 5.3.0 (`checksum_version_split_mysql`, `…_mariadb` in log_event.cc).
    static func hasChecksums(_ version: String) -> Bool {
        let numbers = version.split(separator: ".", maxSplits: 2).map { part in
            Int(part.prefix { $0.isASCII && $0.isNumber }) ?? 0
        }
        guard numbers.count == 3 else { return false }
        let least = version.contains("MariaDB") ? [5, 3, 0] : [5, 6, 1]
        return !numbers.lexicographicallyPrecedes(least)
    }
}

/// What every event needs of the ``FormatDescription`` of its file: trivial, so that it is looked at in place.
struct EventLayout: BitwiseCopyable {
    /// False as long as no FORMAT_DESCRIPTION was read.
    let isKnown: Bool
    let isMariaDB: Bool
    /// ``FormatDescription/hasVectors``
    let hasVectors: Bool
    /// Bytes of checksum that end every event: 0 or 4.
    let checksumLength: Int
    let headerLength: Int
    /// By type code; nil: the server that wrote the file did not know the type.
    private var postHeaderLengths = InlineArray<256, UInt8>(repeating: 0xFF)

    static let unknown = EventLayout()

    private init() {
        isKnown = false
        isMariaDB = false
        hasVectors = false
        checksumLength = 0
        headerLength = EventHeader.byteCount
    }

    init(_ format: FormatDescription) {
        isKnown = true
        isMariaDB = format.isMariaDB
        hasVectors = format.hasVectors
        checksumLength = format.checksum == .crc32 ? Checksum.byteCount : 0
        headerLength = format.headerLength
        for (index, length) in format.postHeaderLengths.prefix(255).enumerated() {
            postHeaderLengths[index + 1] = length
        }
    }

    /// Passes over what a header has behind its 19 bytes: `body` stands there. The format's own event and ROTATE, which may come
    /// before it, never have more.
    func skipRest(of header: EventHeader, _ body: inout ByteCursor) throws(DecodeError) {
        if headerLength == EventHeader.byteCount || header.type == .formatDescription || header.type == .rotate {
            return
        }
        try body.skip(headerLength - EventHeader.byteCount)
    }

    /// False before MySQL 5.1.18, whose row events and table maps had another form.
    var hasRowEvents: Bool { (try? postHeaderLength(EventType.writeRowsV1.rawValue)) != nil }

    /// Bytes between header and body. Throws if the server that wrote the file did not know the type.
    @inline(__always)
    func postHeaderLength(_ typeCode: UInt8) throws(DecodeError) -> Int {
        let length = postHeaderLengths[Int(typeCode)]
        guard length != 0xFF else { throw .invalid(.postHeaderLength, at: 0) }
        return Int(length)
    }
}
