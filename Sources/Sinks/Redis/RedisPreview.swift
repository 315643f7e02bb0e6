import Rows

/// The commands for row changes, as `redis-cli` takes them.
final class RedisPreview: ChangePreview {
    private let settings: RedisSettings
    private var encoder = RedisRowEncoder()
    private var layout: RedisTableLayout?

    init(_ settings: RedisSettings) {
        self.settings = settings
    }

    func statements(for batch: RowBatch) throws(SinkError) -> [String] {
        let layout = try layout(of: batch.table)
        encoder.removeAll()
        for row in batch.rows.indices { try encoder.append(row, of: batch, 0, layout) }
        return Self.lines(of: encoder.commands.bytes)
    }

    private func layout(of table: Table) throws(SinkError) -> RedisTableLayout {
        if let layout, layout.table === table { return layout }
        do throws(RedisTableLayout.Problem) {
            let new = try RedisTableLayout(table, settings)
            layout = new
            return new
        } catch {
            throw SinkError(.fatal, error.text, table: table.qualifiedName)
        }
    }

    /// Reads back what ``RedisCommands`` wrote: `*COUNT`, then `$LENGTH` and the bytes of each word.
    private static func lines(of bytes: [UInt8]) -> [String] {
        var lines: [String] = []
        var rest = bytes[...]
        func number() -> Int? {
            guard let end = rest.firstIndex(of: 0x0D) else { return nil }
            let digits = rest[(rest.startIndex + 1)..<end]
            rest = rest[(end + 2)...]
            return Int(String(decoding: digits, as: UTF8.self))
        }
        while !rest.isEmpty {
            guard let wordCount = number() else { break }
            var words: [String] = []
            for _ in 0..<wordCount {
                guard let length = number() else { break }
                words.append(quoted(rest.prefix(length)))
                rest = rest.dropFirst(length + 2)
            }
            lines.append(words.joined(separator: " "))
        }
        return lines
    }

    /// In double quotes where the word would not be one otherwise.
    private static func quoted(_ word: ArraySlice<UInt8>) -> String {
        let isPlain = word.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x22 && $0 != 0x27 && $0 != 0x5C }
        if isPlain, !word.isEmpty { return String(decoding: word, as: UTF8.self) }
        var escaped: [UInt8] = []
        let isText = String(validating: word, as: UTF8.self) != nil
        for byte in word {
            switch byte {
            case 0x22, 0x5C: escaped += [0x5C, byte]
            case 0x80... where isText: escaped.append(byte)
            case 0x20...0x7E: escaped.append(byte)
            default: escaped += Array(PreviewText.escaped(byte).utf8)
            }
        }
        return "\"\(String(decoding: escaped, as: UTF8.self))\""
    }
}
