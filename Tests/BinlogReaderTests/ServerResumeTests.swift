import BinlogReader
import Foundation
import MySQLClient
import Rows
import TestSupport
import Testing

/// What a reader with a new stream from its predecessor's position sees, after anything that may end a stream.
@Suite struct ServerResumeTests {
    @Test func `every committed row is read once, across kills and restarts of the server`() throws {
        let server = try MariaDBServer()
        try server.execute("CREATE DATABASE d; CREATE TABLE d.t (a INT AUTO_INCREMENT PRIMARY KEY, b VARCHAR(100))")
        let end = try server.binlogEnd()
        var position = BinlogPosition(file: end.file, offset: end.offset)
        var options = ServerStreamOptions(connection: server.connectionOptions, serverID: 21)
        options.heartbeatSeconds = 2
        var read: [Int64] = []
        for round in 0..<6 {
            // A transaction that is cut off leaves nothing behind.
            let writer = Thread {
                let session = try? server.connect(database: "d")
                while (try? session?.execute("INSERT INTO t (b) SELECT REPEAT('x', seq) FROM mysql.seq_1_to_50")) != nil
                {
                    if round == 5 { return }
                }
            }
            writer.start()
            // Stops by itself in the last round, where it has read all that there is.
            let reader = ChangeReader(
                source: ServerStream(options, from: .position(position)), start: position, options: ReaderOptions())
            let goal = read.count + 500
            var pending: [Int64] = []
            do {
                reading: while let event = try reader.next() {
                    switch event {
                    case .rows(let batch):
                        for row in batch.rows {
                            if case .int(let id) = batch.cell(0, at: row.after) { pending.append(id) }
                        }
                    case .commit:
                        read += pending
                        pending = []
                        if round < 5, read.count >= goal { server.signal(round % 2 == 0 ? SIGKILL : SIGTERM) }
                    case .idle:
                        guard round == 5 else { continue }
                        let end = try server.binlogEnd()
                        if reader.position == BinlogPosition(file: end.file, offset: end.offset) { break reading }
                    case .begin, .rollback, .statement: continue
                    }
                }
            } catch let error as StreamError {
                #expect(error.isRetriable, "\(error)")
            }
            position = reader.position
            if round < 5 { try server.restart() }
        }
        let written = try server.query("SELECT a FROM d.t ORDER BY a").compactMap { $0[0].flatMap { Int64($0) } }
        #expect(read == written)
        #expect(written.count > 2500)
    }
}
