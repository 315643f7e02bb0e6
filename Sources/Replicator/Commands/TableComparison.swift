import Rows
import Sinks

/// Compares one target table with the source: rows matched by key, then column by column.
struct TableComparison {
    struct Result {
        var rowCount = 0
        /// What differs; the first few rows by key, then counts.
        var differences: [String] = []
        var notes: [String] = []
    }

    /// Rows held in memory at once; a larger table is compared in as many passes over both sides as it takes.
    private static let rowsPerPass = 500_000
    private static let shownDifferences = 5

    /// The sink's name.
    let sink: String
    let target: VerifiedTarget
    let source: SourceViews
    let reader: any TargetReader

    func run() throws -> Result {
        var result = Result()
        let columns = target.table.columns
        let uncomparable = target.selects.reduce(into: Set<Int>()) { $0.formUnion($1.uncomparable) }
        if !uncomparable.isEmpty {
            let names = uncomparable.sorted().map { columns[$0].name }.joined(separator: ", ")
            result.notes.append("not compared, since only the binary log knows: \(names)")
        }
        let keyed = target.table.primaryKey
        guard !keyed.contains(where: uncomparable.contains) else {
            result.differences.append("cannot be verified: its key is known to the binary log only")
            return result
        }
        let count = try target.selects.reduce(0) { try $0 + source.count($1) }
        let passes = UInt64(max(1, (count + Self.rowsPerPass - 1) / Self.rowsPerPass))
        var tally = Tally()
        for pass in 0..<passes {
            try compare(pass, of: passes, uncomparable, &tally)
        }
        result.rowCount = tally.sourceRows
        result.differences += tally.lines
        if tally.missing > 0, let reason = lossFinding { result.differences.append(reason) }
        return result
    }

    /// Why rows are missing. What was found before it was asked stays found where nobody can tell.
    private var lossFinding: String? {
        do {
            return try reader.lossFinding(for: target.table).map { Pipeline.naming(sink, in: $0) }
        } catch {
            return "why rows are missing could not be asked: \(error)"
        }
    }

    private struct Tally {
        var sourceRows = 0
        var missing = 0
        var extra = 0
        var different = 0
        var examples: [String] = []

        mutating func show(_ line: @autoclosure () -> String) {
            if examples.count < TableComparison.shownDifferences { examples.append(line()) }
        }

        var lines: [String] {
            guard missing + extra + different > 0 else { return [] }
            return examples + ["\(missing) rows missing, \(extra) extra, \(different) different"]
        }
    }

    private func compare(_ pass: UInt64, of passes: UInt64, _ uncomparable: Set<Int>, _ tally: inout Tally) throws {
        let columns = target.table.columns
        let key = target.table.primaryKey
        var rows: [[UInt8]: [[UInt8]?]] = [:]
        for select in target.selects {
            try source.read(select) { values in
                let row = zip(values, columns).map { value, column in
                    value.map { ComparableText.canonical($0, column.type) }
                }
                let identity = Self.identity(row, key)
                guard Self.hash(identity) % passes == pass else { return }
                tally.sourceRows += 1
                if rows.updateValue(row, forKey: identity) != nil {
                    tally.different += 1
                    tally.show("\(describe(row)): two rows of the source have this key")
                }
            }
        }
        try reader.readRows(of: target.table) { found in
            let identity = Self.identity(found, key)
            guard Self.hash(identity) % passes == pass else { return }
            guard let expected = rows.removeValue(forKey: identity) else {
                tally.extra += 1
                tally.show("\(describe(found)): not at the source")
                return
            }
            let names = columns.indices.filter {
                !uncomparable.contains($0) && !isEqual(found[$0], expected[$0], columns[$0].type)
            }
            if !names.isEmpty {
                tally.different += 1
                tally.show("\(describe(found)): \(names.map { columns[$0].name }.joined(separator: ", ")) differs")
            }
        }
        tally.missing += rows.count
        for row in rows.values.prefix(Self.shownDifferences) { tally.show("\(describe(row)): missing in the sink") }
    }

    private func isEqual(_ found: [UInt8]?, _ expected: [UInt8]?, _ type: ColumnType) -> Bool {
        // An empty value, which a NOT NULL geometry is that was never given one, is no geometry to `ST_AsWKB`.
        if type == .geometry, expected == nil, found?.isEmpty == true { return true }
        return reader.isEqual(found, expected, type)
    }

    /// The key's values with their lengths, so that no two keys look alike.
    private static func identity(_ row: [[UInt8]?], _ key: [Int]) -> [UInt8] {
        var bytes: [UInt8] = []
        for column in key {
            let value = row[column]
            var length = value?.count ?? -1
            withUnsafeBytes(of: &length) { bytes.append(contentsOf: $0) }
            bytes += value ?? []
        }
        return bytes
    }

    private static func hash(_ bytes: [UInt8]) -> UInt64 {
        bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }

    /// `id=5`: which row is meant. The one place that prints data, on the user's own request to compare.
    private func describe(_ row: [[UInt8]?]) -> String {
        target.table.primaryKey.map { index in
            let column = target.table.columns[index]
            return "\(column.name)=\(row[index].map { Self.shown($0, column.type) } ?? "NULL")"
        }.joined(separator: ", ")
    }

    /// Text on one line; bytes, and what is no text, as SQL writes them: `x'00FF'`.
    private static func shown(_ value: [UInt8], _ type: ColumnType) -> String {
        guard !type.isBinary, type != .geometry, let text = String(validating: value, as: UTF8.self) else {
            let digits = value.map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }
            return "x'\(digits.joined())'"
        }
        return text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? $0.escaped(asASCII: true) : String($0) }
            .joined()
    }
}
