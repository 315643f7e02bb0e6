/// The numbers of a date or time, read one after the other.
struct TemporalFields: ~Escapable {
    let text: Span<UInt8>
    var position: Int
    let end: Int
    var values: InlineArray<8, Int> = InlineArray(repeating: 0)
    var count = 0
    /// True if something else than expected was met.
    var isCut = false

    @_lifetime(copy text)
    init(text: Span<UInt8>, position: Int, end: Int) {
        self.text = text
        self.position = position
        self.end = end
    }

    private func digitCount(from start: Int) -> Int {
        var index = start
        while index < end, text[index].isDigit { index += 1 }
        return index - start
    }

    /// Reads into `values[index]` a number of at most `limit` digits. At the end there is nothing to read; false if
    /// something else stands there.
    @_lifetime(self: copy self)
    private mutating func read(_ index: Int, limit: Int = .max) -> Bool {
        guard position < end else { return true }
        guard text[position].isDigit else { return false }
        var value = 0
        var digits = 0
        while position < end, digits < limit, text[position].isDigit {
            // The server's number has 32 bits, and wraps.
            value = (value * 10 + Int(text[position] - UInt8(ascii: "0"))) & 0xFFFF_FFFF
            digits += 1
            position += 1
        }
        values[index] = value
        count += 1
        return true
    }

    @_lifetime(self: copy self)
    private mutating func skipPunctuation() -> Bool {
        guard position < end else { return true }
        guard TemporalScanner.isPunctuation(text[position]) else { return false }
        position += 1
        return true
    }

    /// Reads up to six fields; returns how many digits the year has.
    @_lifetime(self: copy self)
    mutating func readDateTime(separatesWithPunctuation: Bool) -> Int {
        let start = position
        var digits = digitCount(from: position)
        var after = position + digits
        if after < end, text[after] == UInt8(ascii: "T") {
            let more = digitCount(from: after + 1)
            digits += more
            after += 1 + more
        }
        if after < end, text[after] == UInt8(ascii: "."), digits >= 12 { after += 1 + digitCount(from: after + 1) }
        if after == end {
            // Digits only: [YY]YYMMDD[hhmmss]
            let yearDigits = digits == 4 || digits == 8 || digits >= 14 ? 4 : 2
            isCut =
                !(read(0, limit: yearDigits) && read(1, limit: 2) && read(2, limit: 2) && skipT() && read(3, limit: 2)
                && read(4, limit: 2) && read(5, limit: 2))
            return yearDigits
        }
        isCut = !read(0)
        let yearDigits = position - start
        if !isCut {
            isCut =
                !(skipPunctuation() && read(1) && skipPunctuation() && read(2)
                && skipSeparator(separatesWithPunctuation) && read(3) && skipPunctuation() && read(4)
                && skipPunctuation() && read(5))
        }
        return yearDigits
    }

    @_lifetime(self: copy self)
    private mutating func skipT() -> Bool {
        if position < end, text[position] == UInt8(ascii: "T") { position += 1 }
        return true
    }

    /// What stands between date and time.
    @_lifetime(self: copy self)
    private mutating func skipSeparator(_ mayBePunctuation: Bool) -> Bool {
        guard position < end else { return true }
        if text[position] == UInt8(ascii: "T") {
            position += 1
            return true
        }
        if TemporalScanner.isPunctuation(text[position]) {
            guard mayBePunctuation else {
                // Then it is no date at all.
                count = 0
                return false
            }
            position += 1
            return true
        }
        guard NumberPrefix.isSpace(text[position]) else { return false }
        while position < end, NumberPrefix.isSpace(text[position]) { position += 1 }
        return true
    }

    /// Up to six digits count; more are cut off.
    @_lifetime(self: copy self)
    mutating func readMicroseconds() -> Int {
        let start = position
        guard read(6, limit: 6) else {
            isCut = true
            return 0
        }
        var value = position > start ? values[6] : 0
        for _ in 0..<max(0, 6 - (position - start)) { value *= 10 }
        position += digitCount(from: position)
        return value
    }

    /// Days, hours, minutes, seconds, microseconds (str_to_DDhhmmssff_internal); nil if it is no time.
    @_lifetime(self: copy self)
    mutating func readTime() -> InlineArray<5, Int>? {
        var result: InlineArray<5, Int> = InlineArray(repeating: 0)
        guard let first = readNumber(), first < 42_949_672_955_959 else { return nil }
        let endOfDays = position
        while position < end, NumberPrefix.isSpace(text[position]) { position += 1 }
        var index: Int
        var isAnchored = true
        if end - position > 1, position != endOfDays, text[position].isDigit {
            result[0] = first
            index = 1
        } else if end - position > 1, text[position] == UInt8(ascii: ":"), text[position + 1].isDigit {
            guard first < UInt32.max else { return nil }
            result[1] = first
            index = 2
            position += 1
        } else {
            result[1] = first / 10_000
            result[2] = first / 100 % 100
            result[3] = first % 100
            index = 4
            isAnchored = false
        }
        while isAnchored {
            result[index] = readNumber() ?? 0
            index += 1
            guard index < 4, end - position >= 2, text[position] == UInt8(ascii: ":"), text[position + 1].isDigit
            else { break }
            position += 1
        }
        if position < end, text[position] == UInt8(ascii: ".") {
            position += 1
            result[4] = readMicroseconds()
        }
        return isExponentNext ? nil : result
    }

    @_lifetime(self: copy self)
    private mutating func readNumber() -> Int? {
        var value = 0
        while position < end, text[position].isDigit {
            value = value * 10 + Int(text[position] - UInt8(ascii: "0"))
            if value > 1 << 50 { return nil }
            position += 1
        }
        return value
    }

    private var isExponentNext: Bool {
        guard end - position > 1, text[position] | 0x20 == UInt8(ascii: "e") else { return false }
        if text[position + 1].isDigit { return true }
        return (text[position + 1] == UInt8(ascii: "-") || text[position + 1] == UInt8(ascii: "+"))
            && end - position > 2 && text[position + 2].isDigit
    }
}
