import Rows
import Testing

@testable import BinlogReader

/// Rows events, and the table maps that they lean on.
@Suite struct RowsTests {
    private var builder = EventBuilder()
    private var events: [[UInt8]] = []

    init() {
        events.append(builder.formatDescription())
        events.append(builder.gtid(1))
    }

    private mutating func add(_ make: (inout EventBuilder) -> [UInt8]) {
        events.append(make(&builder))
    }

    /// What comes out once the transaction is ended, without its frame.
    private mutating func log() -> [String] {
        var ended = events
        ended.append(builder.xid())
        return logOfFile(ended).filter { $0.hasPrefix("rows") || $0.hasPrefix("error") }
    }

    private mutating func batches() throws -> [RowBatch] {
        let source = ScriptedSource(file: "f.1", events: events + [builder.xid()])
        let (events, error) = ChangeReader(source: source, start: nil, options: ReaderOptions()).readAll()
        if let error { throw error }
        return events.compactMap { if case .rows(let batch) = $0 { batch } else { nil } }
    }

    private func row(_ nulls: UInt8, _ values: Int32...) -> [UInt8] { [nulls] + values.flatMap { le($0) } }

    @Test mutating func `all rows of an event are one batch, with indices`() throws {
        add { $0.tableMap(9, columnCount: 2) }
        add { [row] in $0.rows(.writeRowsV1, 9, columnCount: 2, row(0xFC, 1, 2) + row(0xFE, 4) + row(0xFF)) }
        let batch = try #require(try batches().first)
        #expect(batch.rows.map(\.index) == [0, 1, 2])
        #expect(batch.rows.map(\.after) == [0, 2, 4])
        #expect(batch.rows.allSatisfy { $0.before == -1 && $0.operation == .insert })
        #expect(log() == ["rows d.t: insert a=1 b=2 | insert a=4 b=NULL | insert a=NULL b=NULL"])
    }

    @Test mutating func `compressed rows events are those of version 1, under either number`() {
        // Zlib's form of bytes as they are: header, one stored block, Adler-32.
        func packed(_ bytes: [UInt8]) -> [UInt8] {
            var (low, high) = (UInt32(1), UInt32(0))
            for byte in bytes {
                low = (low + UInt32(byte)) % 65521
                high = (high + low) % 65521
            }
            let count = UInt16(bytes.count)
            return [0x81, UInt8(count), 0x78, 0x01, 0x01] + le(count) + le(~count) + bytes
                + le((high << 16 | low).byteSwapped)
        }
        let types: [(EventType, EventType)] = [
            (.compressedWriteRowsV1, .writeRowsV1), (.compressedUpdateRowsV1, .updateRowsV1),
            (.compressedDeleteRowsV1, .deleteRowsV1),
        ]
        for (type, plain) in types {
            add { $0.tableMap(9, columnCount: 2) }
            let rows = row(0xFC, 1, 2) + row(0xFC, 1, 3)
            let head = EventBuilder.rowsBody(plain, 9, columnCount: 2)
            add { $0.event(type, head + packed(rows)) }
            // Version 2 has extra data.
            add { $0.tableMap(9, columnCount: 2) }
            add { $0.event(type.rawValue + 3, head.prefix(8) + [2, 0] + head.dropFirst(8) + packed(rows)) }
        }
        let inserts = "rows d.t: insert a=1 b=2 | insert a=1 b=3"
        let update = "rows d.t: update a=1 b=2 -> a=1 b=3"
        let deletes = "rows d.t: delete a=1 b=2 | delete a=1 b=3"
        #expect(log() == [inserts, inserts, update, update, deletes, deletes])
    }

    @Test mutating func `updates have both images, deletes the one before`() {
        add { $0.tableMap(9, columnCount: 2) }
        add { [row] in
            $0.rows(.updateRowsV1, 9, columnCount: 2, endsStatement: false, row(0xFC, 1, 2) + row(0xFC, 1, 3))
        }
        add { [row] in $0.rows(.deleteRowsV1, 9, columnCount: 2, row(0xFC, 1, 3)) }
        #expect(log() == ["rows d.t: update a=1 b=2 -> a=1 b=3", "rows d.t: delete a=1 b=3"])
    }

