import Testing

@testable import BinlogReader

@Suite struct FormatDescriptionTests {
    private func parse(_ event: [UInt8]) throws -> FormatDescription {
        var cursor = ByteCursor(event.span.bytes)
        _ = try EventHeader(from: &cursor)
        return try FormatDescription(from: &cursor)
    }

    /// Of a file that MariaDB 10.11.19 has begun.
    private static let mariaDB = hex(
        """
        5067016b0f4f340000fc000000000100000000040031302e31312e31392d4d6172696144422d302b646562313275312d6c6f6700000000
        000000000000000000000000000000005067016b13380d000800120004040404120000e400041a08000000080808020000000a0a0a0000
        000000000a0a0a000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
        00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
        00000000000000000000000000000000041304000d0808080a0a0a019611d95d
        """)

    @Test func `a real MariaDB's is understood`() throws {
        let format = try parse(Self.mariaDB)
        #expect(format.serverVersion == "10.11.19-MariaDB-0+deb12u1-log")
        #expect(format.created == 1795254096)
        #expect(format.checksum == .crc32)
        #expect(format.isMariaDB)
        #expect(format.headerLength == 19)
        let layout = EventLayout(format)
        #expect(try layout.postHeaderLength(EventType.query.rawValue) == 13)
        #expect(try layout.postHeaderLength(EventType.mariadbGTID.rawValue) == 19)
        #expect(try layout.postHeaderLength(EventType.compressedWriteRowsV2.rawValue) == 10)
        #expect(throws: DecodeError.invalid(.postHeaderLength, at: 0)) { try layout.postHeaderLength(172) }
        #expect(layout.checksumLength == 4)
    }

    @Test func `without checksums the event still has one of its own`() throws {
        var builder = EventBuilder()
        builder.hasChecksums = false
        let format = try parse(builder.formatDescription())
        #expect(format.checksum == .none)
        #expect(format.postHeaderLengths == EventBuilder.postHeaderLengths)
    }

    @Test(arguments: [
        ("5.6.0", false), ("5.6.1-log", true), ("8.0.36", true), ("5.5.36-MariaDB-debug-log", true),
        ("5.2.14-MariaDB", false), ("5.3.0-MariaDB", true), ("10.11.19-MariaDB", true), ("garbage", false), ("", false),
        ("9.7.0-commercial", true),
    ])
    func `the server's version tells whether there are checksums`(version: String, has: Bool) {
        #expect(FormatDescription.hasChecksums(version) == has)
    }

    @Test func `older formats are refused`() {
        var event = Self.mariaDB
        event[19] = 3
        #expect(throws: DecodeError.unsupported(.oldFormat)) { try parse(event) }
    }

    @Test func `an unknown checksum algorithm is refused`() {
        var event = Self.mariaDB
        event[event.count - 5] = 2
        #expect(throws: DecodeError.unsupported(.checksumAlgorithm(2))) { try parse(event) }
    }

    @Test func `a header shorter than 19 bytes is refused`() {
        var event = Self.mariaDB
        event[19 + 56] = 13
        #expect(throws: DecodeError.invalid(.headerLength, at: 75)) { try parse(event) }
    }

    @Test func `the in-use flag is not part of the checksum`() throws {
        var builder = EventBuilder()
        let event = builder.formatDescription(flags: 1)
        try event.withUnsafeBytes { try Checksum.verifyFormatDescription($0) }
        let broken = [UInt8(event[0] ^ 1)] + event.dropFirst()
        #expect(throws: DecodeError.self) {
            try broken.withUnsafeBytes { try Checksum.verifyFormatDescription($0) }
        }
    }
}
