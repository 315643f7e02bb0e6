/// How the events of a file are laid out: what the FORMAT_DESCRIPTION event at its head says
/// (`Format_description_log_event`).
struct FormatDescription: Equatable, Sendable {
    enum ChecksumAlgorithm: Equatable {
        case none
        case crc32

        /// Bytes that end every event.
        var byteCount: Int { self == .crc32 ? 4 : 0 }
    }

    var serverVersion: String
    /// When the server started that began the file: nonzero only in its first file. What was open before is void.
    var created: UInt32
    /// Bytes between header and body by event type, from type 1.
    var postHeaderLengths: [UInt8]
    var checksum: ChecksumAlgorithm

    /// Type codes of 160 and above are MariaDB's. A server whose version was made up still tells by them.
    var isMariaDB: Bool { serverVersion.contains("MariaDB") || postHeaderLengths.count >= 160 }

    /// `cursor` stands right after the header and reaches to the end of the event, checksum included.
    init(from cursor: inout ByteCursor) throws(DecodeError) {
        let start = cursor.offset
        guard try cursor.read(UInt16.self) == 4 else { throw .unsupported(.oldFormat) }
        let version = try cursor.readBytes(50).prefix { $0 != 0 }
        guard let text = String(validating: version, as: UTF8.self) else { throw .invalid(.utf8, at: start + 2) }
        serverVersion = text
        created = try cursor.read(UInt32.self)
        // Every version 4 log has headers of 19 bytes; the field exists so that they could grow.
        guard try cursor.read(UInt8.self) == EventHeader.byteCount else {
            throw .invalid(.headerLength, at: cursor.offset - 1)
        }
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

    /// The post-header's length for an event type; nil if the server that wrote the file did not know the type.
    func postHeaderLength(_ typeCode: UInt8) -> Int? {
        let index = Int(typeCode) - 1
        return postHeaderLengths.indices.contains(index) ? Int(postHeaderLengths[index]) : nil
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
