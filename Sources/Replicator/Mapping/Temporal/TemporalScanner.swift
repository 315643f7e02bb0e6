/// Reads dates and times out of text, as the server does (sql-common/my_time.c): any punctuation separates, parts may
/// be left out, garbage at the end is ignored, two-digit years belong to 1970 to 2069.
struct TemporalScanner: ~Escapable {
    private let text: Span<UInt8>
    private var position = 0
    private var end: Int
    private(set) var isNegative = false

    /// Nil if the text does not begin with a number.
    @_lifetime(copy text)
    init?(_ text: Span<UInt8>) {
        self.text = text
        end = text.count
        skipSpace()
        if position < end, text[position] == UInt8(ascii: "-") || text[position] == UInt8(ascii: "+") {
            isNegative = text[position] == UInt8(ascii: "-")
            position += 1
        }
        skipSpace()
        // Garbage at the end; a T belongs to a date only behind a digit.
        while end > position {
            let byte = text[end - 1]
            if byte.isDigit || Self.isPunctuation(byte) { break }
            if byte == UInt8(ascii: "T"), end - position >= 2, text[end - 2].isDigit { break }
            end -= 1
        }
        guard position < end, text[position].isDigit else { return nil }
    }

    static func isPunctuation(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E, 0xA1...0xBF, 0xD7, 0xF7: true
        default: false
        }
    }

    private var isAtEnd: Bool { position >= end }

    @_lifetime(self: copy self)
    private mutating func skipSpace() {
        while position < end, NumberPrefix.isSpace(text[position]) { position += 1 }
    }

    // MARK: - Dates

    /// What a text that looks like a date turned out to be.
    struct DateReading {
        enum Outcome { case dateTime, date, outOfRange, none }
        var outcome = Outcome.none
        var parts = DateTimeParts()
        var fieldCount = 0
        /// Where reading stopped.
        var end = 0
    }

    /// `[YY]YY-MM-DD[ hh:mm:ss[.ffffff]]` in all its forms (str_to_datetime_or_date_body).
    ///
    /// - Parameters:
    ///   - separatesWithPunctuation: date and time may be parted by a punctuation mark.
    ///   - allowsInvalidDays: 30 February is a date.
    func readDateTime(separatesWithPunctuation: Bool, allowsInvalidDays: Bool) -> DateReading {
        var fields = Fields(text: text, position: position, end: end)
        var reading = DateReading()
        let yearDigits = fields.readDateTime(separatesWithPunctuation: separatesWithPunctuation)
        reading.fieldCount = fields.count
        reading.end = fields.position
        guard fields.count >= 3 else { return reading }
        var parts = DateTimeParts()
        parts.year = fields.values[0]
        parts.month = fields.values[1]
        parts.day = fields.values[2]
        parts.hour = fields.values[3]
        parts.minute = fields.values[4]
        parts.second = fields.values[5]
        if !fields.isCut, fields.position < end, text[fields.position] == UInt8(ascii: ".") {
            fields.position += 1
            parts.microsecond = fields.readMicroseconds()
            reading.fieldCount = fields.count
            reading.end = fields.position
        }
        if yearDigits == 2, !parts.isZero { parts.year += parts.year < 70 ? 2000 : 1900 }
        let isInRange =
            parts.year <= 9999 && parts.month <= 12 && parts.day <= 31 && parts.hour <= 23 && parts.minute <= 59
            && parts.second <= 59
        guard isInRange, parts.isZero || allowsInvalidDays || parts.hasValidDay else {
            reading.outcome = .outOfRange
            return reading
        }
        reading.parts = parts
        reading.outcome = reading.fieldCount <= 3 ? .date : .dateTime
        return reading
    }

    /// As DATETIME or DATE; nil for what is none.
    func dateTime(allowsInvalidDays: Bool) -> DateTimeParts? {
        let reading = readDateTime(separatesWithPunctuation: true, allowsInvalidDays: allowsInvalidDays)
        switch reading.outcome {
        case .date, .dateTime: return isNegative ? nil : reading.parts
        case .none, .outOfRange: return nil
        }
    }

    // MARK: - Times

    /// `[-][DD ][hh:]mm:ss[.ffffff]` or `hhmmss`; nil for what is none. A text that is a date with time, or a date
    /// alone, gives its time of day (str_to_datetime_or_date_or_time).
    func time() -> TimeParts? {
        if isDateTimeCandidate {
            let reading = readDateTime(separatesWithPunctuation: false, allowsInvalidDays: false)
            let used = text.extracting(position..<max(position, reading.end))
            switch reading.outcome {
            case .dateTime: return timeOfDay(reading.parts)
            case .date where Self.isOfDates(used): return timeOfDay(reading.parts)
            case .outOfRange where reading.fieldCount > 3 || Self.isOfDates(used): return nil
            default: break
            }
        }
        return readTime()
    }

    /// A literal, with as many fraction digits as were written; nil if it is not wholly a right one of its kind.
    func literal(_ kind: TemporalLiteral) -> (value: Int64, fractionDigits: Int)? {
        guard end == text.count else { return nil }
        if kind == .time {
            guard let time = time() else { return nil }
            return (time.microseconds, fractionDigits)
        }
        let reading = readDateTime(separatesWithPunctuation: true, allowsInvalidDays: false)
        guard !isNegative, reading.end == end else { return nil }
        switch (kind, reading.outcome) {
        case (.date, .date), (.timestamp, .dateTime): return (reading.parts.packed, fractionDigits)
        default: return nil
        }
    }

    private var fractionDigits: Int {
        var count = 0
        var index = end
        while index > position, text[index - 1].isDigit {
            index -= 1
            count += 1
        }
        return index > position && text[index - 1] == UInt8(ascii: ".") && count < end - position ? min(count, 6) : 0
    }

    private func timeOfDay(_ parts: DateTimeParts) -> TimeParts? {
        guard !isNegative else { return nil }
        var time = TimeParts()
        time.hour = parts.hour
        time.minute = parts.minute
        time.second = parts.second
        time.microsecond = parts.microsecond
        return time
    }

    /// True if what was read can only be a date: it has a T, or no colon.
    private static func isOfDates(_ text: Span<UInt8>) -> Bool {
        var hasColon = false
        for index in text.indices {
            if text[index] == UInt8(ascii: "T") { return true }
            if text[index] == UInt8(ascii: ":") { hasColon = true }
        }
        return !hasColon
    }

    private var isDateTimeCandidate: Bool {
        let length = end - position
        if length >= 12 { return true }
        guard length >= 6 else { return false }
        var punctuation = 0
        for index in position..<end {
            let byte = text[index]
            if byte == UInt8(ascii: "T") { return true }
            if byte == UInt8(ascii: " ") { return punctuation > 0 }
            if Self.isPunctuation(byte) { punctuation += 1 }
        }
        return false
    }

    private func readTime() -> TimeParts? {
        var fields = Fields(text: text, position: position, end: end)
        return fields.readTime().flatMap { Self.checked($0, isNegative: isNegative) }
    }

    /// Days, hours, minutes, seconds and microseconds as a time; too large a one is cut to 838:59:59.999999.
    private static func checked(_ values: InlineArray<5, Int>, isNegative: Bool) -> TimeParts? {
        let (days, product) = (values[0], values[0].multipliedReportingOverflow(by: 24))
        guard days <= UInt32.max, values[1] <= UInt32.max, values[2] < 60, values[3] < 60, !product.overflow else {
            return nil
        }
        let hours = product.partialValue + values[1]
        guard hours <= UInt32.max else { return nil }
        var time = TimeParts()
        time.isNegative = isNegative
        if hours > TimeParts.maximumHour {
            (time.hour, time.minute, time.second, time.microsecond) = (TimeParts.maximumHour, 59, 59, 999_999)
        } else {
            (time.hour, time.minute, time.second, time.microsecond) = (hours, values[2], values[3], values[4])
        }
        return time
    }
}

/// The numbers of a date or time, read one after the other.
private struct Fields: ~Escapable {
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
