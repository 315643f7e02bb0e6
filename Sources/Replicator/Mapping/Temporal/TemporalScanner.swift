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
        var fields = TemporalFields(text: text, position: position, end: end)
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
        var fields = TemporalFields(text: text, position: position, end: end)
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
