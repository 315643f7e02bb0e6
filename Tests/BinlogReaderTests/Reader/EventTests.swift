import Rows
import Testing

@testable import BinlogReader

/// Single events, and what becomes of those that are unknown, not decoded yet, or broken.
@Suite struct EventTests {
    private var builder = EventBuilder()
    private var events: [[UInt8]] = []

    init() {
        events.append(builder.formatDescription())
    }

    private mutating func add(_ make: (inout EventBuilder) -> [UInt8]) {
        events.append(make(&builder))
    }

    private var log: [String] { logOfFile(events) }

    @Test(arguments: [
        EventType.annotateRows, .rowsQuery, .intVar, .random, .userVar, .binlogCheckpoint, .gtidList, .previousGTIDs,
        .ignorable, .transactionContext, .viewChange, .stop,
    ])
    mutating func `what says nothing of rows is passed over`(type: EventType) {
        add { $0.event(type, [1, 2, 3]) }
        #expect(log == ["idle"])
    }

    @Test mutating func `what is not decoded yet stops by name`() throws {
        let offset = builder.offset
        add { $0.event(.partialRowData, [0]) }
        #expect(
            try #require(log.last).hasPrefix(
                "error binlog.000001:\(offset): Partial_row_data: the rows are in pieces, as MariaDB 12.3"))
    }

    @Test mutating func `an unknown type stops, unless it may be ignored`() {
        let offset = builder.offset
        add { $0.event(99, [], flags: 0x80) }
        #expect(log == ["idle"])
        add { $0.event(99, []) }
        #expect(
            log.last == "error binlog.000001:\(offset + 23): event type 99: event type 99 is unknown to this version, "
                + "and its flags do not say that it may be passed over")
    }

    /// MariaDB from 11.4 on leaves it out of the events inside transactions.
    @Test func `where events do not say where they end, they are counted`() throws {
        func positions(saysEnds: Bool) throws -> [BinlogPosition] {
            var builder = EventBuilder()
            var events = [
                builder.rotate(to: "binlog.000007", flags: 0x20, nextOffset: 0), builder.formatDescription(),
            ]
            // What a server makes up takes no room.
            builder.offset -= UInt64(events[0].count)
            let end: UInt32? = saysEnds ? nil : 0
            for number in UInt64(1)...3 {
                events.append(builder.gtid(number))
                let map = EventBuilder.tableMapBody(5, types: [3], metadata: [], optional: [1, 1, 0, 4, 2, 1, 0x61])
                events.append(builder.event(.tableMap, map, nextOffset: end))
                let rows = EventBuilder.rowsBody(.writeRowsV1, 5, columnCount: 1) + [0xFE] + le(Int32(number))
                events.append(builder.event(.writeRowsV1, rows, nextOffset: end))
                events.append(builder.event(.xid, le(UInt64(1)), nextOffset: end))
            }
            let (read, error) = ChangeReader(
                source: ScriptedSource(events: events), start: nil, options: ReaderOptions()
            ).readAll()
            if let error { throw error }
            return read.compactMap { event in
                switch event {
                case .begin(let begin): begin.position
                case .rows(let batch): batch.origin.position
                case .commit(let end): end.next
                default: nil
                }
            }
        }
        let expected = try positions(saysEnds: true)
        #expect(expected.count == 9 && Set(expected).count == 7)
        #expect(try positions(saysEnds: false) == expected)
    }

    @Test mutating func `an incident stops`() {
        add { $0.event(.incident, le(UInt16(1)) + [0]) }
        #expect(log.last?.contains("the server noted incident 1: its log may lack changes") == true)
    }

    @Test mutating func `a survey, which wants no rows, passes over what has or lost some`() throws {
        var options = ReaderOptions()
        options.isSurvey = true
        add { $0.event(.partialRowData, [0]) }
        #expect(logOfFile(events, options: options) == ["idle"])
        add { $0.event(.incident, le(UInt16(1)) + [0]) }
        #expect(logOfFile(events, options: options).last?.contains("the server noted incident 1") == true)
        options.passesIncidents = true
        #expect(logOfFile(events, options: options) == ["idle"])
    }

    @Test mutating func `an encrypted file stops, and a server's stream does not`() {
        add { $0.event(.startEncryption, [UInt8](repeating: 1, count: 17)) }
        #expect(log.last?.contains("the file is encrypted") == true)
        let stream = ChangeReader(source: ScriptedSource(events: events), start: nil, options: ReaderOptions())
        #expect(stream.log() == [])
    }

    @Test(arguments: [EventType.startV3, .preGAWriteRows, .preGAUpdateRows, .preGADeleteRows])
    mutating func `formats before MySQL 5.1 are refused`(type: EventType) {
        add { $0.event(type, [0]) }
        #expect(log.last?.contains("older than binlog version 4") == true)
    }

    @Test func `a file without its head is refused`() {
        var builder = EventBuilder()
        #expect(logOfFile([builder.xid()]).last?.contains("no Format_desc event before it") == true)
    }

    @Test mutating func `a flipped bit is found by the checksum`() throws {
        let offset = builder.offset
        add { $0.xid() }
        events[1][20] ^= 1
        let error = try #require(
            ChangeReader(
                source: ScriptedSource(file: "binlog.000001", events: events), start: nil, options: ReaderOptions()
            ).readAll().error as? EventError)
        #expect(error.position == BinlogPosition(file: "binlog.000001", offset: offset))
        #expect(error.eventType == "Xid")
        guard case .checksum = error.cause else { return #expect(Bool(false)) }
        let unverified = logOfFile(events, options: ReaderOptions(verifiesChecksums: false))
        #expect(unverified.last?.contains("whose beginning was not read") == true)
    }

    @Test mutating func `a size that is not the event's is refused`() {
        add { $0.xid() }
        events[1].append(0)
        #expect(log.last?.hasSuffix("Xid: corrupt file: 31 bytes is no event's size") == true)
        events[1] = [1, 2, 3]
        #expect(log.last?.contains("event: corrupt event: 19 bytes expected at byte 0, 3 there") == true)
    }

    @Test func `without checksums events are read to their last byte`() {
        var builder = EventBuilder()
        builder.hasChecksums = false
        let events = [
            builder.formatDescription(), builder.gtid(1), builder.tableMap(5),
            builder.rows(.writeRowsV1, 5, [0xFE] + le(Int32(9))),
            builder.xid(),
        ]
        #expect(logOfFile(events) == ["idle", "begin 0-1-1", "rows d.t: insert a=9", "commit"])
    }

    @Test func `a server's stream begins with a made-up rotation, with or without checksum`() throws {
        for hasChecksums in [false, true] {
            var builder = EventBuilder()
            builder.hasChecksums = hasChecksums
            let rotate = builder.rotate(to: "binlog.000007", offset: 1000, flags: 0x20, nextOffset: 0)
            builder.hasChecksums = true
            let format = builder.formatDescription(nextOffset: 0)
            builder.offset = 1000
            let events = [rotate, format, builder.gtid(5, isStandalone: true), builder.query("FLUSH TABLES")]
            let start = BinlogPosition(file: "binlog.000007", offset: 1000)
            let reader = ChangeReader(source: ScriptedSource(events: events), start: start, options: ReaderOptions())
            guard case .statement(let statement) = try reader.next() else { return #expect(Bool(false)) }
            #expect(statement.start == start)
            #expect(reader.position == BinlogPosition(file: "binlog.000007", offset: builder.offset))
        }
    }

    @Test func `a stream that starts by GTID has no position before the first transaction`() throws {
        var builder = EventBuilder()
        let rotate = builder.rotate(to: "binlog.000007", flags: 0x20, nextOffset: 0)
        builder.offset = 4
        let format = builder.formatDescription()
        builder.offset = 90_000
        let steps: [ScriptedSource.Step] = [
            .event(rotate), .event(format), .idle, .event(builder.gtid(5)), .event(builder.query("COMMIT")), .idle,
        ]
        let reader = ChangeReader(source: ScriptedSource(steps), start: nil, options: ReaderOptions())
        #expect(reader.position.file.isEmpty)
        guard case .begin(let start) = try reader.next() else { return #expect(Bool(false)) }
        #expect(start.position == BinlogPosition(file: "binlog.000007", offset: 90_000))
        guard case .commit(let end) = try reader.next() else { return #expect(Bool(false)) }
        #expect(end.next.offset == builder.offset)
        guard case .idle(let position) = try reader.next() else { return #expect(Bool(false)) }
        #expect(position == end.next)
    }

    @Test func `heartbeats and rotations of a stream are idle, with where reading goes on`() throws {
        var builder = EventBuilder()
        builder.offset = 4
        let format = builder.formatDescription()
        var events = [format, builder.event(.heartbeat, Array("binlog.000001".utf8), nextOffset: 5000)]
        builder.offset = 5000
        events.append(builder.rotate(to: "binlog.000002"))
        let start = BinlogPosition(file: "binlog.000001", offset: 4)
        let reader = ChangeReader(source: ScriptedSource(events: events), start: start, options: ReaderOptions())
        guard case .idle(let first) = try reader.next(), case .idle(let second) = try reader.next() else {
            return #expect(Bool(false))
        }
        #expect(first == BinlogPosition(file: "binlog.000001", offset: 5000))
        #expect(second == BinlogPosition(file: "binlog.000002", offset: 4))
    }

    @Test mutating func `errors name table and column and show no data`() {
        add { $0.gtid(1) }
        add {
            $0.event(
                .tableMap,
                EventBuilder.tableMapBody(9, types: [3, 0], metadata: [], optional: [4, 4, 1, 97, 1, 98]))
        }
        #expect(
            log.last
                == "error binlog.000001:\(builder.offset - UInt64(events[2].count)): Table_map of d.t, column \"b\": "
                + "DECIMAL of MySQL before 5.0 columns are not decoded yet: leave the table out")
    }

    @Test mutating func `a table that is not selected may hold what is not decoded`() {
        add { $0.gtid(1) }
        add { $0.event(.tableMap, EventBuilder.tableMapBody(9, types: [3, 0], metadata: [])) }
        add { $0.rows(.writeRowsV1, 9, columnCount: 2, [0xFC, 1, 2, 3]) }
        add { $0.xid() }
        #expect(
            logOfFile(events, options: ReaderOptions(selects: { _, _ in false })) == ["idle", "begin 0-1-1", "commit"])
    }
}
