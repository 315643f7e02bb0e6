import MySQLClient
import Rows
import Testing

@testable import BinlogReader
@testable import Replicator

/// Errors that name options of `run` must not do so to who only reads.
@Suite struct WaysOutTests {
    private static func server(_ message: String) -> String {
        StreamError(
            MySQLError(code: 1236, sqlState: "HY000", message: message),
            streamFrom: .position(BinlogPosition(file: "binlog.000002", offset: 154)),
            logs: ["binlog.000003", "binlog.000004"]
        ).description
    }

    @Test(arguments: [
        server("Could not find first log file name in binary log index file"),
        server("Client requested master to start replication from impossible position"),
        server("A slave with the same server_uuid/server_id as this slave has connected to the master"),
        server(
            "binlog truncated in the middle of event; the first event 'binlog.000002' at 154, the last event read from "
                + "'binlog.000003' at 4567, the last byte read from 'binlog.000003' at 4586."),
        StreamError.anotherLog("it ends at binlog.000001:4", "binlog.000002:4"),
        DecodeError.statementFormat(keyword: "INSERT", next: BinlogPosition(file: "binlog.000002", offset: 300))
            .description,
    ])
    func `a command that only reads is told of its own options`(message: String) {
        #expect(message.contains("--reset-checkpoint") || message.contains("server-id-base"), "\(message)")
        let reader = WaysOut.ofReader(message)
        for word in ["--reset-checkpoint", "run --start", "the target", "server-id-base", "by hand"] {
            #expect(!reader.contains(word), "\(reader)")
        }
        #expect(reader.contains("--start") || reader.contains("run it again"), "\(reader)")
    }
}
