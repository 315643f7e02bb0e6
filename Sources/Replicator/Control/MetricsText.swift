/// Prometheus's text format, version 0.0.4: families of samples, each family in one piece.
struct MetricsText {
    enum Kind: String { case counter, gauge, histogram }

    typealias Labels = KeyValuePairs<String, String>

    private(set) var text = ""
    private var name = ""

    /// Begins a family; the samples that follow belong to it.
    mutating func family(_ name: String, _ kind: Kind, _ help: String) {
        self.name = name
        text += "# HELP \(name) \(Self.escaped(help, quotes: false))\n# TYPE \(name) \(kind.rawValue)\n"
    }

    mutating func sample(_ value: Int, _ labels: Labels = [:]) {
        add("", labels, "\(value)")
    }

    mutating func sample(_ value: UInt64, _ labels: Labels = [:]) {
        add("", labels, "\(value)")
    }

    mutating func sample(_ value: Double, _ labels: Labels = [:]) {
        add("", labels, Self.text(of: value))
    }

    /// Of a family that is a histogram.
    mutating func sample(_ histogram: Histogram, _ labels: Labels = [:]) {
        var total = 0
        for (bound, count) in zip(histogram.bounds + [.infinity], histogram.counts) {
            total += count
            add("_bucket", labels, "\(total)", bound: Self.text(of: bound))
        }
        add("_sum", labels, Self.text(of: histogram.sum))
        add("_count", labels, "\(total)")
    }

    private mutating func add(_ suffix: String, _ labels: Labels, _ value: String, bound: String? = nil) {
        var pairs = labels.map { "\($0.key)=\"\(Self.escaped($0.value, quotes: true))\"" }
        if let bound { pairs.append("le=\"\(bound)\"") }
        text += "\(name)\(suffix)\(pairs.isEmpty ? "" : "{\(pairs.joined(separator: ","))}") \(value)\n"
    }

    private static func text(of value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        var result = ""
        for character in text.unicodeScalars {
            switch character {
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\"" where quotes: result += "\\\""
            default: result.unicodeScalars.append(character)
            }
        }
        return result
    }
}
