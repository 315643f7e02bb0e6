/// The savepoints of a transaction, each with how many rows events came before it. Names do not tell capitals from small
/// letters (nor, to the servers, é from e, which is not followed). Setting one costs the same however many there are:
/// programs set a new one for each row, and release it, which servers do not log.
///
/// So memory has a bound (some 12 MiB): of more than ``greatestCount`` those in the middle are forgotten. The first stand
/// around what the transaction does, and the last are the ones in use; a rollback to one that was forgotten is refused.
struct Savepoints {
    /// As many are kept; at least the first quarter and the last half of them.
    static let greatestCount = 1 << 18

    /// In the order in which they were set; one that was set again under its name stays as a gap.
    private var list: [(name: Name, rowsEventCount: Int)] = []
    /// Where in `list` each stands.
    private var places: [Name: Int] = [:]

    mutating func removeAll() {
        if list.isEmpty { return }
        list = []
        places = [:]
    }

    /// Sets one, in place of an earlier one of its name.
    mutating func set(_ text: String, rowsEventCount: Int) {
        let name = Name(text)
        places[name] = list.count
        list.append((name, rowsEventCount))
        if list.count > 2 * places.count + 64 { closeGaps() }
        if list.count >= Self.greatestCount { makeRoom() }
    }

    /// Forgets those that were set behind it, and returns how many rows events came before it; nil if there is none of
    /// this name.
    mutating func rollBack(to text: String) -> Int? {
        guard let place = places[Name(text)] else { return nil }
        for index in (place + 1)..<list.count where stands(at: index) { places[list[index].name] = nil }
        list.removeSubrange((place + 1)...)
        return list[place].rowsEventCount
    }

    /// Whether it was not set again behind that.
    private func stands(at index: Int) -> Bool { places[list[index].name] == index }

    private mutating func makeRoom() {
        closeGaps()
        guard list.count > Self.greatestCount * 3 / 4 else { return }
        for index in list.count / 4..<list.count / 2 where stands(at: index) { places[list[index].name] = nil }
        closeGaps()
    }

    private mutating func closeGaps() {
        var count = 0
        for index in list.indices where stands(at: index) {
            list[count] = list[index]
            places[list[index].name] = count
            count += 1
        }
        list.removeSubrange(count...)
    }

    /// What is kept of a name: a hash, seeded anew in each process. Two of as many names as are kept have the same one
    /// once in some hundred million transactions.
    private struct Name: Hashable {
        private let hash: Int

        init(_ text: String) {
            var hasher = Hasher()
            hasher.combine(text.lowercased())
            hash = hasher.finalize()
        }
    }
}