    @Test mutating func `columns that are not in the image are absent, and have no bit among the NULLs`() {
        add { $0.tableMap(9, columnCount: 3) }
        // binlog_row_image=MINIMAL: the key before, what changed after.
        var body = EventBuilder.rowsBody(.updateRowsV1, 9, columnCount: 3)
        body[9] = 0b001
        body[10] = 0b110
        add { $0.event(.updateRowsV1, body + [0xFE] + le(Int32(7)) + [0xFD] + le(Int32(8))) }
        #expect(log() == ["rows d.t: update a=7 b=ABSENT c=ABSENT -> a=ABSENT b=NULL c=8"])
        // FULL_NODUP of MariaDB 11.4: all before, what changed after.
        add { $0.tableMap(9, columnCount: 3) }
        body[9] = 0b111
        body[10] = 0b100
        add { [body] in
            $0.event(.updateRowsV1, body + [0xF8] + le(Int32(7)) + le(Int32(1)) + le(Int32(2)) + [0xFE] + le(Int32(8)))
        }
        #expect(log().last == "rows d.t: update a=7 b=1 c=2 -> a=ABSENT b=ABSENT c=8")
    }

    @Test mutating func `version 2 events have extra data, which is passed over`() {
        add { $0.tableMap(9) }
        var body = EventBuilder.rowsBody(.writeRowsV2, 9, columnCount: 1)
        body.insert(contentsOf: le(UInt16(6)) + [0, 4, 1, 2], at: 8)
        body += row(0xFE, 5)
        add { $0.event(.writeRowsV2, body) }
        #expect(log() == ["rows d.t: insert a=5"])
    }

    @Test mutating func `extra data that is shorter than its length is refused`() {
        add { $0.tableMap(9) }
        var body = EventBuilder.rowsBody(.writeRowsV2, 9, columnCount: 1)
        body.insert(contentsOf: le(UInt16(1)), at: 8)
        add { $0.event(.writeRowsV2, body) }
        #expect(log().last?.contains("impossible length of the extra data at byte 27") == true)
    }

    @Test mutating func `one statement may change several tables`() {
        add { $0.tableMap(9, "t") }
        add { $0.tableMap(10, "u") }
        add { [row] in $0.rows(.deleteRowsV1, 9, endsStatement: false, row(0xFE, 1)) }
        add { [row] in $0.rows(.deleteRowsV1, 10, row(0xFE, 2)) }
        #expect(log() == ["rows d.t: delete a=1", "rows d.u: delete a=2"])
    }

    @Test mutating func `a table id lasts as long as its statement`() {
        add { $0.tableMap(9) }
        add { [row] in $0.rows(.writeRowsV1, 9, row(0xFE, 1)) }
        add { [row] in $0.rows(.writeRowsV1, 9, row(0xFE, 2)) }
        #expect(log().last?.contains("no Table_map event before it gives table id 9 a name") == true)
    }

    @Test mutating func `an id may name another table later`() throws {
        for name in ["t", "u", "t"] {
            add { $0.tableMap(9, name) }
            add { [row] in $0.rows(.writeRowsV1, 9, row(0xFE, 1)) }
        }
        #expect(log() == ["rows d.t: insert a=1", "rows d.u: insert a=1", "rows d.t: insert a=1"])
    }

    @Test mutating func `a table is one object as long as its TABLE_MAP is the same, whatever the id`() throws {
        for (id, count) in [(9, 1), (9, 1), (30, 1), (31, 2), (30, 1)] as [(UInt64, Int)] {
            add { $0.tableMap(id, columnCount: count) }
            add { [row] in $0.rows(.writeRowsV1, id, columnCount: count, count == 1 ? row(0xFE, 1) : row(0xFC, 1, 2)) }
        }
        let tables = try batches().map(\.table)
        #expect(tables[0] === tables[1])
        #expect(tables[0] === tables[2])
        #expect(tables[0] !== tables[3])
        #expect(tables[0] === tables[4])
    }

    @Test mutating func `the event that only ends a statement names no table`() {
        add { $0.tableMap(9) }
        add { $0.event(.writeRowsV1, EventBuilder.rowsBody(.writeRowsV1, 0x00FF_FFFF, columnCount: 1)) }
        #expect(log() == [])
    }

    @Test mutating func `a rows event with another number of columns is refused`() {
        add { $0.tableMap(9, columnCount: 2) }
        add { [row] in $0.rows(.writeRowsV1, 9, columnCount: 3, row(0xF8, 1, 2, 3)) }
        #expect(log().last?.contains("Write_rows_v1 of d.t: corrupt event: impossible column count") == true)
    }

