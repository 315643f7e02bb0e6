/// Numbers as people read them.
enum HumanText {
    /// Two units at most: `0 s`, `3 min 20 s`, `6 d 23 h`.
    static func duration(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds < 1e12 else { return "?" }
        let total = Int(max(0, seconds).rounded(.down))
        let (days, hours, minutes) = (total / 86_400, total / 3600 % 24, total / 60 % 60)
        if days > 0 { return hours > 0 ? "\(days) d \(hours) h" : "\(days) d" }
        if hours > 0 { return minutes > 0 ? "\(hours) h \(minutes) min" : "\(hours) h" }
        if minutes > 0 { return total % 60 > 0 ? "\(minutes) min \(total % 60) s" : "\(minutes) min" }
        return "\(total) s"
    }

    /// Binary units with one digit behind the point: `812 B`, `3.4 MiB`.
    static func bytes(_ count: UInt64) -> String {
        guard count >= 1024 else { return "\(count) B" }
        var value = Double(count)
        var unit = ""
        for next in ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"] where value >= 1024 {
            value /= 1024
            unit = next
        }
        return "\((value * 10).rounded(.down) / 10) \(unit)"
    }

    /// As ``count(_:)``, without digits behind the point; `?` of what no counter can be: another process may have sent it.
    static func rate(_ perSecond: Double?) -> String {
        guard let perSecond else { return "-" }
        return Int(exactly: perSecond.rounded()).map(count) ?? "?"
    }

    /// With commas: `1,234,567`; `-` where nobody knows it.
    static func count(_ number: Int?) -> String {
        guard let number else { return "-" }
        var digits = Array(String(number.magnitude))
        for place in stride(from: digits.count - 3, to: 0, by: -3) { digits.insert(",", at: place) }
        return (number < 0 ? "-" : "") + String(digits)
    }
}

extension String {
    /// With blanks behind it, or with `atFront` before it, up to `width` characters.
    func padded(to width: Int, atFront: Bool = false) -> String {
        let blanks = String(repeating: " ", count: max(0, width - count))
        return atFront ? blanks + self : self + blanks
    }
}
