extension [UInt8] {
    /// Appends all bytes of `span` in one copy.
    @inline(__always)
    mutating func append(_ span: Span<UInt8>) {
        // SAFETY: the buffer is read inside the closure only, while `span` is borrowed.
        span.withUnsafeBufferPointer { append(contentsOf: $0) }
    }

    /// Appends the bytes `range` of `span` in one copy.
    @inline(__always)
    mutating func append(_ span: Span<UInt8>, _ range: Range<Int>) {
        append(span.extracting(range))
    }

    /// Appends ASCII text that the code itself holds.
    @inline(__always)
    mutating func append(_ text: StaticString) {
        append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Appends `value` in decimal, with zeros in front to make `digits` digits.
    @inline(__always)
    mutating func append(_ value: Int, digits: Int) {
        var text = ShortText()
        text.append(value, digits: digits)
        append(text)
    }

    @inline(__always)
    mutating func append(_ text: borrowing ShortText) {
        let span = text.bytes.span
        append(span.extracting(0..<text.count))
    }
}

/// A few bytes put together on the stack, to reach the output by one append: each one costs a check that the buffer
/// is nobody else's and large enough.
struct ShortText: ~Copyable {
    private(set) var bytes: InlineArray<40, UInt8> = .init(repeating: 0)
    private(set) var count = 0

    @inline(__always)
    mutating func append(_ byte: UInt8) {
        bytes[count] = byte
        count += 1
    }

    /// `value` in decimal, with zeros in front to make `digits` digits; digits beyond are cut off.
    @inline(__always)
    mutating func append(_ value: Int, digits: Int) {
        var rest = value
        var index = count + digits
        while index > count {
            index -= 1
            bytes[index] = 0x30 + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
        count += digits
    }

    /// `2024-02-29`
    mutating func append(year: Int, month: Int, day: Int) {
        append(year, digits: 4)
        append(UInt8(ascii: "-"))
        append(month, digits: 2)
        append(UInt8(ascii: "-"))
        append(day, digits: 2)
    }

    /// `23:59:59`
    mutating func append(hour: Int, minute: Int, second: Int) {
        append(hour, digits: hour < 100 ? 2 : 3)
        append(UInt8(ascii: ":"))
        append(minute, digits: 2)
        append(UInt8(ascii: ":"))
        append(second, digits: 2)
    }
}
