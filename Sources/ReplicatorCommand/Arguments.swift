import Replicator

/// A command line taken apart: options and operands, each taken once; what is left over is refused by name.
struct Arguments {
    private var options: [(name: String, value: String?)] = []
    private(set) var operands: [String] = []

    /// `valued` are the options that take a value (`--start P`, `--start=P`), `flags` those that do not.
    init(_ words: [String], valued: Set<String>, flags: Set<String> = []) throws(UsageError) {
        var rest = words[...]
        var onlyOperands = false
        while let word = rest.popFirst() {
            if onlyOperands || word == "-" || !word.hasPrefix("-") {
                operands.append(word)
                continue
            }
            if word == "--" {
                onlyOperands = true
                continue
            }
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(parts[0])
            if flags.contains(name), parts.count == 1 {
                try add(name, nil)
            } else if valued.contains(name) {
                guard let value = parts.count == 2 ? String(parts[1]) : rest.popFirst() else {
                    throw UsageError("\(name) needs a value")
                }
                try add(name, value)
            } else {
                throw UsageError("there is no option \(word)")
            }
        }
    }

    private mutating func add(_ name: String, _ value: String?) throws(UsageError) {
        guard !has(name) else { throw UsageError("\(name) is given twice") }
        options.append((name, value))
    }

    func value(of name: String) -> String? { options.first { $0.name == name }?.value }

    func has(_ name: String) -> Bool { options.contains { $0.name == name } }

    /// Throws unless there are as many operands as `range` says.
    func requireOperands(_ range: ClosedRange<Int>, _ what: String) throws(UsageError) {
        if operands.count < range.lowerBound { throw UsageError("\(what) is missing") }
        if operands.count > range.upperBound {
            throw UsageError("\"\(operands[range.upperBound])\" is one argument too many")
        }
    }
}

/// A command line that says nothing this program can do.
struct UsageError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// How the process ends (design: 0 done, 1 failed, 2 usage, 3 problems found).
enum ExitCode: Int32 {
    case done = 0
    case failed = 1
    case usage = 2
    case problems = 3
}
