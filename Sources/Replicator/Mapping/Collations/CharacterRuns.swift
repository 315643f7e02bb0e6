/// A generated table of ``CollationTables``, spelled out: one value for each of `count` characters.
struct CharacterRuns: Sendable {
    let values: [UInt16]

    /// - Parameter text: runs `START[xCOUNT[/STEP]]+DELTA`, in hexadecimal; what they leave out stands for itself.
    init(_ text: String, count: Int) {
        var values = (0..<count).map { UInt16($0) }
        for word in text.split(whereSeparator: { $0 == " " || $0 == "\n" }) {
            guard let sign = word.firstIndex(where: { $0 == "+" || $0 == "-" }) else { continue }
            let delta = (Int(word[word.index(after: sign)...], radix: 16) ?? 0) * (word[sign] == "-" ? -1 : 1)
            let parts = word[..<sign].split(separator: "x")
            let repetition = parts.count > 1 ? parts[1].split(separator: "/") : ["1"]
            let start = Int(parts[0], radix: 16) ?? 0
            let step = repetition.count > 1 ? Int(repetition[1], radix: 16) ?? 1 : 1
            for index in 0..<(Int(repetition[0], radix: 16) ?? 1) {
                let character = start + index * step
                values[character] = UInt16(character + delta)
            }
        }
        self.values = values
    }

    static let generalWeights = CharacterRuns(CollationTables.generalWeights, count: 0x10000)
    static let upper = CharacterRuns(CollationTables.upper, count: 0x10000)
    static let lower = CharacterRuns(CollationTables.lower, count: 0x10000)
    static let latin1Upper = CharacterRuns(CollationTables.latin1Upper, count: 256)
    static let latin1Lower = CharacterRuns(CollationTables.latin1Lower, count: 256)
}
