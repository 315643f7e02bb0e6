/// The event before a transaction or statement that names it, of either server.
struct GTIDEvent: Equatable {
    /// As the server prints it: `0-1-100`, `uuid:100`, `uuid:tag:100`; nil for an anonymous one.
    var gtid: String?
    /// MariaDB: whether a transaction follows, or one statement without BEGIN and COMMIT. MySQL does not tell: there a
    /// BEGIN follows or not.
    var opensTransaction = false
    /// MariaDB: the XA transaction whose rows follow and end in XA PREPARE, as statements name it: `X'61',X'',1`.
    var preparedXA: String?
    /// MariaDB's two-phase ALTER (`binlog_alter_two_phase`): announced, or the announced one taken back. Only the
    /// event that commits it changes the table.
    var isTentativeAlter = false
    /// MySQL 8: when the transaction was committed, microseconds since 1970 UTC.
    var commitMicroseconds: Int64?

    /// MariaDB's GTID_EVENT (`Gtid_log_event` in its log_event.h; flag values from there). The post-header is padded
    /// with zeros to 19 bytes.
    init(mariadb body: inout ByteCursor, serverID: UInt32) throws(DecodeError) {
        let sequence = try body.read(UInt64.self)
        let domain = try body.read(UInt32.self)
        let flags = try body.read(UInt8.self)
        gtid = Self.text(domain, serverID, sequence)
        opensTransaction = flags & 0x01 == 0  // FL_STANDALONE
        if flags & 0x02 != 0 {  // FL_GROUP_COMMIT_ID
            try body.skip(8)
        }
        if flags & 0xC0 != 0 {  // FL_PREPARED_XA or FL_COMPLETED_XA
            let format = try body.read(UInt32.self)
            let globalLength = Int(try body.read(UInt8.self))
            let branchLength = Int(try body.read(UInt8.self))
            let global = Self.hexadecimal(try body.readBytes(globalLength))
            let branch = Self.hexadecimal(try body.readBytes(branchLength))
            if flags & 0x40 != 0 { preparedXA = "X'\(global)',X'\(branch)',\(format)" }
        }
        if body.remaining > 0 {
            // FL_START_ALTER_E1, FL_ROLLBACK_ALTER_E1
            isTentativeAlter = try body.read(UInt8.self) & 0x0A != 0
        }
    }

    /// MySQL's GTID_LOG_EVENT and ANONYMOUS_GTID_LOG_EVENT (`Gtid_event` in control_events.h): flags, source UUID,
    /// number, and since 5.7 logical timestamps, since 8.0 commit times.
    init(mysql body: inout ByteCursor, isAnonymous: Bool) throws(DecodeError) {
        try body.skip(1)
        let uuid = try body.readBytes(16)
        let start = body.offset
        let number = try body.read(UInt64.self)
        if !isAnonymous {
            guard number > 0, number < UInt64(Int64.max) else { throw .invalid(.gtid, at: start) }
            gtid = GTIDSource.text(of: uuid) + ":\(number)"
        }
        guard body.remaining >= 17, try body.read(UInt8.self) == 2 else { return }  // 2: logical timestamps
        try body.skip(16)
        guard body.remaining >= 7 else { return }
        // 55 bits; the 56th says that the original commit's time follows.
        commitMicroseconds = Int64(try body.readUInt(byteCount: 7) & (1 << 55 - 1))
    }

    /// MySQL's GTID_TAGGED_LOG_EVENT (`Gtid_event::FieldSet` in control_events.h; from 8.3 on): a version, a size and the
    /// number of the last field that has to be known, then fields, each behind its number, in order. A field that is not
    /// there has its default. All are numbers of variable length.
    init(tagged body: inout ByteCursor) throws(DecodeError) {
        let start = body.offset
        guard try body.readVariable() == 1 else { throw .unsupported(.event) }
        let size = try body.readVariable()
        guard size <= UInt64(body.end - start) else {
            throw .truncated(at: start, need: Int(clamping: size), have: body.end - start)
        }
        guard try body.readVariable() <= 11 else { throw .unsupported(.event) }
        var uuid: [UInt8] = []
        var number: Int64 = 0
        var tag = ""
        fields: while body.remaining > 0 {
            switch try body.readVariable() {
            case 0: _ = try body.readVariable()  // flags
            case 1:
                for _ in 0..<16 {
                    let place = body.offset
                    guard let byte = UInt8(exactly: try body.readVariable()) else { throw .invalid(.gtid, at: place) }
                    uuid.append(byte)
                }
            case 2: number = try body.readSignedVariable()
            case 3: tag = try body.readTag()
            case 4, 5: _ = try body.readSignedVariable()  // logical timestamps
            case 6:
                let place = body.offset
                let time = try body.readVariable()
                // As many as the other form has.
                guard time < 1 << 55 else { throw .invalid(.gtid, at: place) }
                commitMicroseconds = Int64(time)
            default: break fields  // nothing that matters to us comes behind
            }
        }
        guard uuid.count == 16, number > 0, number < Int64.max else { throw .invalid(.gtid, at: start) }
        gtid = GTIDSource.text(of: uuid) + (tag.isEmpty ? "" : ":" + tag) + ":\(number)"
    }

    /// `domain-server-sequence`. Made for every transaction, so without string interpolation.
    private static func text(_ domain: UInt32, _ server: UInt32, _ sequence: UInt64) -> String {
        // 10, 10 and 20 digits at most.
        String(unsafeUninitializedCapacity: 42) { buffer in
            var end = 0
            write(UInt64(domain), to: buffer, at: &end)
            buffer[end] = UInt8(ascii: "-")
            end += 1
            write(UInt64(server), to: buffer, at: &end)
            buffer[end] = UInt8(ascii: "-")
            end += 1
            write(sequence, to: buffer, at: &end)
            return end
        }
    }

    private static func write(_ number: UInt64, to buffer: UnsafeMutableBufferPointer<UInt8>, at end: inout Int) {
        let start = end
        var rest = number
        repeat {
            end += 1
            rest /= 10
        } while rest > 0
        rest = number
        for index in (start..<end).reversed() {
            buffer[index] = UInt8(ascii: "0") + UInt8(rest % 10)
            rest /= 10
        }
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
