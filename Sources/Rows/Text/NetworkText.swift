/// MariaDB's UUID, INET4 and INET6 from their bytes. In the binary log these are BINARY(16) and BINARY(4) values, so
/// trailing zero bytes are cut off and are put back here.
enum NetworkText {
    /// A UUID. The log has its bytes in the order of the text: the segments that MariaDB swaps to sort versions 1 to 5
    /// by time are swapped in its tables only. (Seen on 10.11 with every version and variant that it takes.)
    static func appendUUID(_ bytes: Span<UInt8>, to text: inout ByteWriter) throws(ValueError) {
        let bytes = try Address16(bytes)
        for index in 0..<16 {
            if index == 4 || index == 6 || index == 8 || index == 10 { text.append(UInt8(ascii: "-")) }
            text.append(hexadecimal: bytes.bytes[index])
        }
    }

    static func appendINET4(_ bytes: Span<UInt8>, to text: inout ByteWriter) throws(ValueError) {
        guard bytes.count <= 4 else { throw .wrongLength(expected: 4, actual: bytes.count) }
        for index in 0..<4 {
            if index > 0 { text.append(UInt8(ascii: ".")) }
            text.append(decimal: index < bytes.count ? UInt64(bytes[index]) : 0)
        }
    }

    /// An IPv6 address as `inet_ntop` of the server prints it (sql/sql_type_inet.cc, `Inet6::to_string`): the first
    /// of the longest runs of zero groups becomes `::`, and IPv4-compatible and IPv4-mapped addresses end in dots.
    static func appendINET6(_ bytes: Span<UInt8>, to text: inout ByteWriter) throws(ValueError) {
        let address = try Address16(bytes)
        let gap = address.longestZeroRun()
        var index = 0
        while index < 8 {
            if index == gap.start && gap.count > 0 {
                text.append("::")
                index += gap.count
                continue
            }
            if index > 0 && index != gap.start + gap.count { text.append(UInt8(ascii: ":")) }
            // ::1.2.3.4 and ::ffff:1.2.3.4
            let endsInIPv4 = gap.start == 0 && (gap.count == 6 || gap.count == 5 && address.group(5) == 0xFFFF)
            if index == 6 && endsInIPv4 {
                for octet in 12..<16 {
                    if octet > 12 { text.append(UInt8(ascii: ".")) }
                    text.append(decimal: UInt64(address.bytes[octet]))
                }
                return
            }
            appendGroup(address.group(index), to: &text)
            index += 1
        }
    }

    /// Hexadecimal, without zeros in front.
    private static func appendGroup(_ group: UInt16, to text: inout ByteWriter) {
        var shift = 12
        while shift > 0 && group >> UInt16(shift) == 0 { shift -= 4 }
        while shift >= 0 {
            text.append(ByteWriter.hexadecimalDigit(UInt8(truncatingIfNeeded: group >> UInt16(shift) & 0x0F)))
            shift -= 4
        }
    }

    /// Sixteen bytes, filled up with zeros.
    private struct Address16 {
        var bytes: InlineArray<16, UInt8> = .init(repeating: 0)

        init(_ source: Span<UInt8>) throws(ValueError) {
            guard source.count <= 16 else { throw .wrongLength(expected: 16, actual: source.count) }
            for index in source.indices { bytes[index] = source[index] }
        }

        func group(_ index: Int) -> UInt16 {
            UInt16(bytes[index * 2]) << 8 | UInt16(bytes[index * 2 + 1])
        }

        /// Where the longest run of zero groups starts, the first of equally long ones.
        func longestZeroRun() -> (start: Int, count: Int) {
            var longest = (start: 0, count: 0)
            var run = (start: 0, count: 0)
            for index in 0..<8 {
                if group(index) != 0 {
                    run = (index + 1, 0)
                    continue
                }
                run.count += 1
                if run.count > longest.count { longest = run }
            }
            return longest
        }
    }
}
