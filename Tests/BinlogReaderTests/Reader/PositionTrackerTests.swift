import Rows
import Testing

@testable import BinlogReader

@Suite struct PositionTrackerTests {
    private func header(
        _ type: EventType = .xid, size: UInt32 = 100, next: UInt32, flags: UInt16 = 0
    ) throws -> EventHeader {
        let bytes = le(UInt32(0)) + [type.rawValue] + le(UInt32(1)) + le(size) + le(next) + le(flags)
        var cursor = ByteCursor(bytes.span.bytes)
        return try EventHeader(from: &cursor)
    }

    private func tracker(at offset: UInt64) -> PositionTracker {
        PositionTracker(start: BinlogPosition(file: "binlog.000001", offset: offset))
    }

    @Test func `events are counted by their size`() throws {
        var tracker = tracker(at: 4)
        #expect(tracker.pass(try header(next: 104)) == 4)
        #expect(tracker.pass(try header(next: 0)) == 104)  // MariaDB 11.4 inside transactions
        #expect(tracker.offset == 204)
    }

    @Test func `beyond 4 GiB the header's 32 bits wrap and the position goes on`() throws {
        var tracker = tracker(at: 0xFFFF_FFF0)
        #expect(tracker.pass(try header(next: 0x54)) == 0xFFFF_FFF0)
        #expect(tracker.offset == 0x1_0000_0054)
        #expect(tracker.pass(try header(next: 0xB8)) == 0x1_0000_0054)
        #expect(tracker.offset == 0x1_0000_00B8)
    }

    @Test func `what the server did not send is made up for by the next header`() throws {
        var tracker = tracker(at: 1000)
        #expect(tracker.pass(try header(next: 5000)) == 4900)
        #expect(tracker.offset == 5000)
    }

    @Test func `a gap across 4 GiB is made up for too`() throws {
        var tracker = tracker(at: 0xFFFF_FF00)
        #expect(tracker.pass(try header(next: 0x1000)) == 0x1_0000_1000 - 100)
        #expect(tracker.offset == 0x1_0000_1000)
    }

    @Test func `events that a server makes up take no room`() throws {
        var tracker = tracker(at: 5000)
        _ = tracker.pass(try header(.rotate, next: 0, flags: 0x20))
        _ = tracker.pass(try header(.formatDescription, next: 0))
        _ = tracker.pass(try header(.formatDescription, next: 256))  // sent again: we are beyond it
        _ = tracker.pass(try header(.heartbeat, next: 7000))
        #expect(tracker.offset == 5000)
    }

    @Test func `at a file's head the format description takes room`() throws {
        var tracker = tracker(at: 4)
        #expect(tracker.pass(try header(.formatDescription, size: 252, next: 256)) == 4)
        #expect(tracker.offset == 256)
    }

    @Test func `in a file everything takes room, and no header is believed`() throws {
        var tracker = PositionTracker(start: nil)
        tracker.move(to: BinlogPosition(file: "relay-bin.000002", offset: 4))
        // A relay log: its headers have the offsets of the source's file.
        #expect(tracker.pass(try header(.rotate, size: 47, next: 0, flags: 0x20)) == 4)
        #expect(tracker.pass(try header(.formatDescription, next: 0)) == 51)
        #expect(tracker.pass(try header(next: 987_654)) == 151)
        tracker.rotate(to: try rotate("mysql-bin.000009"))
        #expect(tracker.position == BinlogPosition(file: "relay-bin.000002", offset: 251))
    }

    @Test func `a heartbeat tells how far the server is`() throws {
        var tracker = tracker(at: 4)
        tracker.heartbeat(try header(.heartbeat, next: 9000))
        #expect(tracker.offset == 9000)
        tracker.heartbeat(try header(.heartbeat, next: 0))
        #expect(tracker.offset == 9000)
    }

    @Test func `a heartbeat of version 2 tells it in 64 bits`() throws {
        // As a MySQL server sends it: the file's name, the position.
        let body = hex("01 0d 62696e6c6f672e303030303031 02 09 fe 0500000001000000 00")
        var cursor = ByteCursor(body.span.bytes)
        let event = try HeartbeatEvent(from: &cursor)
        #expect(event.offset == 0x1_0000_0005)
        var tracker = tracker(at: 4)
        tracker.heartbeat(try header(.heartbeatV2, next: 5), at: event.offset)
        #expect(tracker.offset == 0x1_0000_0005)
        for count in 0..<body.count {
            let cut = Array(body.prefix(count))
            var cursor = ByteCursor(cut.span.bytes)
            #expect(throws: DecodeError.self) { try HeartbeatEvent(from: &cursor) }
        }
    }

    @Test func `a rotation goes on in another file`() throws {
        var tracker = tracker(at: 4)
        tracker.rotate(to: try rotate("binlog.1000000"))
        #expect(tracker.position == BinlogPosition(file: "binlog.1000000", offset: 4))
    }

    @Test(arguments: ["", "../x.000001", "/x.000001", "a/b.000001"])
    func `what names a folder, or nothing, is no file of a log`(name: String) {
        #expect(throws: DecodeError.invalid(.fileName, at: 8)) { try rotate(name) }
    }

    private func rotate(_ file: String) throws -> RotateEvent {
        let bytes = le(UInt64(4)) + Array(file.utf8)
        var cursor = ByteCursor(bytes.span.bytes)
        return try RotateEvent(from: &cursor)
    }
}
