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
        // SAFETY: as above; slicing by a range outside the span traps, and callers pass ranges they scanned.
        span.withUnsafeBufferPointer { append(contentsOf: $0[range]) }
    }

    /// Appends ASCII text that the code itself holds.
    @inline(__always)
    mutating func append(_ text: StaticString) {
        append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Appends `value` in decimal, with zeros in front to make `digits` digits: fields of dates and fractions.
    @inline(__always)
    mutating func append(_ value: Int, digits: Int) {
        let start = count
        for _ in 0..<digits { append(0x30) }
        var rest = value
        var index = start + digits
        while rest > 0 && index > start {
            index -= 1
            self[index] = 0x30 + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
    }
}
