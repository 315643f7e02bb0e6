/// The savepoints of a transaction, each with how many rows events came before it. Names do not tell capitals from small
/// letters. Setting one costs the same however many there are: programs set a new one for each row.
struct Savepoints {
    /// In the order in which they were set; one that was set again under its name stays as a gap.
    private var list: [(name: String, rowsEventCount: Int)] = []
    /// Where in `list` each stands.
    private var places: [String: Int] = [:]

    mutating func removeAll() {
        if list.isEmpty { return }
        list = []
        places = [:]
    }

    /// Sets one, in place of an earlier one of its name.
    mutating func set(_ name: String, rowsEventCount: Int) {
        let name = name.lowercased()
        places[name] = list.count
        list.append((name, rowsEventCount))
        if list.count > 2 * places.count + 64 { closeGaps() }
    }

    /// Forgets those that were set behind it, and returns how many rows events came before it; nil if there is none of
    /// this name.
    mutating func rollBack(to name: String) -> Int? {
        guard let place = places[name.lowercased()] else { return nil }
        for index in (place + 1)..<list.count where places[list[index].name] == index { places[list[index].name] = nil }
        list.removeSubrange((place + 1)...)
        return list[place].rowsEventCount
    }

    private mutating func closeGaps() {
        list = list.enumerated().filter { places[$1.name] == $0 }.map { $1 }
        for (index, savepoint) in list.enumerated() { places[savepoint.name] = index }
    }
}
