import Glibc
import Rows
import Testing

@testable import BinlogReader

/// Where the memory of batches comes from: those that were given back, and large events.
@Suite struct BatchMemoryTests {
    @Test func `batches made in the memory of earlier ones are what new ones are`() throws {
        var builder = EventBuilder()
        var events = [builder.formatDescription(), builder.gtid(1)]
        for count in [1, 3, 2, 40, 1, 1, 7] {
            for columns in [2, 3] {
                events.append(builder.tableMap(UInt64(columns), "t\(columns)", columnCount: columns))
                var rows: [UInt8] = []
                for row in 0..<count {
                    rows.append(0xF8)
                    for column in 0..<columns { rows += le(Int32(row * 10 + column)) }
                }
                events.append(builder.rows(.writeRowsV1, UInt64(columns), columnCount: columns, rows))
            }
        }
        events.append(builder.xid())
        func lines(reuse: Bool) throws -> [String] {
            let reader = ChangeReader(
                source: ScriptedSource(file: "f.1", events: events), start: nil, options: ReaderOptions())
            var lines: [String] = []
            while let event = try reader.next() {
                lines.append(EventLog.line(event))
                guard case .rows(let batch) = consume event else { continue }
                lines.append("\(batch.origin.position) \(batch.rows.count) \(batch.cells.count)")
                if reuse { reader.reuse(batch) }
            }
            return lines
        }
        let fresh = try lines(reuse: false)
        #expect(fresh.count == 31)
        #expect(try lines(reuse: true) == fresh)
    }

    @Test func `a batch that somebody still holds does not change when it is given back`() throws {
        var builder = EventBuilder()
        var events = [builder.formatDescription(), builder.gtid(1), builder.tableMap(9)]
        for value: Int32 in [1, 2] {
            events.append(builder.rows(.writeRowsV1, 9, endsStatement: false, [0xFE] + le(value)))
        }
        events.append(builder.xid())
        let reader = ChangeReader(
            source: ScriptedSource(file: "f.1", events: events), start: nil, options: ReaderOptions())
        var held: [RowBatch] = []
        while let event = try reader.next() {
            guard case .rows(let batch) = event else { continue }
            held.append(batch)
            reader.reuse(batch)
        }
        #expect(held.map { EventLog.image($0, 0) } == ["a=1", "a=2"])
    }

    @Test func `of a large event the pages go to the batch, and the source has them no more`() throws {
        var builder = EventBuilder()
        // 252: a BLOB, of 4 bytes of length.
        let map = builder.event(
            .tableMap, EventBuilder.tableMapBody(9, types: [252], metadata: [4], optional: [4, 2, 1, 97]))
        let value = (0..<3 << 20).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 9) | 1 }
        let rows = builder.rows(
            .writeRowsV1, 9, [0xFE] + le(UInt32(value.count)) + value + [0xFE] + le(UInt32(1)) + [5])
        let source = LendingSource(events: [builder.formatDescription(), builder.gtid(1), map, rows, builder.xid()])
        let reader = ChangeReader(source: source, start: nil, options: ReaderOptions())
        var seen = 0
        while let event = try reader.next() {
            guard case .rows(let batch) = event else { continue }
            seen += 1
            #expect(batch.rows.count == 2)
            let isEqual = Self.bytes(of: batch.cells[0], in: batch) == value
            #expect(isEqual)
            #expect(Self.bytes(of: batch.cells[1], in: batch) == [5])
            #expect(source.event[19..<30].contains { $0 != 0 } && source.event[5 << 19] == 0)
        }
        #expect(seen == 1)
    }

    private static func bytes(of cell: Cell, in batch: RowBatch) -> [UInt8] {
        guard let span = batch.bytes(of: cell) else { return [] }
        return span.withUnsafeBufferPointer { Array($0) }
    }
}

/// Events in memory that the reader may empty.
private final class LendingSource: EventSource {
    private var events: [[UInt8]]
    private var hasMoved = false
    private var memory = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    let lendsForGood = true

    init(events: [[UInt8]]) {
        self.events = events
    }

    deinit {
        free(memory.baseAddress)
    }

    var event: UnsafeRawBufferPointer { UnsafeRawBufferPointer(memory) }

    func advance() throws -> SourceRead {
        if !hasMoved {
            hasMoved = true
            return .moved(to: BinlogPosition(file: "f.1", offset: 4))
        }
        free(memory.baseAddress)
        memory = UnsafeMutableRawBufferPointer(start: nil, count: 0)
        if events.isEmpty { return .end }
        let event = events.removeFirst()
        memory = UnsafeMutableRawBufferPointer(start: malloc(event.count), count: event.count)
        memory.copyBytes(from: event)
        return .event
    }
}
