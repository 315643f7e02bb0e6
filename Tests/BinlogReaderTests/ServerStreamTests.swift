import BinlogReader
import Foundation
import MySQLClient
import Rows
import TestSupport
import Testing

/// An event, as far as these tests look at it.
private struct SeenEvent: Equatable {
    var type: UInt8
    var byteCount: Int
    var end: UInt32

    init(_ bytes: UnsafeRawBufferPointer) {
        type = bytes[4]
        byteCount = bytes.count
        end = bytes.loadUnaligned(fromByteOffset: 13, as: UInt32.self)
    }
}

extension MariaDBServer {
    fileprivate func stream(_ start: StreamStart, serverID: UInt32 = 77, heartbeat: UInt32 = 5) -> ServerStream {
        var options = ServerStreamOptions(connection: connectionOptions, serverID: serverID)
        options.heartbeatSeconds = heartbeat
        return ServerStream(options, from: start)
    }
}

extension ServerStream {
    /// Reads until an event of `type`.
    fileprivate func read(until type: UInt8) throws -> SeenEvent {
        while true {
            guard try advance() == .event else { continue }
            let seen = SeenEvent(event)
            if seen.type == type { return seen }
        }
    }

    /// Reads until it throws; nil if it does not.
    fileprivate func readToFailure() -> StreamError? {
        let deadline = ContinuousClock.now + .seconds(60)
        do {
            while ContinuousClock.now < deadline { _ = try advance() }
            return nil
        } catch {
            return error as? StreamError
        }
    }
}

@Suite struct ServerStreamTests {
    private let xid: UInt8 = 16
    private let heartbeat: UInt8 = 27
    private let gtid: UInt8 = 162

    @Test func `events come from a position on, whole and in order`() throws {
        let server = try MariaDBServer()
        try server.execute("CREATE DATABASE d; CREATE TABLE d.t (a INT PRIMARY KEY, b TEXT)")
        let start = try server.end()
        // ANNOTATE_ROWS events are not sent to those who do not ask for them.
        try server.execute(
            """
            SET binlog_annotate_row_events = OFF;
            INSERT INTO d.t VALUES (1, 'x'), (2, 'y'); UPDATE d.t SET b = 'z' WHERE a = 1
            """)
        let stream = server.stream(.position(start))
        var types: [UInt8] = []
        var sizes = 0
        var end = start.offset
        while try end < server.end().offset {
            guard try stream.advance() == .event else { continue }
            let seen = SeenEvent(stream.event)
            types.append(seen.type)
            #expect(stream.event.loadUnaligned(fromByteOffset: 9, as: UInt32.self) == UInt32(seen.byteCount))
            if seen.type != 4, seen.type != 15 {
                sizes += seen.byteCount
                end = UInt64(seen.end)
            }
        }
        // ROTATE (made up), FORMAT_DESCRIPTION, then GTID, TABLE_MAP, rows, XID twice.
        #expect(types == [4, 15, 162, 19, 23, 16, 162, 19, 24, 16])
        #expect(UInt64(sizes) == end - start.offset)
    }

    @Test func `the stream waits for what is written later, and heartbeats keep it alive`() throws {
        let server = try MariaDBServer()
        try server.execute("CREATE DATABASE d; CREATE TABLE d.t (a INT)")
        let stream = server.stream(.position(try server.end()), heartbeat: 1)
        for _ in 0..<3 { _ = try stream.read(until: heartbeat) }
        try server.execute("INSERT INTO d.t VALUES (1)")
        _ = try stream.read(until: xid)
    }

    @Test func `the log goes on in the next file`() throws {
        let server = try MariaDBServer()
        try server.execute("CREATE DATABASE d; CREATE TABLE d.t (a INT)")
        let stream = server.stream(.position(try server.end()))
        try server.execute("INSERT INTO d.t VALUES (1)")
        try server.flushLogs()
        try server.execute("INSERT INTO d.t VALUES (2)")
        _ = try stream.read(until: xid)
        _ = try stream.read(until: 4)
        _ = try stream.read(until: xid)
    }

    @Test func `a row larger than a packet of the protocol comes in one piece`() throws {
        let server = try MariaDBServer()
        try server.execute("CREATE DATABASE d; CREATE TABLE d.t (a LONGBLOB)")
        let start = try server.end()
        let byteCount = 40 << 20
        try server.execute("INSERT INTO d.t VALUES (REPEAT('abcdefgh', \(byteCount / 8)))")
        let stream = server.stream(.position(start))
        #expect(try stream.read(until: 23).byteCount > byteCount)
        #expect(stream.event.dropLast(4).suffix(16).elementsEqual("abcdefghabcdefgh".utf8))
        _ = try stream.read(until: xid)
    }

