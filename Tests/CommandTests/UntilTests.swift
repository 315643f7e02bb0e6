import Foundation
import TestSupport
import Testing

/// `--until`: all that comes before it, and nothing else, of `tail` and of `run`.
@Suite(.serialized) struct UntilTests {
    /// Rows 1…9 at 10, 20, …, 90; a new file after 3 and 6.
    private func log() throws -> (log: TimeLog, gtids: [String], places: [String]) {
        let log = try TimeLog()
        var gtids: [String] = []
        var places: [String] = []
        for row in 1...9 {
            let end = try log.server.binlogEnd()
            places.append("\(end.file):\(end.offset)")
            try log.commit(at: row * 10)
            gtids.append(try #require(try log.server.query("SELECT @@gtid_binlog_pos")[0][0]))
            if row % 3 == 0 { try log.flush(at: row * 10 + 5) }
        }
        return (log, gtids, places)
    }

    @Test func `tail of files and of a server ends in front of the first row that is excluded`() throws {
        let (log, gtids, places) = try log()
        let all = Array(1...9)
        var cases: [(until: String, expected: [Int])] = [
            ("earliest", []), ("latest", all), (TimeLog.text(9), []), (TimeLog.text(10), [1]),
            (TimeLog.text(35), [1, 2, 3]), (TimeLog.text(60), Array(1...6)), (TimeLog.text(89), Array(1...8)),
            (TimeLog.text(500), all), ("-1s", all), ("binlog.000002:4", [1, 2, 3]), ("binlog.000001:4", []),
            (gtids[0], [1]), (gtids[4], Array(1...5)), (gtids[8], all),
        ]
        cases += places.enumerated().map { ($1, Array(1..<$0 + 1)) }
        for source in ["file:\(log.server.dataDirectory)", log.server.url] {
            for (until, expected) in cases {
                let tail = try TailOutput([source, "--start", "earliest", "--until", until])
                #expect(try TimeLog.ids(tail) == expected, "\(source) \(until): \(tail.errors)")
            }
        }
        #expect(try log.tailed(["--start", TimeLog.text(20), "--until", TimeLog.text(40)]) == [2, 3, 4])
        #expect(try log.tailed(["--start", gtids[2], "--until", gtids[4]]) == [4, 5])
        #expect(try log.tailed(["--start", "latest"]) == [])
        let late = try TailOutput([log.server.url, "--start", places[5], "--until", places[2]])
        #expect(late.lines.isEmpty && late.errors.contains("nothing to print: \(places[5]) is at or behind --until"))
        #expect(late.end == .exited(0))
    }

    @Test func `times that go back: the first transaction that is later ends it`() throws {
        let log = try TimeLog()
        for second in [10, 20, 15, 40, 12, 50] { try log.commit(at: second) }
        #expect(try log.tailed(["--until", TimeLog.text(20)]) == [1, 2, 3])
        #expect(try log.tailed(["--until", TimeLog.text(39)]) == [1, 2, 3])
        #expect(try log.tailed(["--until", TimeLog.text(40)]) == [1, 2, 3, 4, 5])
    }

    @Test func `a time that is still to come ends it when it has come`() throws {
        let log = try TimeLog()
        try log.commit(at: 10)
        let moment = Date(timeIntervalSinceNow: 3)
        let until = ISO8601DateFormatter().string(from: moment)
        let tail = try TailOutput([log.server.url, "--start", "earliest", "--until", until])
        #expect(try TimeLog.ids(tail) == [1])
        #expect(Date() >= moment)
    }

    // MARK: run

    private func run(_ path: String, _ arguments: [String]) throws -> String {
        let (end, output, errors) = try ReplicatorProcess.run(["run", "-c", path] + arguments, timeout: 60)
        #expect(end == .exited(0), "\(output)\(errors)")
        return errors
    }

    @Test func `run ends there with exit 0, and goes on exactly there`() throws {
        let shop = try ShopFixture()
        let path = try shop.configuration(lanes: 3)
        try shop.sqlite(
            """
            CREATE TABLE audit (id INT);
            CREATE TRIGGER audit_insert AFTER INSERT ON slots BEGIN INSERT INTO audit VALUES (new.id); END;
            """)
        var gtids: [String] = []
        var ends: [String] = []
        for id in 1...40 {
            try shop.server.execute(
                "BEGIN; INSERT INTO slots VALUES (\(id), 'c\(id)', 0); "
                    + "INSERT INTO customers VALUES (\(id), 'c\(id)', 'n', 0); COMMIT", database: "shop")
            if id % 10 == 0 { try shop.server.flushLogs() }
            gtids.append(try #require(try shop.server.query("SELECT @@gtid_binlog_pos")[0][0]))
            let end = try shop.server.binlogEnd()
            ends.append("\(end.file):\(end.offset)")
        }
        func expect(_ count: Int, sourceLocation: SourceLocation = #_sourceLocation) throws {
            let ids = (1...count).map { "\($0)\n" }.joined()
            #expect(try shop.sqlite("SELECT id FROM slots ORDER BY id") == ids, sourceLocation: sourceLocation)
            #expect(try shop.sqlite("SELECT id FROM audit ORDER BY rowid") == ids, sourceLocation: sourceLocation)
            #expect(try shop.redis.command("EXISTS", "slots:\(count)") == .integer(1), sourceLocation: sourceLocation)
            #expect(
                try shop.redis.command("EXISTS", "slots:\(count + 1)") == .integer(0), sourceLocation: sourceLocation)
        }
        let first = try run(path, ["--start", "earliest", "--until", gtids[6]])
        #expect(first.contains("reached --until"))
        try expect(7)
        #expect(try run(path, ["--until", gtids[3]]).contains("has reached --until already"))
        try expect(7)
        _ = try run(path, ["--until", ends[9]])
        try expect(10)
        _ = try run(path, ["--start", "earliest", "--until", gtids[18]])
        try expect(19)
        _ = try run(path, ["--until", gtids[19]])
        try expect(20)
        // The same place again, as the position behind the file's end.
        #expect(try run(path, ["--until", gtids[19]]).contains("has reached --until already"))
        try expect(20)
        _ = try run(path, ["--until", "latest"])
        try expect(40)
        #expect(try shop.verify(path).end == .exited(0))
    }

    @Test func `a transaction that comes in parts is delivered whole or not at all`() throws {
        let shop = try ShopFixture()
        let path = try shop.configuration(sinks: ["warehouse"], replicator: "transaction-bytes = 64K")
        func large(_ first: Int, at time: Int) throws {
            try shop.server.execute(
                "SET timestamp = \(TimeLog.base + time); INSERT INTO slots SELECT seq, CONCAT(seq, REPEAT('x', 15)), 0 "
                    + "FROM seq_\(first)_to_\(first + 9999)", database: "shop")
        }
        let begin = try shop.server.binlogEnd()
        try large(1, at: 10)
        try large(20001, at: 20)
        try large(40001, at: 30)
        _ = try run(path, ["--start", "\(begin.file):\(begin.offset)", "--until", TimeLog.text(15)])
        #expect(try shop.sqlite("SELECT COUNT(*), MAX(id) FROM slots") == "10000|10000\n")
        _ = try run(path, ["--until", TimeLog.text(20)])
        #expect(try shop.sqlite("SELECT COUNT(*), MAX(id) FROM slots") == "20000|30000\n")
        _ = try run(path, ["--until", "latest"])
        #expect(try shop.sqlite("SELECT COUNT(*) FROM slots") == "30000\n")
    }

    @Test func `a start time is satisfied once, though the pipeline ends before it has delivered anything`() throws {
        let shop = try ShopFixture()
        let path = try shop.configuration(sinks: ["warehouse"])
        try shop.server.execute("INSERT INTO slots VALUES (1, 'a', 1)", database: "shop")
        let start = ISO8601DateFormatter().string(from: Date())
        // Whole seconds: what is committed from here on is later.
        try waitUntil { ISO8601DateFormatter().string(from: Date()) > start }
        let later = ISO8601DateFormatter().string(from: Date())
        _ = try run(path, ["--start", later, "--until", "latest"])
        #expect(try shop.sqlite("SELECT COUNT(*) FROM slots") == "0\n")
        // A session that began long ago: were the time asked again for each transaction, this would be left out.
        try shop.server.execute(
            "SET timestamp = \(TimeLog.base); INSERT INTO slots VALUES (2, 'b', 1)", database: "shop")
        let again = try run(path, ["--start", later, "--until", "latest"])
        #expect(again.contains("--start is satisfied already"))
        #expect(try shop.sqlite("SELECT id FROM slots") == "2\n")
        let other = try ReplicatorProcess.run(["run", "-c", path, "--start", "-2h", "--until", "latest"])
        #expect(other.end == .exited(1))
        #expect(other.errors.contains("begun with --start \(later)") && other.errors.contains("--reset-checkpoint"))
        // Begun anew with a relative time, which is the same text whenever it is given.
        _ = try run(path, ["--start", "-2h", "--reset-checkpoint", "--until", "latest"])
        #expect(try shop.sqlite("SELECT id FROM slots ORDER BY id") == "1\n2\n")
        #expect(try run(path, ["--start", "-2h", "--until", "latest"]).contains("--start is satisfied already"))
    }
}
