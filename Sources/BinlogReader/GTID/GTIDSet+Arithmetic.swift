/// What MySQL's `GTID_SUBSET` and `GTID_SUBTRACT` tell, and the two operations that it has no functions for.
extension GTIDSet {
    /// Whether all of these are in `other`.
    public func isSubset(of other: GTIDSet) -> Bool {
        numbers.allSatisfy { source, ranges in
            let others = other.numbers[source] ?? []
            // Both in order: each range is looked for from where the one before it was found.
            var index = 0
            return ranges.allSatisfy { range in
                while index < others.count, others[index].upperBound < range.upperBound { index += 1 }
                return index < others.count && others[index].lowerBound <= range.lowerBound
            }
        }
    }

    /// All of these and of `other`.
    public func union(_ other: GTIDSet) -> GTIDSet {
        var all = self
        for (source, ranges) in other.numbers {
            for range in ranges { all.add(range, of: source) }
        }
        return all
    }

    /// Those that are not in `other`.
    public func subtracting(_ other: GTIDSet) -> GTIDSet {
        var rest = GTIDSet()
        for (source, ranges) in numbers {
            let others = other.numbers[source] ?? []
            var index = 0
            for range in ranges {
                // What of the range is still to be looked at begins here.
                var first = range.lowerBound
                var isDone = false
                while index < others.count, others[index].upperBound < first { index += 1 }
                while index < others.count, others[index].lowerBound <= range.upperBound {
                    let other = others[index]
                    if first < other.lowerBound { rest.add(first...(other.lowerBound - 1), of: source) }
                    // It may hold a part of the next range too.
                    isDone = other.upperBound >= range.upperBound
                    if isDone { break }
                    first = other.upperBound + 1
                    index += 1
                }
                if !isDone { rest.add(first...range.upperBound, of: source) }
            }
        }
        return rest
    }

    /// Those that are in `other` too.
    public func intersection(_ other: GTIDSet) -> GTIDSet {
        subtracting(subtracting(other))
    }
}
