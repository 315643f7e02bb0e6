/// What `check` and `verify` found: lines for stdout, and whether any of them is a problem.
public struct Report: Sendable {
    public private(set) var lines: [String] = []
    public private(set) var isClean = true

    mutating func add(_ line: String) {
        lines.append(line)
    }

    mutating func add(problem line: String) {
        lines.append(line)
        isClean = false
    }

    static func + (left: Report, right: Report) -> Report {
        var sum = left
        sum.lines += right.lines
        sum.isClean = left.isClean && right.isClean
        return sum
    }
}
