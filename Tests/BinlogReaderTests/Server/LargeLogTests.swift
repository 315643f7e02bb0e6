import BinlogReader
import Foundation
import MySQLClient
import Rows
import TestSupport
import Testing

/// A log file of more than 4 GiB, on real servers: 32 bits of an offset are too few.
@Suite(.serialized) struct LargeLogTests {
    /// A server with such a file. Its middle is a transaction of large rows events full of zeros, of which nothing was
    /// ever written to the disk; in front of it and behind it are what the server logged itself.
    private struct LargeLog {
        let server: any DatabaseServer
        let file: String
        /// Where the transactions behind the middle begin.
        let starts: [UInt64]
        let size: UInt64

        init(_ kind: ServerKind, options: [String] = []) throws {
            server = try kind.start(options: ["--binlog-checksum=NONE"] + options)
            let session = try server.connect()
            try session.execute("CREATE DATABASE d")
            try session.execute("CREATE TABLE d.t (a INT PRIMARY KEY)")
            let path = try server.log {
                for number in 1...3 { try session.execute("INSERT INTO d.t VALUES (\(number))") }
            }
            file = (path as NSString).lastPathComponent
            try server.stop()
            let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
            var events: [(offset: Int, type: UInt8, size: Int)] = []
            var offset = 4
            while offset + 19 <= bytes.count {
                let size = (0..<4).reduce(0) { $0 | Int(bytes[offset + 9 + $1]) << ($1 * 8) }
                events.append((offset, bytes[offset + 4], size))
                offset += size
            }
            let gtids = events.filter { [33, 34, 162].contains($0.type) }
            let rows = try #require(events.first { [23, 30].contains($0.type) })
            let filler = 16 << 20
            let count = 260
            // In front of the first transaction's rows event.
            let place = rows.offset
            let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
            defer { try? handle.close() }
            try handle.truncate(atOffset: UInt64(place))
            var header = Array(bytes[place..<place + 19])
            // Ends no statement.
            let body = Array(bytes[place + 19..<place + 25]) + [0, 0] + (kind == .mySQL ? [2, 0] : [])
            header.replaceSubrange(9..<13, with: Self.bytes(filler))
            for index in 0..<count {
                let start = place + index * filler
                header.replaceSubrange(13..<17, with: Self.bytes(start + filler))
                try handle.seek(toOffset: UInt64(start))
                try handle.write(contentsOf: header + body)
            }
            // The rest as it was, moved.
            let shift = count * filler
            var rest = Array(bytes[place...])
            for event in events where event.offset >= place {
                let end = event.offset + event.size + shift
                rest.replaceSubrange(event.offset - place + 13..<event.offset - place + 17, with: Self.bytes(end))
            }
            try handle.seek(toOffset: UInt64(place + shift))
            try handle.write(contentsOf: rest)
            starts = gtids.dropFirst().map { UInt64($0.offset + shift) }
            size = UInt64(bytes.count + shift)
            try server.start()
        }

        private static func bytes(_ number: Int) -> [UInt8] {
            withUnsafeBytes(of: UInt32(truncatingIfNeeded: number).littleEndian) { Array($0) }
        }

        /// What comes from `start` on, of table t, with where each transaction begins and ends.
        func read(_ start: UInt64, count: Int) throws -> (rows: [Int64], places: [UInt64]) {
            let position = BinlogPosition(file: file, offset: start)
            var options = ServerStreamOptions(connection: server.connectionOptions, serverID: 7)
            options.heartbeatSeconds = 30
            let reader = ChangeReader(
                source: ServerStream(options, from: .position(position)), start: position, options: ReaderOptions())
            var rows: [Int64] = []
            var places: [UInt64] = []
            while rows.count < count, let event = try reader.next() {
                switch event {
                case .begin(let begin): places.append(begin.position.offset)
                case .rows(let batch):
                    for row in batch.rows {
                        if case .int(let number) = batch.cell(0, at: row.after) { rows.append(number) }
                    }
                default: continue
                }
            }
            return (rows, places)
        }
    }

    @Test(arguments: ServerKind.allCases)
    func `a stream begins behind 4 GiB, and positions go on there`(kind: ServerKind) throws {
        let log = try LargeLog(kind)
        #expect(log.starts.count == 2 && log.starts[0] > 1 << 32)
        let source = SourceServer(log.server.connectionOptions)
        try source.check(BinlogPosition(file: log.file, offset: log.starts[0]))
        let read = try log.read(log.starts[0], count: 2)
        #expect(read.rows == [2, 3])
        #expect(read.places == log.starts)
        // The place leads to its GTID, and the GTID to the same place.
        let place = BinlogPosition(file: log.file, offset: log.starts[1])
        let gtids = try #require(try source.gtid(at: place, serverID: 8))
        #expect(try source.position(after: gtids, serverID: 8) == place, "\(gtids)")
        let nowhere = BinlogPosition(file: log.file, offset: log.starts[0] + 1)
        #expect(throws: StreamError.self) { try source.check(nowhere) }
        #expect(throws: StreamError.self) { try log.read(nowhere.offset, count: 1) }
    }

    /// COM_BINLOG_DUMP_GTID is refused in each of the modes but ON.
    @Test func `a stream of a MySQL without GTIDs begins behind 4 GiB too`() throws {
        let log = try LargeLog(.mySQL, options: ["--gtid-mode=OFF"])
        #expect(log.starts.count == 2 && log.starts[0] > 1 << 32)
        let read = try log.read(log.starts[0], count: 2)
        #expect(read.rows == [2, 3])
        #expect(read.places == log.starts)
        #expect(throws: StreamError.self) { try log.read(log.starts[0] + 1, count: 1) }
    }
}