    @Test mutating func `a row that is cut short is an error of its column`() throws {
        add { $0.tableMap(9, columnCount: 2) }
        add { $0.rows(.writeRowsV1, 9, columnCount: 2, [0xFC] + le(Int32(1)) + [2, 0]) }
        let last = log().last ?? ""
        #expect(
            last.hasSuffix("Write_rows_v1 of d.t, column \"b\": corrupt event: 4 bytes expected at byte 34, 2 there"))
    }

    @Test mutating func `an insert without columns is one row, of which nothing is told`() throws {
        // binlog_row_image=MINIMAL, and INSERT INTO t VALUES ()
        add { $0.tableMap(9) }
        var body = EventBuilder.rowsBody(.writeRowsV1, 9, columnCount: 1)
        body[9] = 0
        add { $0.event(.writeRowsV1, body) }
        #expect(log() == ["rows d.t: insert a=ABSENT"])
        #expect(try batches().map { $0.rows.map(\.index) } == [[0]])
        // Where rows of several events lie at one offset it takes a number too.
        var cursor = ByteCursor(body.span.bytes)
        let event = try RowsEvent(
            from: &cursor, operation: .insert, isCompressed: false, isPartial: false, postHeaderLength: 8)
        #expect(try event.byteCount(ofRowsIn: cursor) == 1)
    }

    @Test(arguments: [EventType.writeRowsV1, .updateRowsV1, .deleteRowsV1])
    mutating func `images without columns are refused where nothing tells how many rows there are`(type: EventType) {
        add { $0.tableMap(9) }
        var body = EventBuilder.rowsBody(type, 9, columnCount: 1)
        for index in 9..<body.count { body[index] = 0 }
        add { $0.event(type, body + (type == .writeRowsV1 ? [0] : [])) }
        #expect(log().last?.contains("impossible NULL bitmap") == true)
    }

    @Test mutating func `an update may have an image without columns, as the other one tells how many there are`() {
        add { $0.tableMap(9) }
        var body = EventBuilder.rowsBody(.updateRowsV1, 9, columnCount: 1)
        body[10] = 0
        add { [row] in $0.event(.updateRowsV1, body + row(0xFE, 1) + row(0xFE, 2)) }
        #expect(log() == ["rows d.t: update a=1 -> a=ABSENT | update a=2 -> a=ABSENT"])
    }

    @Test mutating func `a column count beyond the event's size is refused`() {
        add { $0.tableMap(9) }
        var body = EventBuilder.rowsBody(.writeRowsV1, 9, columnCount: 1)
        body.removeLast(2)
        body += [254] + le(UInt64.max)
        add { $0.event(.writeRowsV1, body) }
        #expect(log().last?.contains("impossible column count") == true)
    }

    @Test mutating func `bytes are copied only for tables that have any`() throws {
        add { $0.tableMap(9) }
        add { [row] in $0.rows(.writeRowsV1, 9, row(0xFE, 1)) }
        add {
            $0.event(
                .tableMap,
                EventBuilder.tableMapBody(10, types: [15], metadata: [40, 0], optional: [2, 1, 45, 4, 2, 1, 97]))
        }
        add { $0.rows(.writeRowsV1, 10, [0xFE, 2, 104, 105, 0xFE, 0, 0xFE, 1, 33]) }
        let batches = try batches()
        #expect(batches[0].bytes.isEmpty)
        #expect(batches[1].bytes == [0xFE, 2, 104, 105, 0xFE, 0, 0xFE, 1, 33])
        #expect(log().last == "rows d.t: insert a=hi | insert a= | insert a=!")
    }

    @Test mutating func `a hint is asked for once a TABLE_MAP, and again in the next file`() throws {
        let uuid = EventBuilder.tableMapBody(
            9, types: [3, 254], metadata: [254, 16], optional: [1, 1, 0, 2, 1, 63, 4, 4, 1, 97, 1, 98])
        let rows = EventBuilder.rowsBody(.writeRowsV1, 9, columnCount: 2) + [0xFC] + le(Int32(1)) + [2, 0xAB, 0xCD]
        var events = [builder.formatDescription()]
        for sequence in 1...3 {
            if sequence == 3 { events.append(builder.formatDescription()) }
            events += [
                builder.gtid(UInt64(sequence)), builder.event(.tableMap, uuid), builder.event(.writeRowsV1, rows),
            ]
            events.append(builder.xid())
        }
        let hints = KnownHints()
        hints.byTable["t"] = ["b": .uuid]
        let source = ScriptedSource(file: "f.1", events: events)
        let all = ChangeReader(source: source, start: nil, options: ReaderOptions(hints: hints)).readAll().events
        let log = all.map(EventLog.line)
        #expect(log.filter { $0.hasPrefix("rows") }.count == 3)
        #expect(log[2] == "rows d.t: insert a=1 b=abcd0000-0000-0000-0000-000000000000")
        #expect(hints.asked == ["d.t", "d.t"])
        // It told the same again, so the table is the same.
        let tables = all.compactMap { if case .rows(let batch) = $0 { batch.table } else { nil } }
        #expect(tables[0] === tables[2])
    }
}
