import Rows
import Testing

@testable import BinlogReader
@testable import FuzzSupport

/// Events whose rows take far more memory than their bytes come in several batches.
@Suite struct RowsPartsTests {
    /// The ways in which a rows event comes.
    static let ways: [FuzzInput.Options] = [[], .compressedEvents, .payload, .plainPayload]

    private func read(_ events: [[UInt8]], _ way: FuzzInput.Options, _ body: (RowBatch) throws -> Void) throws {
        var packing = EventPacking(way.union(.checksums))
        let source = ScriptedSource(file: "binlog.000001", events: packing.pack(events))
        let reader = ChangeReader(source: source, start: nil, options: ReaderOptions())
        var ended = false
        while let event = try reader.next() {
            if case .rows(let batch) = event { try body(batch) }
            if case .commit = event { ended = true }
        }
        #expect(ended)
    }

    @Test(arguments: ways)
    func `rows that are many come in several batches, in order`(way: FuzzInput.Options) throws {
        let count = 270_000
        var builder = EventBuilder()
        var rows: [UInt8] = []
        rows.reserveCapacity(count * 8)
        for number in 0..<count {
            // A JSON document that is a number below 30,000, and an INT.
            let value = UInt16(number % 30_000)
            rows += [0, 3, 0, 0, 0, 5, UInt8(value & 0xFF), UInt8(value >> 8)] + le(UInt32(number))
        }
        let map = EventBuilder.tableMapBody(9, types: [245, 3], metadata: [4])
        let events = [
            builder.formatDescription(), builder.gtid(1), builder.event(.tableMap, map),
            builder.rows(.writeRowsV1, 9, columnCount: 2, rows), builder.xid(),
        ]
        var next = 0
        var lastIndex: UInt32?
        var batches = 0
        try read(events, way) { batch in
            batches += 1
            #expect(batch.cells.count <= RowDecoder.partCells + 2)
            for row in batch.rows {
                guard case .int(let number) = batch.cell(1, at: row.after), Int(number) == next else {
                    return #expect(Bool(false), "row \(next)")
                }
                if let lastIndex, row.index <= lastIndex { #expect(Bool(false), "index \(row.index)") }
                lastIndex = row.index
                if next % 5_003 == 0 || next % 262_144 < 3 {
                    #expect(EventLog.text(batch.cell(0, at: row.after), .json, batch) == "\(next % 30_000)")
                }
                next += 1
            }
        }
        #expect(next == count && batches == 2)
    }

    @Test func `a row of one byte that makes a cell for each of many columns is no amplifier`() throws {
        let columns = 4096
        var builder = EventBuilder()
        // Of all columns only the first is in the image, and it is NULL.
        var body = Array(le(UInt64(42)).prefix(6)) + le(UInt16(1)) + [252] + le(UInt16(columns))
        body += [1] + [UInt8](repeating: 0, count: columns / 8 - 1)
        let count = 20_000
        body += [UInt8](repeating: 0xFF, count: count)
        let events = [
            builder.formatDescription(), builder.gtid(1),
            builder.event(.tableMap, EventBuilder.manyColumns(columns, type: 3, metadata: [])),
            builder.event(.writeRowsV1, body), builder.xid(),
        ]
        var rows = 0
        try read(events, []) { batch in
            rows += batch.rows.count
            #expect(batch.cells.count <= RowDecoder.partCells + columns)
        }
        #expect(rows == count)
    }

    @Test func `an event that breaks behind its first batch says where`() throws {
        var builder = EventBuilder()
        var rows: [UInt8] = []
        for number in 0..<530_000 { rows += [0] + le(UInt32(number)) }
        rows += [0, 1]
        let events = [
            builder.formatDescription(), builder.gtid(1), builder.tableMap(9), builder.rows(.writeRowsV1, 9, rows),
            builder.xid(),
        ]
        let offset = 4 + events[..<3].reduce(0) { $0 + $1.count }
        let (read, error) = ChangeReader(
            source: ScriptedSource(file: "binlog.000001", events: events), start: nil, options: ReaderOptions()
        ).readAll()
        #expect(read.count == 3)
        let failure = try #require(error as? EventError)
        #expect(failure.position.offset == UInt64(offset) && failure.table == "d.t" && failure.column == "a")
    }
}
