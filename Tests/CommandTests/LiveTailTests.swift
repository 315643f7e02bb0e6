import Foundation
import MySQLClient
import Synchronization
import TestSupport
import Testing

/// `replicator tail mysql://…`: what a server logs is printed while it does.
@Suite(.serialized) struct LiveTailTests {
    private static let server = Result { try MariaDBServer() }

    private let server: MariaDBServer
    private let database: String

    init() throws {
        server = try Self.server.get()
        database = try server.makeDatabase("tail")
    }

    /// The log's end, as `--start` takes it.
    private func here(_ server: MariaDBServer? = nil) throws -> String {
        let end = try (server ?? self.server).binlogEnd()
        return "\(end.file):\(end.offset)"
    }

    @Test func `lines have the promised keys and values, in the order of the log`() throws {
        let start = try here()
        try server.execute(
            """
            CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(9)); CREATE TABLE u LIKE t;
            BEGIN; INSERT INTO t VALUES (1, 'a'), (2, NULL); INSERT INTO u VALUES (3, 'c');
            UPDATE t SET v = 'b' WHERE id = 2;
            COMMIT; DELETE FROM t WHERE id = 1
            """, database: database)
        let tail = try LiveTail(server, ["--start", start, "--format", "json"])
        try tail.wait(lines: 5)
        let lines = try tail.stop()
        // TailLine refuses other keys than these, and these in another order.
        #expect(
            TailLine.keys
                == ["op", "database", "table", "before", "after", "commit_time", "file", "offset", "row", "gtid"])
        func text(_ members: [StrictJSON.Member]?) -> String {
            members.map { $0.map { "\($0.name)=\($0.value)" }.joined(separator: " ") } ?? "null"
        }
        #expect(
            lines.map { "\($0.operation) \($0.table) \($0.row): \(text($0.before)) -> \(text($0.after))" } == [
                "insert t 0: null -> id=1 v=\"a\"", "insert t 1: null -> id=2 v=null",
                "insert u 0: null -> id=3 v=\"c\"",
                "update t 0: id=2 v=null -> id=2 v=\"b\"", "delete t 0: id=1 v=\"a\" -> null",
            ])
        #expect(lines.allSatisfy { $0.database == database })
        #expect(lines.map(\.offset) == lines.map(\.offset).sorted())
        #expect(Set(lines.prefix(4).map(\.gtid)).count == 1 && lines[3].gtid != lines[4].gtid)
        #expect(lines.allSatisfy { $0.gtid?.hasPrefix("0-1-") == true })
        let time = #/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z/#
        #expect(lines.allSatisfy { $0.commitTime.wholeMatch(of: time) != nil }, "\(lines[0].commitTime)")
        #expect(tail.process.errors == "")
    }

    @Test func `latest begins now, and a line appears while others are still being written`() throws {
        try server.execute("CREATE TABLE t (id INT PRIMARY KEY)", database: database)
        let session = try server.connect(database: database)
        try session.execute("INSERT INTO t VALUES (1), (2), (3)")
        let tail = try LiveTail(server, ["--start", "latest", "--tables", "\(database).*"])
        // The server never pauses for as long as a heartbeat takes.
        var id = 3
        try waitUntil("a line, with \(id) rows written: \(tail.process.errors)") {
            id += 1
            try session.execute("INSERT INTO t VALUES (\(id))")
            usleep(50_000)
            return !tail.process.output.isEmpty
        }
        for _ in 0..<20 {
            id += 1
            try session.execute("INSERT INTO t VALUES (\(id))")
        }
        let first = try #require(try tail.wait(lines: 1).ids.first)
        #expect(first > 3)
        try tail.wait(lines: id - first + 1)
        #expect(try tail.stop().ids == Array(first...id))
        // Which is what it does unless told otherwise.
        let unasked = try LiveTail(server, ["--tables", "\(database).*"])
        try waitUntil("a line") {
            id += 1
            try session.execute("INSERT INTO t VALUES (\(id))")
            usleep(50_000)
            return !unasked.process.output.isEmpty
        }
        #expect(try #require(unasked.stop().ids.first) > first)
    }

    @Test func `each form of --start begins where it says`() throws {
        let own = try MariaDBServer(options: ["--max-binlog-size=4096"])
        try own.execute("CREATE DATABASE d; CREATE TABLE d.t (id INT PRIMARY KEY, v VARCHAR(900))")
        for id in 1...20 { try own.execute("INSERT INTO d.t VALUES (\(id), REPEAT('x', 700))") }
        #expect(try own.binlogNames().count > 3)
        func tail(_ start: String, lines: Int) throws -> [TailLine] {
            let tail = try LiveTail(own, ["--start", start])
            try tail.wait(lines: lines)
            return try tail.stop()
        }
        let all = try tail("earliest", lines: 20)
        #expect(all.ids == Array(1...20))
        let tenth = all[9]
        #expect(try tail(try #require(tenth.gtid), lines: 10).map(\.place) == all[10...].map(\.place))
        #expect(try tail("\(tenth.file):4", lines: 10).ids.last == 20)
        #expect(try tail("\(tenth.file):4", lines: 10).first?.file == tenth.file)
        for (position, said) in [("\(tenth.file):\(tenth.offset + 1)", ":"), ("0-1-4711", "0-1-4711")] {
            let (end, output, errors) = try ReplicatorProcess.run(["tail", own.url, "--start", position])
            #expect(end == .exited(1) && output.isEmpty)
            #expect(errors.split(separator: "\n").count == 1 && errors.contains(said), "\(errors)")
        }
        let names = try own.binlogNames()
        try own.purgeLogs(before: names[names.count - 1])
        let purged = try ReplicatorProcess.run(["tail", own.url, "--start", "\(names[0]):4"])
        #expect(purged.end == .exited(1))
        #expect(purged.errors.split(separator: "\n").count == 1 && purged.errors.contains(names[0]), "\(purged.errors)")
        try own.execute("INSERT INTO d.t VALUES (21, '')")
        let rest = try tail("earliest", lines: 1)
        #expect(rest.ids.last == 21 && rest.allSatisfy { $0.file == names[names.count - 1] })
        let unknown = try ReplicatorProcess.run(["tail", own.url, "--start", "yesterday"])
        #expect(unknown.end == .exited(2) && unknown.errors.contains("\"yesterday\" is no position"))
    }

    @Test func `--tables takes patterns, of which those with ! leave out`() throws {
        let start = try here()
        let other = try server.makeDatabase("tail_other")
        try server.execute(
            """
            CREATE TABLE a (id INT); CREATE TABLE ab (id INT); CREATE TABLE a_b (id INT); CREATE TABLE z (id INT);
            CREATE TABLE \(other).a (id INT);
            INSERT INTO a VALUES (1); INSERT INTO ab VALUES (2); INSERT INTO a_b VALUES (3); INSERT INTO \(other).a VALUES (4);
            INSERT INTO z VALUES (9)
            """, database: database)
        for (patterns, ids) in [
            ("\(database).*", [1, 2, 3, 9]), ("\(database).a*, \(database).z", [1, 2, 3, 9]),
            ("\(database).a_b,\(database).z", [3, 9]), ("*.a, \(database).z", [1, 4, 9]),
            ("\(database).*, !*.a*", [9]), ("*.*, !\(other).*, !\(database).a", [2, 3, 9]),
        ] {
            let tail = try LiveTail(server, ["--start", start, "--tables", patterns])
            try tail.wait(lines: ids.count)
            #expect(try tail.stop().ids == ids, "\(patterns)")
        }
        let wrong = try ReplicatorProcess.run(["tail", server.url, "--tables", "nonsense"])
        #expect(wrong.end == .exited(2) && wrong.errors.contains("nonsense"), "\(wrong.errors)")
    }

    @Test(arguments: [SIGTERM, SIGINT])
    func `a signal ends it well, with whole lines, in the middle of a load`(signal: Int32) throws {
        let start = try here()
        try server.execute("CREATE TABLE t (id INT PRIMARY KEY, v TEXT)", database: database)
        let isDone = Atomic(false)
        let load = Thread { [server, database] in
            guard let session = try? server.connect(database: database) else { return }
            var id = 0
            while !isDone.load(ordering: .relaxed) {
                id += 1
                _ = try? session.execute("INSERT INTO t VALUES (\(id), REPEAT('x', 2000))")
            }
        }
        load.start()
        defer { isDone.store(true, ordering: .relaxed) }
        let tail = try LiveTail(server, ["--start", start])
        try tail.wait(lines: 500)
        let ids = try tail.stop(signal).ids
        #expect(ids == Array(1...ids.count))
        #expect(tail.process.errors == "")
    }

    @Test func `a reader that goes away ends it quietly`() throws {
        try server.execute(
            "CREATE TABLE t (id INT, v VARCHAR(200)); INSERT INTO t SELECT seq, REPEAT('v', 200) FROM seq_1_to_20000",
            database: database)
        let script = "\"$1\" tail \"$2\" --start earliest | head -n 1; exit ${PIPESTATUS[0]}"
        let (end, output, errors) = try Program.run(
            "bash", ["-c", script, "bash", try ReplicatorProcess.path(), server.url])
        #expect(end == .exited(0), "\(errors)")
        #expect(output.split(separator: "\n").count == 1)
        #expect(errors.isEmpty, "\(errors)")
    }

    @Test func `a server that restarts or is killed is followed on, without loss and repeats`() throws {
        let own = try MariaDBServer()
        try own.execute("CREATE DATABASE d; CREATE TABLE d.t (id INT PRIMARY KEY)")
        let tail = try LiveTail(own, ["--start", "earliest"])
        var id = 0
        func write() throws {
            let session = try own.connect(database: "d")
            for _ in 0..<50 {
                id += 1
                try session.execute("INSERT INTO t VALUES (\(id))")
            }
        }
        try write()
        try tail.wait(lines: 20)
        try own.restart()
        try write()
        try tail.wait(lines: 70)
        try write()
        try own.kill()
        try own.start()
        try write()
        try tail.wait(lines: id)
        #expect(try tail.stop().ids == Array(1...id))
        #expect(tail.process.errors.contains("the source was lost; connecting again"), "\(tail.process.errors)")
    }

    @Test func `a large transaction that is cut in the middle comes once`() throws {
        let start = try here()
        let count = 24_000
        try server.execute(
            "CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(1000)); "
                + "INSERT INTO t SELECT seq, REPEAT('v', 1000) FROM seq_1_to_\(count)", database: database)
        // Behind what is printed before its end is known.
        let proxy = try TCPProxy(to: server.port, cuts: [21 << 20, 23 << 20])
        defer { proxy.stop() }
        let tail = try LiveTail(server, ["--start", start], port: proxy.port)
        try waitUntil(timeout: 60, "two cuts") { proxy.cutCount == 2 }
        try waitUntil(timeout: 60, "the last row") { tail.process.output.contains("\"id\":\(count),") }
        try tail.process.stop()
        let ids = tail.process.output.split(separator: "\n").compactMap { line in
            line.firstRange(of: "\"after\":{\"id\":").flatMap { Int(line[$0.upperBound...].prefix { $0.isNumber }) }
        }
        #expect(ids.count == count)
        let isWhole = ids == Array(1...count)
        #expect(isWhole)
    }

    @Test func `a server that lets nobody in, or is not there, is one line`() throws {
        try server.execute("CREATE USER tailer@'%' IDENTIFIED BY 's3cret'")
        let scratch = try ScratchFolder()
        let file = try scratch.write("wrong\n", to: "password")
        let url = "mysql://tailer@127.0.0.1:\(server.port)"
        func expect(_ arguments: [String], saying parts: [String]) throws {
            let (end, output, errors) = try ReplicatorProcess.run(["tail"] + arguments)
            #expect(end == .exited(1) && output.isEmpty)
            #expect(errors.split(separator: "\n").count == 1, "\(errors)")
            for part in parts { #expect(errors.contains(part), "\(errors)") }
            #expect(!errors.contains("s3cret") && !errors.contains("wrong"))
        }
        try expect([url, "--password-file", file], saying: ["tailer", "password"])
        try scratch.write("s3cret\n", to: "password")
        try expect([url, "--password-file", file], saying: ["GRANT"])
        try expect([url, "--password-file", file, "--start", "earliest"], saying: ["GRANT"])
        let proxy = try TCPProxy(to: server.port)
        proxy.stop()
        try expect(["mysql://tailer@127.0.0.1:\(proxy.port)", "--password-file", file], saying: ["is the server up"])
    }
}
