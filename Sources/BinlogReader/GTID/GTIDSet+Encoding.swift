/// The form of sets in COM_BINLOG_DUMP_GTID and PREVIOUS_GTIDS events (`Gtid_set::encode` in sql/rpl_gtid_set.cc): a
/// count of sources, then for each its UUID, a count of intervals, and their ends, the last one excluded. All numbers
/// have eight bytes. Sets with tags, of MySQL 8.3 on, begin with the format's number in both the first and the last byte
/// of the count, and have the tag behind each UUID.
extension GTIDSet {
    /// Number of the format that has tags.
    private static let tagged: UInt64 = 1

    init(from body: inout ByteCursor) throws(DecodeError) {
        let start = body.offset
        let head = try body.read(UInt64.self)
        let hasTags = head >> 56 == Self.tagged
        let count = hasTags ? (head << 8) >> 16 : head
        guard head >> 56 <= Self.tagged, !hasTags || head & 0xFF == Self.tagged else {
            throw .invalid(.gtid, at: start)
        }
        var read: UInt64 = 0
        // Each source takes bytes, so a count beyond the event fails.
        while read < count {
            let uuid = GTIDSource.text(of: try body.readBytes(16))
            let tag = hasTags ? try body.readTag() : ""
            let source = Source(uuid: uuid, tag: tag)
            guard !hasNumbers(of: source) else { throw .invalid(.gtid, at: body.offset) }
            var intervals = try body.read(UInt64.self)
            var last: Int64 = 0
            while intervals > 0 {
                let place = body.offset
                let first = Int64(bitPattern: try body.read(UInt64.self))
                let end = Int64(bitPattern: try body.read(UInt64.self))
                // In order, as `Gtid_set::add_gtid_encoding` wants them too: so each is put at the end.
                guard first > last, first < end else { throw .invalid(.gtid, at: place) }
                add(first...(end - 1), of: source)
                last = end
                intervals -= 1
            }
            read += 1
        }
    }

    /// As servers with and without tags take it, if it has none.
    var encoded: [UInt8] {
        let sources = sorted
        let hasTags = sources.contains { !$0.source.tag.isEmpty }
        let count = UInt64(sources.count)
        var bytes = Self.bytes(hasTags ? Self.tagged << 56 | count << 8 | Self.tagged : count)
        for (source, ranges) in sources {
            bytes += GTIDSource.bytes(of: source.uuid) ?? []
            // A length below 128 is written twice as large (see ``ByteCursor/readVariable()``).
            if hasTags { bytes += [UInt8(source.tag.utf8.count * 2)] + Array(source.tag.utf8) }
            bytes += Self.bytes(UInt64(ranges.count))
            for range in ranges {
                bytes += Self.bytes(UInt64(range.lowerBound)) + Self.bytes(UInt64(range.upperBound) + 1)
            }
        }
        return bytes
    }

    private static func bytes(_ number: UInt64) -> [UInt8] {
        withUnsafeBytes(of: number.littleEndian) { Array($0) }
    }
}

extension ByteCursor {
    /// A number as MySQL's serialisation library writes it (`mysql::serialization`): as many bits as the first byte has
    /// ones at its low end say how many bytes follow; the rest is the number, lowest bits first.
    mutating func readVariable() throws(DecodeError) -> UInt64 {
        try require(1)
        let more = (~load(UInt8.self, at: offset)).trailingZeroBitCount
        if more == 8 {
            try skip(1)
            return try read(UInt64.self)
        }
        return try readUInt(byteCount: more + 1) >> UInt64(more + 1)
    }

    /// Likewise, with a sign: in the lowest bit, and then the other bits inverted.
    mutating func readSignedVariable() throws(DecodeError) -> Int64 {
        let value = try readVariable()
        let magnitude = Int64(bitPattern: value >> 1)
        return value & 1 == 0 ? magnitude : ~magnitude
    }

    /// A tag: its length, then its text.
    mutating func readTag() throws(DecodeError) -> String {
        let start = offset
        let length = try readVariable()
        guard length <= 32 else { throw .invalid(.gtid, at: start) }
        let tag = try readName(Int(length))
        guard tag.isEmpty || GTIDSet.isTag(tag) else { throw .invalid(.gtid, at: start) }
        return tag
    }
}
