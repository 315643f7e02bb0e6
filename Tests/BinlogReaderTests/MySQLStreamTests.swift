import Glibc
import MySQLClient
import Rows
import TestSupport
import Testing

@testable import BinlogReader

/// The stream of an Oracle MySQL, where it is not that of a MariaDB.
@Suite struct MySQLStreamTests {
    private func stream(_ server: MySQLServer, heartbeat: UInt32 = 5) throws -> ServerStream {
        let end = try server.binlogEnd()
        var options = ServerStreamOptions(connection: server.connectionOptions, serverID: 5)
        options.heartbeatSeconds = heartbeat
        return ServerStream(options, from: .position(BinlogPosition(file: end.file, offset: end.offset)))
    }

    /// Reads until it throws.
    private func failure(of stream: ServerStream) throws -> StreamError {
        do {
            while true { _ = try stream.advance() }
        } catch let error as StreamError {
            return error
        }
    }

    @Test func `a second stream with the same server id ends the first, which says so`() throws {
        let server = try MySQLServer()
        let first = try stream(server)
        _ = try first.advance()
        let second = try stream(server)
        _ = try second.advance()
        let error = try failure(of: first)
        #expect(error.kind == .replaced && !error.isRetriable, "\(error)")
        #expect(error.description.contains("server-id-base"))
        // It goes on for the second.
        try server.execute("CREATE DATABASE d")
        for _ in 0..<4 { _ = try second.advance() }
    }

    @Test func `heartbeats of version 2 say where the server is`() throws {
        let server = try MySQLServer()
        let end = try server.binlogEnd()
        let place = BinlogPosition(file: end.file, offset: end.offset)
        var options = ServerStreamOptions(connection: server.connectionOptions, serverID: 5)
        options.heartbeatSeconds = 1
        options.wantsLargeHeartbeats = true
        let stream = ServerStream(options, from: .position(place))
        var types: [UInt8] = []
        while types.last != EventType.heartbeatV2.rawValue {
            guard try stream.advance() == .event else { continue }
            types.append(stream.event[4])
            try #require(types.count < 10, "\(types)")
        }
        var body = ByteCursor(RawSpan(_unsafeBytes: stream.event))
        try body.skip(EventHeader.byteCount)
        #expect(try HeartbeatEvent(from: &body).offset == place.offset)
        let reader = ChangeReader(
            source: ServerStream(options, from: .position(place)), start: place, options: ReaderOptions())
        guard case .idle(let position)? = try reader.next() else {
            Issue.record("no heartbeat")
            return
        }
        #expect(position == place)
    }

    @Test func `an encrypted stream whose server stalls is given up, and one may be stopped`() throws {
        let server = try MySQLServer()
        #expect(try server.connect().cipher != nil)
        let stalled = try stream(server, heartbeat: 1)
        _ = try stalled.advance()
        server.signal(SIGSTOP)
        defer { server.signal(SIGCONT) }
        let error = try failure(of: stalled)
        #expect(error.kind == .stalled, "\(error)")
        server.signal(SIGCONT)
        let stopped = try stream(server)
        _ = try stopped.advance()
        stopped.stopper.stop()
        #expect(try failure(of: stopped).kind == .stopped)
    }

    @Test func `an encrypted stream whose server ends or is killed may go on over a new connection`() throws {
        let server = try MySQLServer()
        for isKilled in [false, true] {
            let stream = try stream(server)
            _ = try stream.advance()
            if isKilled { try server.kill() } else { try server.stop() }
            let error = try failure(of: stream)
            #expect(error.isRetriable, "\(error)")
            try server.start()
        }
    }
}
