/// A set of MySQL's transaction names: `uuid:1-5:7,uuid:tag:1-3`.
public struct GTIDSet: Equatable, Sendable {
    /// Who named a transaction: a server, and from MySQL 8.3 on a tag of the user's.
    public struct Source: Hashable, Sendable {
        /// Lower case.
        public var uuid: String
        /// Empty if there is none. Lower case.
        public var tag: String

        public init(uuid: String, tag: String) {
            self.uuid = uuid
            self.tag = tag
        }
    }

    /// Numbers of each source: not empty, in order, and neither overlapping nor touching.
    private(set) var numbers: [Source: [ClosedRange<Int64>]] = [:]

    public init() {}

    public var isEmpty: Bool { numbers.isEmpty }

    /// Reads the form in which the server prints and takes sets: spaces and line ends do not matter, and a tag holds for
    /// what follows it in its item (`uuid:1-3:tag:1:5`). Nil for anything else.
    public init?(_ text: String) {
        let text = text.filter { !$0.isWhitespace }.lowercased()
        guard !text.isEmpty else { return }
        for item in text.split(separator: ",", omittingEmptySubsequences: false) {
            var parts = item.split(separator: ":", omittingEmptySubsequences: false)[...]
            guard let uuid = parts.popFirst(), GTIDSource.bytes(of: uuid) != nil, !parts.isEmpty else { return nil }
            var source = Source(uuid: String(uuid), tag: "")
            var hasNumbers = false
            for part in parts {
                if Self.isTag(part) {
                    guard source.tag.isEmpty || hasNumbers else { return nil }
                    source.tag = String(part)
                    hasNumbers = false
                } else {
                    guard let range = Self.range(part) else { return nil }
                    add(range, of: source)
                    hasNumbers = true
                }
            }
            guard hasNumbers else { return nil }
        }
    }

    /// `5`, `1-5`
    private static func range(_ text: Substring) -> ClosedRange<Int64>? {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { digits in
            digits.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int64(digits) : nil
        }
        guard ends.count == 1 || ends.count == 2, let first = ends.first ?? nil, let last = ends.last ?? nil,
            first > 0, first <= last, last < Int64.max
        else { return nil }
        return first...last
    }

    /// Up to 32 letters, digits and underscores, not beginning with a digit (`gtid::Tag`).
    static func isTag(_ text: some StringProtocol) -> Bool {
        guard let first = text.utf8.first, text.utf8.count <= 32, !(0x30...0x39).contains(first) else { return false }
        return text.utf8.allSatisfy { byte in
            byte == UInt8(ascii: "_") || (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte)
        }
    }

    // MARK: Members

    public func contains(_ number: Int64, of source: Source) -> Bool {
        guard let ranges = numbers[source] else { return false }
        let index = Self.index(in: ranges) { $0.upperBound < number }
        return index < ranges.count && ranges[index].contains(number)
    }

    /// What servers number transactions with.
    private static let possible: ClosedRange<Int64> = 1...(Int64.max - 1)

    /// Puts numbers in, joining them to those that they touch. Numbers that no transaction has, those below 1 and
    /// `Int64.max`, are left out.
    public mutating func add(_ range: ClosedRange<Int64>, of source: Source) {
        guard range.overlaps(Self.possible) else { return }
        let range = range.clamped(to: Self.possible)
        var ranges = numbers[source] ?? []
        numbers[source] = nil  // so that what follows changes it in place
        if let last = ranges.last, last.upperBound + 1 == range.lowerBound {
            ranges[ranges.count - 1] = last.lowerBound...range.upperBound
        } else {
            let before = Self.index(in: ranges) { $0.upperBound < range.lowerBound - 1 }
            let touched = ranges[before...].prefix { $0.lowerBound <= range.upperBound + 1 }.count
            var joined = range
            for other in ranges[before..<before + touched] {
                joined = min(joined.lowerBound, other.lowerBound)...max(joined.upperBound, other.upperBound)
            }
            ranges.replaceSubrange(before..<before + touched, with: [joined])
        }
        numbers[source] = ranges
    }

    /// How many of these ranges come before a place, which `isBefore` tells of each.
    private static func index(
        in ranges: [ClosedRange<Int64>], where isBefore: (ClosedRange<Int64>) -> Bool
    ) -> Int {
        var (low, high) = (0, ranges.count)
        while low < high {
            let middle = (low + high) / 2
            if isBefore(ranges[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }

    func hasNumbers(of source: Source) -> Bool { numbers[source] != nil }

    /// Every source in its order, with its numbers.
    var sorted: [(source: Source, ranges: [ClosedRange<Int64>])] {
        numbers.map { ($0.key, $0.value) }.sorted { ($0.source.uuid, $0.source.tag) < ($1.source.uuid, $1.source.tag) }
    }
}

extension GTIDSet: CustomStringConvertible {
    /// As the server prints it, on one line.
    public var description: String {
        var text = ""
        var uuid = ""
        for (source, ranges) in sorted {
            if source.uuid != uuid {
                if !uuid.isEmpty { text += "," }
                uuid = source.uuid
                text += uuid
            }
            if !source.tag.isEmpty { text += ":" + source.tag }
            for range in ranges {
                text += ":\(range.lowerBound)"
                if range.count > 1 { text += "-\(range.upperBound)" }
            }
        }
        return text
    }
}

/// A transaction's name as MySQL prints it: `uuid:7`, `uuid:tag:7`.
public struct MySQLGTID: Equatable, Sendable {
    public var source: GTIDSet.Source
    public var number: Int64

    /// Nil for anything else.
    public init?(_ text: String) {
        // A name of MariaDB's is told at once.
        guard text.utf8.count > 37 else { return nil }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2 || parts.count == 3, parts[0].utf8.count == 36,
            let number = Int64(parts[parts.count - 1]), number > 0, number < Int64.max
        else { return nil }
        source = GTIDSet.Source(uuid: String(parts[0]), tag: parts.count == 3 ? String(parts[1]) : "")
        self.number = number
    }
}
