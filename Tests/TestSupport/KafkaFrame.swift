/// A request or an answer of Kafka's protocol, without its size: what of them tests need to know. See the protocol guide,
/// https://kafka.apache.org/protocol.html.
struct KafkaFrame {
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    static func bytes<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
        withUnsafeBytes(of: value.bigEndian) { Array($0) }
    }

    func int16(at position: Int) -> Int16? { integer(at: position) }

    func int32(at position: Int) -> Int32? { integer(at: position) }

    private func integer<Value: FixedWidthInteger>(at position: Int) -> Value? {
        let size = MemoryLayout<Value>.size
        guard position >= 0, position + size <= bytes.count else { return nil }
        return bytes[position..<position + size].reduce(0) { $0 << 8 | Value(truncatingIfNeeded: $1) }
    }

    /// An ApiVersions answer (version 3 or later, in which lists are compact): the list of each request's versions, the
    /// throttle time, and no tagged fields. Nil: it ends early.
    var withoutTags: [UInt8]? {
        // Correlation id and error code, then the count of entries plus one as a variable-length integer.
        var position = 6
        var (count, shift) = (0, 0)
        while true {
            guard position < bytes.count, shift < 28 else { return nil }
            let byte = bytes[position]
            position += 1
            count |= Int(byte & 0x7F) << shift
            shift += 7
            if byte < 0x80 { break }
        }
        // Key, lowest and highest version, and an empty list of tagged fields.
        position += (count - 1) * 7 + 4
        guard count > 0, position <= bytes.count else { return nil }
        return bytes[..<position] + [0]
    }

    /// This produce request (version 3 to 7) of one partition, answered with an error. Nil: it is no such request.
    func produceError(_ code: Int16) -> [UInt8]? {
        guard let version = int16(at: 2), (3...7).contains(version), let clientID = int16(at: 8) else { return nil }
        var position = 10 + max(0, Int(clientID))
        guard let transactionalID = int16(at: position) else { return nil }
        position += 2 + max(0, Int(transactionalID))
        position += 2 + 4  // acks and timeout
        guard int32(at: position) == 1, let nameSize = int16(at: position + 4), nameSize >= 0 else { return nil }
        let nameEnd = position + 6 + Int(nameSize)
        guard nameEnd <= bytes.count, int32(at: nameEnd) == 1, let partition = int32(at: nameEnd + 4) else {
            return nil
        }
        let offset: Int64 = -1
        var answer = Array(bytes[4..<8])
        answer += Self.bytes(Int32(1)) + bytes[(position + 4)..<nameEnd]
        answer += Self.bytes(Int32(1)) + Self.bytes(partition) + Self.bytes(code)
        // The base offset, the time of the append, and from version 5 on where the log starts.
        answer += Self.bytes(offset) + Self.bytes(offset) + (version >= 5 ? Self.bytes(offset) : [])
        return answer + Self.bytes(Int32(0))  // no throttling
    }
}
