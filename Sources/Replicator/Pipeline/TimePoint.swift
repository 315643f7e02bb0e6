import Foundation

/// A point in time as users write it: `2026-11-20 10:00:00` (local zone), `2026-11-20T10:00:00Z`, `-2h`.
public enum TimePoint: Equatable, Sendable {
    /// Microseconds since 1970 UTC.
    case at(Int64)
    /// Microseconds before now, by the source's clock.
    case ago(Int64)

    /// Nil: the text is meant as something else. Throws if it is meant as a time, and is none.
    public init?(_ text: String) throws(ConfigurationError) {
        if let ago = try Self.ago(text) {
            self = .ago(ago)
        } else if let written = try WrittenTime(text) {
            self = .at(try written.instant())
        } else {
            return nil
        }
    }

    /// Microseconds since 1970 UTC, where it is `now`.
    func microseconds(now: Int64) -> Int64 {
        switch self {
        case .at(let time): time
        case .ago(let duration): now - duration
        }
    }

    /// `-2h`, `-1h30m`; units d, h, m, s.
    private static func ago(_ text: String) throws(ConfigurationError) -> Int64? {
        guard text.utf8.first == UInt8(ascii: "-"), text.utf8.dropFirst().first.map(isDigit) == true else { return nil }
        var seconds: Int64 = 0
        var digits: Int64?
        for byte in text.utf8.dropFirst() {
            if isDigit(byte) {
                digits = min((digits ?? 0) * 10 + Int64(byte - UInt8(ascii: "0")), 1_000_000_000)
                continue
            }
            let units: [UInt8: Int64] = [
                UInt8(ascii: "s"): 1, UInt8(ascii: "m"): 60, UInt8(ascii: "h"): 3600, UInt8(ascii: "d"): 86_400,
            ]
            guard let number = digits, let unit = units[byte] else { throw notAgo(text) }
            seconds += number * unit
            digits = nil
        }
        guard digits == nil, seconds <= 100 * 366 * 86_400 else { throw notAgo(text) }
        return seconds * 1_000_000
    }

    private static func notAgo(_ text: String) -> ConfigurationError {
        ConfigurationError(
            "\"\(text)\" is no time before now: write a number and a unit, as in -45s, -30m, -2h, -7d or -1h30m")
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}

/// A date and time of day, taken apart and checked.
private struct WrittenTime {
    let text: String
    /// Of the date and time as if they were UTC, since 1970.
    let seconds: Int64
    let microseconds: Int64
    /// Of the zone, east of UTC; nil: the local one.
    let offset: Int64?

