/// A generated table of ``CollationTables``, spelled out: one value for each of `count` characters.
struct CharacterRuns: Sendable {
    let values: [UInt16]

    init(_ text: String, count: Int) {
        var values = (0..<count).map { UInt16($0) }
        for word in text.split(whereSeparator: { $0 == " " || $0 == "\n" }) {
            Self.spellOut(word) { values[$0] = UInt16($0 + $1) }
        }
        self.values = values
    }

    /// - Parameters:
    ///   - run: `START[xCOUNT[/STEP]]+DELTA`, in hexadecimal.
    ///   - body: takes each character and what is added to it.
    static func spellOut(_ run: Substring, _ body: (Int, Int) -> Void) {
        guard let sign = run.firstIndex(where: { $0 == "+" || $0 == "-" }) else { return }
        let delta = (Int(run[run.index(after: sign)...], radix: 16) ?? 0) * (run[sign] == "-" ? -1 : 1)
        for character in characters(run[..<sign]) { body(character, delta) }
    }

    /// - Parameter run: `START[xCOUNT[/STEP]]`, in hexadecimal.
    static func characters(_ run: Substring) -> StrideTo<Int> {
        let parts = run.split(separator: "x")
        let repetition = parts.count > 1 ? parts[1].split(separator: "/") : ["1"]
        let start = parts.first.flatMap { Int($0, radix: 16) } ?? 0
        let step = repetition.count > 1 ? Int(repetition[1], radix: 16) ?? 1 : 1
        return stride(from: start, to: start + (Int(repetition[0], radix: 16) ?? 1) * step, by: step)
    }

    static let generalWeights = CharacterRuns(CollationTables.generalWeights, count: 0x10000)
}