    @Test func `a row that fills a packet of the protocol exactly comes whole`() throws {
        let server = try MariaDBServer()
        try server.execute("CREATE DATABASE d; CREATE TABLE d.t (a LONGBLOB)")
        let start = try server.end()
        let rowsEvent: UInt8 = 23
        let greatestPacket = 0xFF_FFFF
        let byteCount = 16_000_000
        try server.execute("INSERT INTO d.t VALUES (REPEAT('x', \(byteCount)))")
        let stream = server.stream(.position(start))
        // Besides the value; and the packet has one byte more than the event.
        let overhead = try stream.read(until: rowsEvent).byteCount - byteCount + 1
        for packet in [greatestPacket - 1, greatestPacket, greatestPacket + 1, greatestPacket * 2] {
            try server.execute("INSERT INTO d.t VALUES (REPEAT('x', \(packet - overhead)))")
            #expect(try stream.read(until: rowsEvent).byteCount == packet - 1)
            _ = try stream.read(until: xid)
        }
    }

    @Test func `a stream begins after a GTID`() throws {
        let server = try MariaDBServer()
        try server.execute("CREATE DATABASE d; CREATE TABLE d.t (a INT); INSERT INTO d.t VALUES (1)")
        let end = try server.end()
        let position = try #require(try SourceServer(server.connectionOptions).gtid(at: end, serverID: 79))
        try server.flushLogs()
        try server.execute("INSERT INTO d.t VALUES (2)")
        let stream = server.stream(.gtid(position))
        let first = try stream.read(until: gtid)
        #expect(stream.event.loadUnaligned(fromByteOffset: 19, as: UInt64.self) == 4)
        #expect(UInt64(first.end) - UInt64(first.byteCount) >= 256)
        _ = try stream.read(until: xid)
    }

    @Test func `an unknown GTID is named, and not retried`() throws {
        let server = try MariaDBServer()
        try server.execute("CREATE DATABASE d")
        let error = try #require(server.stream(.gtid("0-1-1000")).readToFailure())
        #expect(error.kind == .unknownPosition)
        #expect(!error.isRetriable)
        #expect(error.description.contains("0-1-1000"))
        #expect(server.stream(.gtid("nonsense")).readToFailure()?.isRetriable == false)
    }

    @Test func `a purged file is named, with what the server still has`() throws {
        let server = try MariaDBServer()
        let start = try server.end()
        let gtid = try #require(try SourceServer(server.connectionOptions).gtid(at: start, serverID: 79))
        try server.execute("CREATE DATABASE d")
        try server.flushLogs()
        try server.execute("CREATE DATABASE e")
        try server.flushLogs()
        try server.purgeLogs(before: "binlog.000003")
        let error = try #require(server.stream(.position(start)).readToFailure())
        #expect(error.kind == .purged)
        #expect(!error.isRetriable)
        #expect(error.description.contains("no longer has binlog.000001"))
        #expect(error.description.contains("it has binlog.000003"))
        #expect(error.description.contains("--start earliest"))
        let byGTID = try #require(server.stream(.gtid(gtid.isEmpty ? "0-1-1" : gtid)).readToFailure())
        #expect(byGTID.kind == .purged, "\(byGTID)")
        let future = BinlogPosition(file: "binlog.000009", offset: 4)
        #expect(server.stream(.position(future)).readToFailure()?.kind == .unknownPosition)
    }

    @Test func `a place behind the end of the log is unknown`() throws {
        let server = try MariaDBServer.shared()
        var end = try server.end()
        end.offset += 1_000_000_000
        let error = try #require(server.stream(.position(end), serverID: 78).readToFailure())
        #expect(error.kind == .unknownPosition)
        #expect(error.description.contains("ends before \(end)"))
    }

