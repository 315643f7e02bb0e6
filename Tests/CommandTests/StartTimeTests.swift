import Foundation
import TestSupport
import Testing

/// `--start TIME`: the first transaction that was committed then or later, over logs with times of the test's making.
@Suite(.serialized) struct StartTimeTests {
    /// 40 files of up to 3 rows, with seconds between, and with some that hold none.
    private func steadyLog() throws -> TimeLog {
        let log = try TimeLog()
        var second = 0
        for file in 0..<40 {
            for _ in 0..<(file % 4) {
                second += file % 3 == 0 ? 0 : 2
                try log.commit(at: second)
            }
            second += 1
            try log.flush(at: second)
        }
        return log
    }

    @Test func `of files: all from the first row on that mariadb-binlog shows committed then or later`() throws {
        let log = try steadyLog()
        let listed = try log.listed()
        #expect(listed.map(\.id) == Array(1...60))
        for second in stride(from: 0, through: 140, by: 3) {
            let time = TimeLog.text(second)
            let tailed = try log.tailed(["--start", time])
            #expect(tailed == log.expected(since: second, listed), "\(time)")
            let later = try log.tailed(["--start", String(time.dropLast()) + ".000001+00:00"])
            #expect(later == log.expected(since: second + 1, listed), "\(time) and a bit")
        }
    }

    /// Over several files mariadb-binlog begins with the first event of any kind, and servers write some between
    /// transactions when they find the time.
    @Test func `of one file: what mariadb-binlog --start-datetime prints`() throws {
        let log = try TimeLog()
        for second in [3, 3, 7, 8, 20, 21, 21, 40] { try log.commit(at: second) }
        for second in 1...41 {
            let time = TimeLog.text(second)
            let expected = try log.listed(["--start-datetime", String(time.dropLast())]).map(\.id)
            let tailed = try log.tailed(["--start", time])
            #expect(tailed == expected, "\(time)")
        }
    }

    @Test func `of a server: the same`() throws {
        let log = try steadyLog()
        for second in stride(from: 1, through: 160, by: 24) {
            let time = TimeLog.text(second)
            let before = try log.tailed(["--start", time])
            let tail = try ReplicatorProcess(["tail", log.server.url, "--start", time])
            // Comes last, whether it is committed before the place was found or after.
            let last = try log.commit(at: 1000 + second)
            try waitUntil("row \(last) of \(time): \(tail.errors)") { tail.output.contains("\"id\":\(last),") }
            try tail.stop()
            let lines = try tail.output.split(separator: "\n").map { try TailLine($0.utf8) }
            #expect(lines.compactMap { $0.after?.first?.value.integer.map(Int.init) } == before + [last], "\(time)")
        }
    }

    @Test func `times that go back: what follows the first transaction is delivered, whatever its time`() throws {
        let log = try TimeLog()
        try log.commit(at: 10)
        try log.commit(at: 20)
        // Such as a session whose statement began long before it committed.
        try log.commit(at: 5)
        try log.flush(at: 30)
        try log.commit(at: 31)
        try log.commit(at: 12)
        try log.commit(at: 40)
        #expect(try log.tailed(["--start", TimeLog.text(15)]) == [2, 3, 4, 5, 6])
        #expect(try log.tailed(["--start", TimeLog.text(30)]) == [4, 5, 6])
        #expect(try log.tailed(["--start", TimeLog.text(35)]) == [6])
        #expect(try log.tailed(["--start", TimeLog.text(41)]) == [])
    }

    @Test func `a file that a long statement began says so too early, and what came before it is found`() throws {
        let log = try TimeLog()
        try log.commit(at: 10)
        try log.commit(at: 55)
        // The statement began at 20, wrote at 60, and its session began the next file.
        try log.commit(at: 20)
        try log.flush(at: 20)
        try log.commit(at: 61)
        try log.flush(at: 70)
        try log.commit(at: 71)
        #expect(try log.tailed(["--start", TimeLog.text(50)]) == [2, 3, 4, 5])
        #expect(try log.tailed(["--start", TimeLog.text(58)]) == [4, 5])
        #expect(try log.tailed(["--start", TimeLog.text(71)]) == [5])
    }

    @Test func `a statement of its own and the events between count for nothing but their place`() throws {
        let log = try TimeLog()
        try log.commit(at: 1)
        try log.execute("CREATE TABLE d.u (id INT PRIMARY KEY)", at: 5)
        try log.flush(at: 6)
        try log.flush(at: 7)
        try log.execute("FLUSH TABLES", at: 8)
        // Not in rows, and so nothing that `tail` could follow: before the time it does not matter.
        try log.execute("SET SESSION binlog_format = STATEMENT", at: 8)
        try log.execute("INSERT INTO d.u VALUES (1)", at: 8)
        try log.execute("SET SESSION binlog_format = ROW", at: 8)
        try log.commit(at: 9)
        #expect(try log.tailed(["--start", TimeLog.text(9)]) == [2])
        let (end, _, errors) = try ReplicatorProcess.run(
            ["tail", "file:\(log.server.dataDirectory)", "--start", TimeLog.text(4)])
        #expect(end == .exited(1))
        #expect(errors.contains("binlog_format"))
    }

