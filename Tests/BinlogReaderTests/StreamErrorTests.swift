import BinlogReader
import MySQLClient
import Rows
import Testing

@Suite struct StreamErrorTests {
    private let start = StreamStart.position(BinlogPosition(file: "binlog.000002", offset: 154))

    private func error(_ code: UInt32, _ message: String) -> MySQLError {
        MySQLError(code: code, sqlState: "HY000", message: message)
    }

    /// The texts are those in MariaDB 10.11's sql/sql_repl.cc.
    @Test(arguments: [
        ("Could not find first log file name in binary log index file", StreamError.Kind.purged),
        (
            "Could not find GTID state requested by slave in any binlog files. Probably the slave state is too old",
            .purged
        ),
        ("Client requested master to start replication from impossible position", .unknownPosition),
        (
            "Error: connecting slave requested to start from GTID 0-1-9, which is not in the master's binlog",
            .unknownPosition
        ),
        ("The binlog on the master is missing the GTID 0-1-9 requested by the slave (even though", .unknownPosition),
        ("A slave with the same server_uuid/server_id as this slave has connected to the master", .replaced),
        ("Binary log is not open", .unsuitable),
        ("log event entry exceeded max_allowed_packet; Increase max_allowed_packet on master", .corrupt),
        ("bogus data in log event", .corrupt),
        ("binlog truncated in the middle of event; consider out of disk space on master", .corrupt),
        ("I/O error reading log event", .corrupt),
        ("something that nobody has seen before", .other),
    ])
    func `error 1236 is told by its text`(text: String, kind: StreamError.Kind) {
        let error = StreamError(error(1236, text), streamFrom: start)
        #expect(error.kind == kind)
        #expect(!error.isRetriable)
    }

    @Test(arguments: [
        (UInt32(4052), StreamError.Kind.replaced), (1373, .purged), (1045, .denied), (1227, .denied), (1142, .denied),
        (1129, .denied), (1130, .denied), (2059, .denied), (1317, .connectionLost), (1053, .connectionLost),
        (1927, .connectionLost), (2006, .connectionLost), (2013, .connectionLost), (2055, .connectionLost),
        (2002, .unreachable), (2003, .unreachable), (2005, .unreachable), (1040, .busy), (1203, .busy), (1226, .busy),
        (2027, .other),
        (1064, .other), (0, .other),
    ])
    func `other errors are told by their number`(code: UInt32, kind: StreamError.Kind) {
        let error = StreamError(error(code, "some text"), streamFrom: start)
        #expect(error.kind == kind)
        #expect(error.isRetriable == [.connectionLost, .unreachable, .busy].contains(kind))
    }

    @Test func `a file after the log's last one was never there`() {
        let message = "Could not find first log file name in binary log index file"
        let from = { (logs: [String]) in StreamError(error(1236, message), streamFrom: start, logs: logs) }
        #expect(from(["binlog.000003", "binlog.000004"]).kind == .purged)
        #expect(from(["binlog.000001"]).kind == .unknownPosition)
        #expect(from(["binlog.999999", "binlog.1000000"]).description.contains("binlog.999999 to binlog.1000000"))
    }

    @Test func `a file that a crash has cut off names the next one`() {
        let message =
            "binlog truncated in the middle of event; consider out of disk space on master; the first event "
            + "'binlog.000002' at 154, the last event read from 'binlog.000003' at 4567, the last byte read from "
            + "'binlog.000003' at 4586."
        let from = { (logs: [String]) in StreamError(error(1236, message), streamFrom: start, logs: logs) }
        let crashed = from(["binlog.000002", "binlog.000003", "binlog.000004"])
        #expect(crashed.kind == .corrupt)
        #expect(crashed.description.hasPrefix("the server's binlog.000003 ends in the middle of an event"))
        #expect(crashed.description.contains("run --start binlog.000004:4 --reset-checkpoint"))
        // Where nothing follows, or the server cannot be asked, nobody is sent anywhere.
        for logs in [["binlog.000002", "binlog.000003"], []] {
            #expect(from(logs).kind == .corrupt)
            #expect(!from(logs).description.contains("--start"))
        }
    }

    @Test func `every message is one line`() {
        for code in [UInt32(1236), 1045, 2013, 9999] {
            #expect(
                !StreamError(error(code, "two\nlines\r\nand"), streamFrom: start).description.contains { $0.isNewline })
        }
    }
}
