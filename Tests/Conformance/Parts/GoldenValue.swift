import Rows

/// A value as mysql-binlog-connector-java gives it: times as microseconds (of UTC), strings and bytes as hexadecimal
/// digits, integers as signed, dates inside compressed transactions as text.
enum GoldenValue {
    static func isEqual(_ golden: JSONDocument, _ value: DecodedValue) -> Bool {
        if golden == .null { return value.isNull }
        if value.isNull { return false }
        if let number = golden["n"]?.text { return isEqual(number: number, value) }
        if let digits = golden["hex"]?.text { return value.raw == Hex.bytes(digits) }
        if let text = golden["s"]?.text {
            if value.shown == text || value.raw == Array(text.utf8) { return true }
            // java.sql.Timestamp prints a fraction always.
            return text.hasSuffix(".0") && value.shown == text.dropLast(2)
        }
        if let json = golden["json"]?.text, let one = JSONDocument(json), let two = JSONDocument(value.shown) {
            return one.means(two, spelling: isLibraryText)
        }
        return false
    }

    /// The other decoder prints opaque values as Base64 alone, and times with fewer digits than the server.
    private static func isLibraryText(_ theirs: JSONDocument, _ ours: JSONDocument) -> Bool {
        guard let one = theirs.text, let two = ours.text else { return false }
        if two.hasPrefix("base64:type") { return two.hasSuffix(":" + one) }
        guard two.hasSuffix("000"), two.contains(":"), let point = two.lastIndex(of: ".") else { return false }
        return two.hasPrefix(one) && one.count >= two.distance(from: two.startIndex, to: point)
    }

    private static func isEqual(number: String, _ value: DecodedValue) -> Bool {
        switch (value.column.type, value.cell) {
        case (.integer(let byteCount, _), .int(let ours)):
            return Int64(number).map { cut($0, byteCount) } == cut(ours, byteCount)
        case (.integer(let byteCount, _), .uint(let ours)):
            return Int64(number).map { cut($0, byteCount) } == cut(Int64(truncatingIfNeeded: ours), byteCount)
        case (.float, .float(let ours)): return Float(number) == ours
        case (.double, .double(let ours)): return Double(number) == ours
        case (.timestamp, .int(let ours)), (.time, .int(let ours)): return Int64(number) == ours
        case (.date, _), (.dateTime, _): return Int64(number) == microseconds(value.shown)
        case (_, .uint(let ours)): return UInt64(number) == ours
        default: return value.shown == number
        }
    }

    /// The number's low bytes, as a signed number.
    private static func cut(_ number: Int64, _ byteCount: UInt8) -> Int64 {
        let spare = Int64(64 - 8 * Int(byteCount))
        return (number << spare) >> spare
    }

    /// Microseconds from 1970 to a date, and time if there is one, of UTC.
    static func microseconds(_ text: String) -> Int64? {
        let parts = text.split(whereSeparator: { "- :".contains($0) })
        guard parts.count == 3 || parts.count == 6, let year = Int64(parts[0]), let month = Int64(parts[1]),
            let day = Int64(parts[2])
        else { return nil }
        // Days since 0000-03-01, of years that begin in March.
        let shifted = month <= 2 ? year - 1 : year
        let ofYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let days = 365 * shifted + shifted / 4 - shifted / 100 + shifted / 400 + ofYear - 719_468
        var total = days * 86_400 * 1_000_000
        if parts.count == 6 {
            let seconds = parts[5].split(separator: ".")
            guard let hour = Int64(parts[3]), let minute = Int64(parts[4]), let second = Int64(seconds[0]) else {
                return nil
            }
            total += ((hour * 60 + minute) * 60 + second) * 1_000_000
            if seconds.count == 2 {
                let digits = seconds[1] + String(repeating: "0", count: max(0, 6 - seconds[1].count))
                total += Int64(digits) ?? 0
            }
        }
        return total
    }
}
