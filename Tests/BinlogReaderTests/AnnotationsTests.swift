import MySQLClient
import Rows
import TestSupport
import Testing

@testable import BinlogReader

/// From MariaDB 11.4 on the events inside a transaction do not say where they end. Their places are then counted, and that
/// takes all of them, ANNOTATE_ROWS included.
@Suite struct AnnotationsTests {
    private struct Passed: Equatable {
        var type: UInt8
        var start: UInt64
    }

    /// The events from `start` to `end` with their places, as they come from a server of today's version, or as one of
    /// 11.4 would write them.
    private func places(
        _ server: MariaDBServer, from start: BinlogPosition, to end: UInt64, asks: Bool?, hidesEnds: Bool
    ) throws -> [Passed] {
        var options = ServerStreamOptions(connection: server.connectionOptions, serverID: asks == true ? 71 : 72)
        options.heartbeatSeconds = 5
        options.wantsAnnotations = asks
        let stream = ServerStream(options, from: .position(start))
        var tracker = PositionTracker(start: start)
        var passed: [Passed] = []
        while tracker.offset < end {
            guard try stream.advance() == .event else { continue }
            let bytes = Array(stream.event)
            var cursor = ByteCursor(bytes.span.bytes)
            var header = try EventHeader(from: &cursor)
            // All but those that are written by themselves: the GTID's and the end's.
            let isInside: Set<UInt8> = [19, 23, 24, 25, 160]
            if hidesEnds, isInside.contains(header.typeCode) { header.nextOffset = 0 }
            let offset = tracker.pass(header)
            if offset >= start.offset, !header.flags.contains(.artificial), header.type != .formatDescription {
                passed.append(Passed(type: header.typeCode, start: offset))
            }
        }
        return passed
    }

    @Test func `places that are counted are those of the file`() throws {
        // Whose log has nothing else.
        let server = try MariaDBServer()
        let database = try server.makeDatabase("annotated")
        try server.execute("CREATE TABLE t (id INT PRIMARY KEY, v INT)", database: database)
        let begin = try server.binlogEnd()
        let start = BinlogPosition(file: begin.file, offset: begin.offset)
        try server.execute(
            "BEGIN; INSERT INTO t VALUES (1, 1), (2, 2); UPDATE t SET v = 3; DELETE FROM t WHERE id = 1; COMMIT",
            database: database)
        let end = try server.binlogEnd().offset
        let real = try places(server, from: start, to: end, asks: true, hidesEnds: false)
        #expect(real.map(\.type).filter { $0 == 160 }.count == 3, "\(real)")
        #expect(try places(server, from: start, to: end, asks: true, hidesEnds: true) == real)
        // Who does not ask for them does not get them, and counts too little.
        let rows = real.filter { $0.type != 160 }
        #expect(try places(server, from: start, to: end, asks: nil, hidesEnds: false) == rows)
        #expect(try places(server, from: start, to: end, asks: nil, hidesEnds: true) != rows)
    }
}