    @Test func `a time before the oldest file is an error if that is not the first of all`() throws {
        let log = try TimeLog()
        try log.commit(at: 10)
        let first = try TailOutput(["file:\(log.server.dataDirectory)", "--start", TimeLog.text(-3600)])
        #expect(try TimeLog.ids(first) == [1])
        #expect(first.errors.contains("the log began at \(TimeLog.text(0)), after"), "\(first.errors)")
        try log.flush(at: 20)
        try log.commit(at: 21)
        try log.server.purgeLogs(before: "binlog.000002")
        for source in [log.server.url, "file:\(log.server.dataDirectory)"] {
            for time in [TimeLog.text(20), "2019-12-31 00:00:00"] {
                let (end, output, errors) = try ReplicatorProcess.run(["tail", source, "--start", time])
                #expect(end == .exited(1))
                #expect(output.isEmpty)
                #expect(
                    errors.contains("binlog.000002") && errors.contains("begins at \(TimeLog.text(20))")
                        && errors.contains("--start earliest"), "\(errors)")
            }
        }
        #expect(try log.tailed(["--start", TimeLog.text(21)]) == [2])
    }

    @Test func `a time in the future is an error`() throws {
        let log = try TimeLog()
        for source in [log.server.url, "file:\(log.server.dataDirectory)"] {
            let (end, _, errors) = try ReplicatorProcess.run(["tail", source, "--start", "2999-01-01 00:00:00Z"])
            #expect(end == .exited(1))
            #expect(errors.contains("2999-01-01T00:00:00Z: it is in the future"), "\(errors)")
        }
    }

    /// Commit times are whole seconds in MariaDB's log: a second is in or out as a whole, in whatever files it lies.
    @Test func `a second with many transactions, in two files, is taken whole or not at all`() throws {
        let log = try TimeLog()
        try log.commit(at: 9)
        for _ in 0..<5 { try log.commit(at: 10) }
        try log.flush(at: 10)
        for _ in 0..<5 { try log.commit(at: 10) }
        try log.commit(at: 11)
        for source in ["file:\(log.server.dataDirectory)", log.server.url] {
            func tailed(_ start: String, _ until: String) throws -> [Int] {
                try TimeLog.ids(try TailOutput([source, "--start", start, "--until", until]))
            }
            #expect(try tailed(TimeLog.text(10), "latest") == Array(2...12))
            #expect(try tailed(TimeLog.text(11), "latest") == [12])
            #expect(try tailed("earliest", TimeLog.text(10)) == Array(1...11))
            #expect(try tailed("earliest", TimeLog.text(9)) == [1])
            #expect(try tailed(TimeLog.text(10), TimeLog.text(10)) == Array(2...11))
            // A time within the second is behind all of it as a start, and behind none of the next as an end.
            let half = TimeLog.text(10).dropLast() + ".5Z"
            #expect(try tailed(String(half), "latest") == [12])
            #expect(try tailed("earliest", String(half)) == Array(1...11))
        }
    }

    @Test func `a position inside a transaction is no start, and as an end takes it whole`() throws {
        let log = try TimeLog()
        try log.commit(at: 1)
        try log.execute("BEGIN", at: 2)
        try log.execute("INSERT INTO d.t VALUES (101, 0)", at: 2)
        try log.execute("INSERT INTO d.t VALUES (102, 0)", at: 2)
        try log.execute("COMMIT", at: 2)
        try log.execute("INSERT INTO d.t VALUES (103, 0)", at: 3)
        let events = try log.server.query("SHOW BINLOG EVENTS").compactMap { row in
            row[1].flatMap { offset in row[2].map { (offset: offset, type: $0) } }
        }
        let gtids = events.indices.filter { events[$0].type == "Gtid" }
        let last = gtids[gtids.count - 2]
        #expect(events[last...].count { $0.type.hasPrefix("Write_rows") } == 3)
        for source in ["file:\(log.server.dataDirectory)", log.server.url] {
            for event in events[(last + 1)..<gtids[gtids.count - 1]] {
                let place = "binlog.000001:\(event.offset)"
                let (end, output, errors) = try ReplicatorProcess.run(
                    ["tail", source, "--start", place, "--until", "latest"])
                #expect(end == .exited(1) && output.isEmpty, "\(event): \(output)")
                #expect(
                    errors.contains("binlog.000001:") && errors.split(separator: "\n").count == 1,
                    "\(source) \(event): \(errors)")
                let until = try TailOutput([source, "--start", "earliest", "--until", place])
                #expect(try TimeLog.ids(until) == [1, 101, 102], "\(event)")
            }
            let nowhere = try ReplicatorProcess.run(["tail", source, "--start", "binlog.000001:5"])
            #expect(nowhere.end == .exited(1) && nowhere.errors.contains("binlog.000001:5"), "\(nowhere.errors)")
        }
    }
}
