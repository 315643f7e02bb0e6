import Rows

/// Reads the rows of a target table back from Redis, by SCAN over the keys that its template could make. A key counts
/// if the row that it holds makes that very key; others belong to someone else.
final class RedisReader: TargetReader {
    private let client: RedisClient

    init(_ settings: RedisSettings) {
        client = RedisClient(settings)
    }

    func readRows(of table: Table, _ body: ([[UInt8]?]) throws -> Void) throws {
        let layout: RedisTableLayout
        do throws(RedisTableLayout.Problem) {
            layout = try RedisTableLayout(table, client.settings)
        } catch {
            throw SinkError(.fatal, error.text, table: table.qualifiedName)
        }
        // SCAN may return a key twice while Redis resizes its table.
        var seen = Set<[UInt8]>()
        var cursor = Array("0".utf8)
        var texts: [[UInt8]?] = []
        var remade: [UInt8] = []
        repeat {
            let page = try page(from: cursor, layout)
            cursor = page.next
            for (key, value) in page.rows {
                guard Self.read(value, layout, into: &texts) else { continue }
                remade.removeAll(keepingCapacity: true)
                guard layout.key.appendKey(of: texts, to: &remade), remade == key, seen.insert(key).inserted
                else { continue }
                try body(texts)
            }
        } while cursor != Array("0".utf8)
    }

    /// In a JSON string, NULL is written like the document `null`, and what is no JSON like the document that is a string
    /// of it: these compare as equal.
    func isEqual(_ found: [UInt8]?, _ expected: [UInt8]?, _ type: ColumnType) -> Bool {
        guard client.settings.format == .string, type == .json else { return found == expected }
        return JSONRow.isEqualDocument(found, expected) { (cell, batch, text) throws(ValueError) in
            try RedisRowEncoder.appendDocument(cell, in: batch, to: &text)
        }
    }

    /// One page of keys with what they hold.
    private func page(
        from cursor: [UInt8], _ layout: RedisTableLayout
    ) throws(SinkError) -> (next: [UInt8], rows: [(key: [UInt8], value: RedisReply)]) {
        try client.withConnection { connection throws(SinkError) in
            let words = [
                Array("SCAN".utf8), cursor, Array("MATCH".utf8), layout.key.pattern, Array("COUNT".utf8),
                Array("1000".utf8),
            ]
            guard let reply = try connection.call(words).elements, reply.count == 2, let next = reply[0].bytes,
                let keys = reply[1].elements
            else { throw SinkError(.fatal, "\(connection.label): the answer to SCAN is none that Redis gives") }
            let names = keys.compactMap(\.bytes).filter(layout.key.canMake)
            var commands = RedisCommands()
            for name in names {
                commands.append(command: [Array((layout.format == .hash ? "HGETALL" : "GET").utf8), name])
            }
            try connection.send(commands)
            var rows: [(key: [UInt8], value: RedisReply)] = []
            for name in names {
                let value = try connection.receive()
                switch value {
                // Another type than ours: no row of the table.
                case .error(let error) where error.code == "WRONGTYPE": continue
                case .error(let error): throw SinkError(error, label: connection.label)
                default: rows.append((name, value))
                }
            }
            return (next, rows)
        }
    }

    /// The canonical text of each column; false for what is no row of ours.
    private static func read(_ value: RedisReply, _ layout: RedisTableLayout, into texts: inout [[UInt8]?]) -> Bool {
        switch layout.format {
        case .hash:
            guard let words = value.elements else { return false }
            readHash(words, layout.table, into: &texts)
            return true
        case .string:
            guard let bytes = value.bytes, let members = JSONMembers(bytes) else { return false }
            return JSONRow.read(members, layout.table, into: &texts)
        }
    }

    private static func readHash(_ words: [RedisReply], _ table: Table, into texts: inout [[UInt8]?]) {
        texts = Array(repeating: nil, count: table.columns.count)
        for index in stride(from: 0, to: words.count - 1, by: 2) {
            guard let name = words[index].bytes,
                let column = table.columns.firstIndex(where: { name.elementsEqual($0.name.utf8) })
            else { continue }
            texts[column] = words[index + 1].bytes
        }
    }
}