    /// Nil: does not look like a date.
    init?(_ text: String) throws(ConfigurationError) {
        var reader = DigitReader(text)
        guard let year = reader.number(4), reader.take("-"), let month = reader.number(2), reader.take("-"),
            let day = reader.number(2)
        else { return nil }
        self.text = text
        let hasTimeOfDay = reader.take(" ") || reader.take("T") || reader.take("t")
        // A MariaDB GTID may look like a date.
        guard hasTimeOfDay || reader.isAtEnd && (1900...2199).contains(year) else { return nil }
        guard (1970...9999).contains(year) else { throw Self.refused(text, "years are 1970 to 9999") }
        guard (1...12).contains(month) else { throw Self.refused(text, "there is no month \(month)") }
        guard (1...Self.days(in: month, year)).contains(day) else {
            throw Self.refused(text, "that month has no day \(day)")
        }
        guard hasTimeOfDay else {
            throw Self.refused(
                text,
                "the time of day is missing, as in \"\(text) 00:00:00\" (a GTID that looks like a date is "
                    + "written \(text.prefix(8))0\(text.suffix(2)))")
        }
        guard let hour = reader.number(2), reader.take(":"), let minute = reader.number(2) else {
            throw Self.refused(text, "its time of day is not HH:MM:SS")
        }
        var second: Int64 = 0
        var fraction: Int64 = 0
        if reader.take(":") {
            guard let seconds = reader.number(2) else { throw Self.refused(text, "its time of day is not HH:MM:SS") }
            second = seconds
            if reader.take(".") {
                guard let parts = reader.fraction(6) else { throw Self.refused(text, "a fraction has 1 to 6 digits") }
                fraction = parts
            }
        }
        guard hour < 24, minute < 60, second < 60 else { throw Self.refused(text, "there is no such time of day") }
        offset = try Self.zone(&reader, text)
        seconds = Self.dayNumber(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second
        microseconds = fraction
    }

    /// Since 1970 UTC. Throws where the local clock shows the time never, or twice.
    func instant() throws(ConfigurationError) -> Int64 {
        if let offset { return (seconds - offset) * 1_000_000 + microseconds }
        // A day before and after any change of the clocks, its two offsets hold.
        let offsets = [-86_400, 86_400].map { Self.localOffset(at: seconds + $0) }
        let instants = Set(offsets.map { seconds - $0 }).filter { $0 + Self.localOffset(at: $0) == seconds }.sorted()
        guard let first = instants.first else {
            throw Self.refused(
                text, "the clocks went forward then, and never showed it in the local zone; add a zone: Z or +01:00")
        }
        guard instants.count == 1 else {
            let choices = instants.map { text + Self.zoneText(seconds - $0) }.joined(separator: " or ")
            throw Self.refused(text, "the clocks went back then, and showed it twice in the local zone: say \(choices)")
        }
        return first * 1_000_000 + microseconds
    }

    private static func zone(_ reader: inout DigitReader, _ text: String) throws(ConfigurationError) -> Int64? {
        if reader.isAtEnd { return nil }
        if reader.take("Z") || reader.take("z") {
            guard reader.isAtEnd else { throw refused(text, "nothing can follow Z") }
            return 0
        }
        let sign: Int64 = reader.take("+") ? 1 : reader.take("-") ? -1 : 0
        guard sign != 0, let hours = reader.number(2), reader.take(":") || !reader.isAtEnd,
            let minutes = reader.number(2), reader.isAtEnd, hours <= 15, minutes < 60
        else { throw refused(text, "its zone is none: write Z, +02:00, or nothing for the local one") }
        return sign * (hours * 3600 + minutes * 60)
    }

    private static func zoneText(_ offset: Int64) -> String {
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let distance = abs(offset)
        return (offset < 0 ? "-" : "+") + two(distance / 3600) + ":" + two(distance / 60 % 60)
    }

    private static func localOffset(at seconds: Int64) -> Int64 {
        var time = time_t(seconds)
        var parts = tm()
        tzset()
        localtime_r(&time, &parts)
        return Int64(parts.tm_gmtoff)
    }

    private static func days(in month: Int64, _ year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days since 1970-01-01.
    private static func dayNumber(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let past = year - 1
        let leapDays = past / 4 - past / 100 + past / 400 - (1969 / 4 - 1969 / 100 + 1969 / 400)
        let months = (1..<month).reduce(Int64(0)) { $0 + days(in: $1, year) }
        return (year - 1970) * 365 + leapDays + months + day - 1
    }

    private static func refused(_ text: String, _ reason: String) -> ConfigurationError {
        ConfigurationError("\"\(text)\" is no time: \(reason)")
    }
}

/// Takes digits and signs from the front of a text.
private struct DigitReader {
    private var rest: Substring.UTF8View

    init(_ text: String) {
        rest = text[...].utf8
    }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard let first = rest.first, UInt32(first) == character.value else { return false }
        rest = rest.dropFirst()
        return true
    }

    /// A number of exactly `count` digits.
    mutating func number(_ count: Int) -> Int64? {
        let digits = rest.prefix(count)
        guard digits.count == count, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        rest = rest.dropFirst(count)
        return digits.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
    }

    /// One to `count` digits behind the point, as a number of `count` digits.
    mutating func fraction(_ count: Int) -> Int64? {
        let digits = rest.prefix { (0x30...0x39).contains($0) }
        guard (1...count).contains(digits.count) else { return nil }
        rest = rest.dropFirst(digits.count)
        return (digits + Array(repeating: 0x30, count: count - digits.count)).reduce(0) { $0 * 10 + Int64($1 - 0x30) }
    }
}
