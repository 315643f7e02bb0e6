import Rows

@testable import BinlogReader

/// `recorded_files`: what other projects' tests assert of some of the files in `binlogs/`.
enum RecordedPart {
    static func run(_ corpus: Corpus, _ tally: inout Tally) throws {
        try tally.check(corpus, "expect/recorded_files.jsonl") { item in
            let path = corpus.path("binlogs/\(try item.text("file"))")
            guard let expected = item["expect"] else { throw CorpusError("the case expects nothing") }
            if let count = expected["event_count"]?.integer {
                return .compare("\(try events(path).count) events", with: "\(count) events")
            }
            if let list = expected["events"]?.array { return try compareEvents(path, list) }
            if let text = expected["previous_gtids"]?.text { return try comparePreviousGTIDs(path, text) }
            let reading = Reading(path: path)
            if let error = reading.error { return .fail(expected: "\(expected)", actual: "\(error)") }
            return try compare(reading.rows, expected, path)
        }
    }

    private struct RawEvent {
        var code: UInt8
        var offset: UInt64
        var bytes: [UInt8]
    }

    /// The events of a file as its source hands them out.
    private static func events(_ path: String) throws -> [RawEvent] {
        let source = try FileSource(path: path, start: nil)
        var events: [RawEvent] = []
        var offset: UInt64 = 4
        reading: while true {
            switch try source.advance() {
            case .event:
                let bytes = Array(source.event)
                events.append(RawEvent(code: bytes[4], offset: offset, bytes: bytes))
                offset += UInt64(bytes.count)
            case .end: break reading
            default: continue
            }
        }
        return events
    }

    private static func compareEvents(_ path: String, _ expected: [JSONDocument]) throws -> Outcome {
        let events = try events(path)
        guard events.count == expected.count else {
            return .fail(expected: "\(expected.count) events", actual: "\(events.count)")
        }
        for (event, line) in zip(events, expected) {
            guard let line = line.array, line.count == 3, let name = line[0].text else { throw CorpusError("events") }
            let end = event.offset + UInt64(event.bytes.count)
            let isKnown = EventType(rawValue: event.code) != nil
            let actual = "\(EventType.name(event.code)) \(event.offset) \(end)"
            guard line[1].integer == Int(event.offset), line[2].integer == Int(end),
                !isKnown || name.hasPrefix(EventType.name(event.code))
            else { return .fail(expected: "\(name) \(line[1]) \(line[2])", actual: actual) }
        }
        let reading = Reading(path: path)
        // Its one transaction has no end, and nothing in it.
        return reading.error.map { .fail(expected: "no error", actual: "\($0)") } ?? .pass
    }

    private static func comparePreviousGTIDs(_ path: String, _ text: String) throws -> Outcome {
        guard let event = try events(path).first(where: { $0.code == EventType.previousGTIDs.rawValue }) else {
            return .fail(expected: text, actual: "no such event")
        }
        let end = event.bytes.withUnsafeBytes({ Checksum.isValid($0) }) ? Checksum.byteCount : 0
        let bytes = Array(event.bytes.dropFirst(EventHeader.byteCount).dropLast(end))
        var body = ByteCursor(bytes.span.bytes)
        let set = try GTIDSet(from: &body)
        return GTIDSet(text) == set ? .pass : .fail(expected: text, actual: "\(set)")
    }

    private static func compare(_ rows: [DecodedRow], _ expected: JSONDocument, _ path: String) throws -> Outcome {
        if let document = expected["row_after_column_last"], let number = expected["event_number_1_based"]?.integer {
            // Rows events lie between others, one row each: the number of rows events up to there.
            let codes = try events(path).prefix(number).map(\.code)
            let count = codes.count { (23...25).contains($0) || (30...32).contains($0) }
            guard rows.indices.contains(count - 1), let value = rows[count - 1].after?.last else {
                return .fail(expected: "\(document)", actual: "no row")
            }
            return JSONDocument(value.shown).map { document.means($0, spelling: isDecimal) } ?? false
                ? .pass : .fail(expected: "\(document)", actual: value.shown)
        }
        if let names = expected["column_names"]?.array {
            guard let table = rows.first?.batch.table else { return .fail(expected: "rows", actual: "none") }
            let ours: JSONDocument = .array(table.columns.map { .string($0.name) })
            guard ours == .array(names) else { return .fail(expected: "\(names)", actual: "\(ours)") }
            let key: JSONDocument = .array(table.primaryKey.map { .number("\($0)") })
            guard expected["primary_key"].map({ $0 == key }) ?? true else {
                return .fail(expected: "\(expected["primary_key"] ?? .null)", actual: "\(key)")
            }
            return compareCollations(table, expected["collations"]?.array ?? [])
        }
        if expected["insert_after"] != nil || expected["update_after"] != nil {
            return compareImages(rows, expected)
        }
        if let number = expected["column4"]?.integer {
            let values = rows.first?.after?.map(\.shown) ?? []
            // Which one it is where the image is partial, nobody says: the table has one such number.
            let signed = "\(Int32(truncatingIfNeeded: number))"
            return values.contains("\(number)") || values.contains(signed)
                ? .pass : .fail(expected: "\(number)", actual: "\(values)")
        }
        if expected["payload_inner_events"] != nil {
            return rows.isEmpty ? .fail(expected: "rows", actual: "none") : .pass
        }
        return .fail(expected: "a check for \(expected)", actual: "none")
    }

    /// A decimal is a number in the server's text, and a string in the other project's.
    private static func isDecimal(_ theirs: JSONDocument, _ ours: JSONDocument) -> Bool {
        guard let text = theirs.text, case .number(let number) = ours else { return false }
        return text == number
    }

    private static func compareCollations(_ table: Table, _ expected: [JSONDocument]) -> Outcome {
        for (column, name) in zip(table.columns, expected) {
            let ours: String? =
                switch column.type {
                case .text(let collation): collation.name
                case .blob, .binary: "binary"
                default: column.labelCollation?.name
                }
            guard name.text == ours || name == .null else {
                return .fail(expected: "\(column.name): \(name)", actual: ours ?? "none")
            }
        }
        return .pass
    }

    /// The first insert's and the first update's new values; null: nothing said.
    private static func compareImages(_ rows: [DecodedRow], _ expected: JSONDocument) -> Outcome {
        for (name, operation) in [("insert_after", Operation.insert), ("update_after", .update)] {
            guard let values = expected[name]?.array else { continue }
            guard let image = rows.first(where: { $0.row.operation == operation })?.after, image.count == values.count
            else { return .fail(expected: "\(values)", actual: "no such row") }
            for (decoded, value) in zip(image, values) where value != .null {
                let isEqual: Bool
                if let number = (value["enum"] ?? value["set"])?.integer {
                    if case .uint(let ours) = decoded.cell { isEqual = Int(ours) == number } else { isEqual = false }
                } else {
                    isEqual = value.text == decoded.shown
                }
                if !isEqual { return .fail(expected: "\(decoded.column.name) \(value)", actual: decoded.shown) }
            }
        }
        return .pass
    }
}