    @Test func `a place where no event begins is said to be so`() throws {
        let server = try MariaDBServer()
        try server.execute("CREATE DATABASE d; CREATE DATABASE e; CREATE DATABASE f")
        let error = try #require(
            server.stream(.position(BinlogPosition(file: "binlog.000001", offset: 300))).readToFailure())
        #expect(error.kind == .corrupt, "\(error)")
        #expect(!error.isRetriable)
    }

    @Test func `a second stream with the same server id ends the first, which says so`() throws {
        let server = try MariaDBServer()
        let first = server.stream(.position(try server.end()), serverID: 5)
        _ = try first.read(until: 15)
        let second = server.stream(.position(try server.end()), serverID: 5)
        _ = try second.read(until: 15)
        let error = try #require(first.readToFailure())
        #expect(error.kind == .replaced, "\(error)")
        #expect(!error.isRetriable)
        #expect(error.description.contains("server-id-base"))
        // It goes on for the second.
        try server.execute("CREATE DATABASE d")
        _ = try second.read(until: 2)
    }

    @Test func `what ends a session ends the stream for another try`() throws {
        let server = try MariaDBServer()
        let start = StreamStart.position(try server.end())
        let killed = server.stream(start)
        _ = try killed.read(until: 15)
        let session = try server.query("SELECT id FROM information_schema.processlist WHERE command = 'Binlog Dump'")
        try server.execute("KILL \(try #require(session.first?.first ?? nil))")
        let first = try #require(killed.readToFailure())
        #expect(first.kind == .connectionLost, "\(first)")
        #expect(first.isRetriable)
        #expect(killed.readToFailure() == first)

        let shutDown = server.stream(start)
        _ = try shutDown.read(until: 15)
        try server.stop()
        let second = try #require(shutDown.readToFailure())
        #expect(second.kind == .connectionLost, "\(second)")
        let third = try #require(server.stream(start).readToFailure())
        #expect(third.kind == .unreachable, "\(third)")
        #expect(third.isRetriable)

        try server.start()
        let crashed = server.stream(start)
        _ = try crashed.read(until: 15)
        try server.kill()
        let fourth = try #require(crashed.readToFailure())
        #expect(fourth.kind == .connectionLost, "\(fourth)")
    }

    @Test func `a server that stalls is given up after two heartbeats`() throws {
        let server = try MariaDBServer()
        let stream = server.stream(.position(try server.end()), heartbeat: 1)
        _ = try stream.read(until: 15)
        server.signal(SIGSTOP)
        defer { server.signal(SIGCONT) }
        let begin = ContinuousClock.now
        let error = try #require(stream.readToFailure())
        #expect(error.kind == .stalled, "\(error)")
        #expect(error.isRetriable)
        #expect(ContinuousClock.now - begin < .seconds(40))
    }

    @Test func `a stream is stopped from another thread, before it begins too`() throws {
        let server = try MariaDBServer.shared()
        let stream = server.stream(.position(try server.end()), serverID: 79, heartbeat: 30)
        _ = try stream.read(until: 15)
        let stopper = stream.stopper
        let thread = Thread {
            usleep(50_000)
            stopper.stop()
        }
        thread.start()
        let begin = ContinuousClock.now
        let error = try #require(stream.readToFailure())
        #expect(error.kind == .stopped)
        #expect(ContinuousClock.now - begin < .seconds(40))
        let other = server.stream(.position(try server.end()), serverID: 80)
        other.stopper.stop()
        #expect(other.readToFailure()?.kind == .stopped)
    }

    @Test func `a missing privilege is named with its GRANT`() throws {
        let server = try MariaDBServer()
        try server.execute("CREATE USER \"it's\"@'%' IDENTIFIED BY 'p'")
        var connection = server.connectionOptions
        connection.user = "it's"
        connection.password = "p"
        let start = StreamStart.position(try server.end())
        let refused = ServerStream(ServerStreamOptions(connection: connection, serverID: 5), from: start)
        let error = try #require(refused.readToFailure())
        #expect(error.kind == .denied)
        let statement = try #require(error.description.split(separator: ": ").last)
        #expect(statement == "GRANT REPLICATION SLAVE ON *.* TO 'it\\'s'@'%'")
        try server.execute(String(statement))
        let granted = ServerStream(ServerStreamOptions(connection: connection, serverID: 5), from: start)
        _ = try granted.read(until: 15)
        connection.password = "wrong"
        let wrong = ServerStream(ServerStreamOptions(connection: connection, serverID: 6), from: start)
        #expect(wrong.readToFailure()?.kind == .denied)
    }

    @Test func `a server without a binary log says how to get one`() throws {
        let server = try MariaDBServer(options: ["--skip-log-bin"])
        let position = BinlogPosition(file: "binlog.000001", offset: 4)
        let error = try #require(server.stream(.position(position)).readToFailure())
        #expect(error.kind == .unsuitable, "\(error)")
        #expect(error.description.contains("log_bin"))
    }

    @Test func `a replica is listed under its name`() throws {
        let server = try MariaDBServer()
        let stream = server.stream(.position(try server.end()), serverID: 4_000_000_000)
        _ = try stream.read(until: 15)
        let hosts = try server.query("SHOW REPLICA HOSTS")
        #expect(hosts.first?[0] == "4000000000")
        #expect(hosts.first?[1] == "replicator")
    }

    @Test func `the end of the log may end the stream`() throws {
        let server = try MariaDBServer()
        try server.execute("CREATE DATABASE d")
        var options = ServerStreamOptions(connection: server.connectionOptions, serverID: 5)
        options.endsAtEnd = true
        let stream = ServerStream(options, from: .position(BinlogPosition(file: "binlog.000001", offset: 4)))
        var count = 0
        while try stream.advance() != .end { count += 1 }
        #expect(count > 3)
        #expect(try stream.advance() == .end)
    }
}
