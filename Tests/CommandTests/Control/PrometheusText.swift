import TestSupport

/// A strict reader of Prometheus's text format, version 0.0.4: throws on what a scrape would refuse or mistake.
struct PrometheusText {
    private(set) var samples: [(name: String, labels: [String: String], value: Double)] = []
    private var types: [String: String] = [:]

    init() {}

    init(_ text: String) throws {
        guard text.hasSuffix("\n") else { throw TestSupportError("the last line has no end") }
        var family = ""
        var helped: Set<String> = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            let words = line.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false).map(String.init)
            if line.hasPrefix("# HELP ") {
                guard words.count == 4, Self.isName(words[2]), helped.insert(words[2]).inserted else {
                    throw TestSupportError("HELP: \(line)")
                }
                family = words[2]
            } else if line.hasPrefix("# TYPE ") {
                guard words.count == 4, words[2] == family, types[family] == nil,
                    ["counter", "gauge", "histogram"].contains(words[3])
                else { throw TestSupportError("TYPE: \(line)") }
                types[family] = words[3]
            } else {
                try add(line, family)
            }
        }
        try checkHistograms()
    }

    func value(_ name: String, _ labels: [String: String] = [:]) -> Double? {
        samples.first { $0.name == name && $0.labels == labels }?.value
    }

    private mutating func add(_ line: Substring, _ family: String) throws {
        var rest = line
        let name = String(rest.prefix { $0 != "{" && $0 != " " })
        rest = rest.dropFirst(name.count)
        var labels: [String: String] = [:]
        if rest.first == "{" {
            rest = rest.dropFirst()
            while rest.first != "}" {
                let label = String(rest.prefix { $0 != "=" })
                rest = rest.dropFirst(label.count)
                guard Self.isName(label), !label.contains(":"), rest.hasPrefix("=\"") else {
                    throw TestSupportError("label: \(line)")
                }
                rest = rest.dropFirst(2)
                var value = ""
                while let character = rest.popFirst(), character != "\"" {
                    guard character == "\\" else {
                        value.append(character)
                        continue
                    }
                    guard let escaped = rest.popFirst(), let meant = ["n": "\n", "\\": "\\", "\"": "\""][escaped] else {
                        throw TestSupportError("escape: \(line)")
                    }
                    value += meant
                }
                guard labels.updateValue(value, forKey: label) == nil else { throw TestSupportError("twice: \(line)") }
                if rest.first == "," {
                    rest = rest.dropFirst()
                } else if rest.first != "}" {
                    throw TestSupportError("labels: \(line)")
                }
            }
            rest = rest.dropFirst()
        }
        let text = rest.dropFirst()
        guard rest.first == " ", let value = text == "+Inf" ? Double.infinity : Double(text) else {
            throw TestSupportError("value: \(line)")
        }
        guard let type = types[family] else { throw TestSupportError("no TYPE before \(line)") }
        let suffixes = type == "histogram" ? ["_bucket", "_sum", "_count"] : [""]
        guard suffixes.contains(where: { name == family + $0 }), type != "counter" || name.hasSuffix("_total"),
            type != "counter" || value >= 0
        else { throw TestSupportError("\(name) is no sample of the \(type) \(family)") }
        guard !samples.contains(where: { $0.name == name && $0.labels == labels }) else {
            throw TestSupportError("the same sample twice: \(line)")
        }
        samples.append((name, labels, value))
    }

    /// Buckets never fall, and the last, without end, is the count.
    private func checkHistograms() throws {
        for (family, type) in types where type == "histogram" {
            var last: [[String: String]: Double] = [:]
            let counts = samples.filter { $0.name == family + "_count" }.map(\.labels)
            for labels in counts where value(family + "_bucket", labels.merging(["le": "+Inf"]) { $1 }) == nil {
                throw TestSupportError("no bucket without end: \(family) \(labels)")
            }
            for sample in samples where sample.name == family + "_bucket" {
                var labels = sample.labels
                guard let bound = labels.removeValue(forKey: "le"), sample.value >= last[labels] ?? 0 else {
                    throw TestSupportError("bucket: \(sample)")
                }
                last[labels] = sample.value
                if bound == "+Inf", value(family + "_count", labels) != sample.value {
                    throw TestSupportError("count: \(sample)")
                }
            }
        }
    }

    private static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.first?.isNumber == false
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == ":") }
    }
}
