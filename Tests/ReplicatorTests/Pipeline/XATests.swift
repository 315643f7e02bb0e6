import Foundation
import TestSupport
import Testing

/// XA transactions through the whole program: from where they are prepared to where they are committed, whatever is killed
/// between.
@Suite(.serialized) struct XATests {
    private static let tables = """
        CREATE TABLE a (id INT PRIMARY KEY, v INT); CREATE TABLE b (id INT PRIMARY KEY, v VARCHAR(200));
        """
    private static let targets = """
        CREATE TABLE a (id INTEGER PRIMARY KEY, v INTEGER); CREATE TABLE b (id INTEGER PRIMARY KEY, v TEXT);
        """

    private func spools(_ fixture: LanesFixture) -> [String] {
        let folder = fixture.scratch.file("replicator.state.xa/warehouse")
        return ((try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? []).filter { $0.contains("/") }
            .sorted()
    }

    /// The target's resume position is at the log's end: all is read, and applied.
    private func waitForEnd(_ fixture: LanesFixture, _ replicator: ReplicatorProcess) throws {
        try fixture.wait("the end of the log", replicator) { try fixture.places() == fixture.end() }
    }

    /// So many wait for their end, as `status` and `check` say.
    private func expectTold(
        _ count: Int, _ configuration: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let status = try ReplicatorProcess.run(["status", "--json", "-c", configuration]).output
        let prepared = try #require(status.firstMatch(of: /"prepared" : \{[^}]*\}/), sourceLocation: sourceLocation).0
        #expect(prepared.contains("\"count\" : \(count)"), "\(prepared)", sourceLocation: sourceLocation)
        #expect(prepared.contains("\"since\" : \"20") == (count > 0), "\(prepared)", sourceLocation: sourceLocation)
        let (_, output, _) = try ReplicatorProcess.run(["check", "-c", configuration])
        let sink =
            "sink warehouse: note: \(count) prepared XA transactions wait for their XA COMMIT or XA ROLLBACK, the oldest since "
        #expect(output.contains(sink) == (count > 0), "\(output)", sourceLocation: sourceLocation)
        #expect(
            output.contains("prepared on the server and not ended: \(count) ") == (count > 0), "\(output)",
            sourceLocation: sourceLocation)
    }

    @Test(arguments: [
        (ServerKind.mariaDB, [], 1), (.mariaDB, ["--log-bin-compress=ON", "--log-bin-compress-min-len=10"], 3),
        (.mySQL, [], 3), (.mySQL, ["--binlog-transaction-compression=ON"], 1),
    ])
    func `prepared transactions outlive the replicator, their sessions and their server`(
        kind: ServerKind, options: [String], lanes: Int
    ) throws {
        let fixture = try LanesFixture(kind, options: options, source: Self.tables, target: Self.targets)
        let server = fixture.server
        try server.execute(
            """
            INSERT INTO a VALUES (1, 1), (2, 2); INSERT INTO b VALUES (1, 'old');
            XA START 'one'; INSERT INTO a VALUES (3, 3); UPDATE b SET v = 'one' WHERE id = 1; XA END 'one'; XA COMMIT 'one' ONE PHASE;
            XA START 'gone'; INSERT INTO a VALUES (99, 0); XA END 'gone'; XA PREPARE 'gone'; XA ROLLBACK 'gone';
            XA START 'never'; INSERT INTO a VALUES (99, 0); XA END 'never'; XA ROLLBACK 'never'
            """, database: "shop")
        // Each session ends with its transaction prepared.
        try server.execute(
            """
            XA START 'x'; INSERT INTO a VALUES (10, 0); SAVEPOINT s; INSERT INTO a VALUES (98, 0); ROLLBACK TO s;
            INSERT INTO b VALUES (10, 'x'); DELETE FROM a WHERE id = 2; XA END 'x'; XA PREPARE 'x'
            """, database: "shop")
        try server.execute(
            "XA START 'y', 'branch', 7; UPDATE a SET v = 100 WHERE id = 1; INSERT INTO b VALUES (11, 'y'); "
                + "XA END 'y', 'branch', 7; XA PREPARE 'y', 'branch', 7", database: "shop")
        let configuration = try fixture.configuration(lanes: lanes)
        let first = try fixture.start(configuration)
        try waitForEnd(fixture, first)
        #expect(spools(fixture).count == 2)
        try expectTold(2, configuration)
        #expect(try fixture.sqlite("SELECT group_concat(id) FROM a") == ["1,2,3"])
        try first.kill()
        try expectTold(2, configuration)
        try server.restart()
        // The other way round than they were prepared; a name comes again.
        try server.execute("XA COMMIT 'y', 'branch', 7; INSERT INTO a VALUES (12, 0)", database: "shop")
        try server.execute("XA COMMIT 'x'")
        try server.execute(
            "XA START 'x'; INSERT INTO a VALUES (13, 0); XA END 'x'; XA PREPARE 'x'; XA COMMIT 'x'", database: "shop")
        let second = try ReplicatorProcess(["run", "-c", configuration])
        try fixture.expectEqual(configuration, second)
        try waitForEnd(fixture, second)
        try fixture.stop(second)
        #expect(try fixture.sqlite("SELECT group_concat(id) FROM a") == ["1,3,10,12,13"])
        #expect(spools(fixture).isEmpty)
        try expectTold(0, configuration)

        // Whoever only looks sees each row once, where it was committed.
        let sources = [[server.url, "--start", "earliest", "--until", "latest"], ["file:" + server.dataDirectory]]
        for source in sources {
            let tail = try ReplicatorProcess.run(["tail"] + source + ["--tables", "shop.a"])
            #expect(tail.end == .exited(0), "\(tail.errors)")
            let ids = tail.output.matches(of: /"after":\{"id":(\d+)/).map { String($0.1) }
            #expect(ids.filter { $0 != "98" } == ["1", "2", "3", "1", "12", "10", "13"], "\(tail.output)")
            #expect(!ids.contains("98"))
        }
    }

    @Test(arguments: ServerKind.allCases)
    func `kills in the middle of a large one lose nothing and repeat nothing`(kind: ServerKind) throws {
        let fixture = try LanesFixture(
            kind, source: Self.tables,
            target: Self.targets + """
                CREATE TABLE applied (id INTEGER);
                CREATE TRIGGER a_i AFTER INSERT ON a BEGIN INSERT INTO applied VALUES (NEW.id); END;
                CREATE TRIGGER a_u AFTER UPDATE ON a BEGIN INSERT INTO applied VALUES (NEW.id); END;
                """)
        let count = 40_000
        let numbers = "WITH RECURSIVE n AS (SELECT 1 id UNION ALL SELECT id + 1 FROM n WHERE id < \(count)) SELECT id"
        // MariaDB ends recursion by itself sooner.
        let limit = kind == .mariaDB ? "max_recursive_iterations" : "cte_max_recursion_depth"
        try server(
            fixture,
            "SET SESSION \(limit) = 1000000; XA START 'x'; INSERT INTO a \(numbers), 0 FROM n; "
                + "INSERT INTO b \(numbers), REPEAT('b', 100) FROM n; XA END 'x'; XA PREPARE 'x'")
        let configuration = try fixture.configuration(lanes: 2, replicator: "transaction-bytes = 64K")
        let first = try fixture.start(configuration)
        try waitForEnd(fixture, first)
        try first.kill()
        try server(fixture, "XA COMMIT 'x'")
        for goal in [1, 4_000, 15_000, 30_000] {
            let replicator = try ReplicatorProcess(["run", "-c", configuration])
            try fixture.wait("\(goal) rows", replicator) {
                try Int(fixture.sqlite("SELECT count(*) FROM applied").first ?? "") ?? 0 >= goal
            }
            try replicator.kill()
        }
        let last = try ReplicatorProcess(["run", "-c", configuration])
        try fixture.expectEqual(configuration, last)
        try fixture.stop(last)
        #expect(try fixture.sqlite("SELECT count(*), count(DISTINCT id) FROM applied") == ["\(count)|\(count)"])
    }

    private func server(_ fixture: LanesFixture, _ sql: String) throws {
        try fixture.server.execute(sql, database: "shop")
    }

    @Test func `a new beginning looks into the log for what is prepared, since it may have ended meanwhile`() throws {
        let fixture = try LanesFixture(source: Self.tables, target: Self.targets)
        let path = try fixture.configuration(lanes: 1)
        func prepare(_ name: String, _ id: Int) throws {
            try server(
                fixture, "XA START '\(name)'; INSERT INTO a VALUES (\(id), 0); XA END '\(name)'; XA PREPARE '\(name)'")
        }
        try prepare("x", 1)
        let first = try fixture.start(path)
        try waitForEnd(fixture, first)
        try fixture.stop(first)
        #expect(spools(fixture).count == 1)
        try server(fixture, "XA COMMIT 'x'")
        try prepare("x", 2)
        let end = try fixture.server.binlogEnd()
        try server(fixture, "XA COMMIT 'x'")
        try prepare("y", 3)
        let reset = ["run", "-c", path, "--reset-checkpoint", "--start"]
        let second = try ReplicatorProcess(reset + ["\(end.file):\(end.offset)"])
        try waitForEnd(fixture, second)
        #expect(try fixture.sqlite("SELECT id FROM a") == ["2"])
        try fixture.stop(second)
        #expect(spools(fixture).count == 1)

        try fixture.server.execute("RESET MASTER; CREATE TABLE shop.later (id INT); DROP TABLE shop.later")
        let third = try ReplicatorProcess(reset + ["latest"])
        try fixture.wait("a beginning", third) { third.errors.contains("msg=reading") }
        #expect(spools(fixture).isEmpty)
        try server(fixture, "XA COMMIT 'y'")
        #expect(try third.wait() == .exited(1))
        #expect(third.errors.contains("XA COMMIT X'79',X'',1 commits a transaction that was prepared before"))
    }

    @Test func `two sinks keep their own, and what is lost or was not read is found in the log`() throws {
        let fixture = try LanesFixture(source: Self.tables, target: Self.targets)
        _ = try ChildProcess(
            "/usr/bin/sqlite3", [fixture.scratch.file("other.db"), Self.targets], output: "/dev/null",
            errors: "/dev/null"
        ).wait(timeout: 60)
        let path = try fixture.configuration(lanes: 1)
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try (text + "\n[sink other]\nurl = sqlite:other.db\n").write(toFile: path, atomically: true, encoding: .utf8)
        try server(fixture, "XA START 'w'; INSERT INTO a VALUES (1, 1); XA END 'w'; XA PREPARE 'w'")
        try fixture.server.flushLogs()
        let start = try fixture.server.binlogEnd()
        try server(fixture, "XA START 'x'; INSERT INTO a VALUES (2, 2); XA END 'x'; XA PREPARE 'x'")
        let first = try ReplicatorProcess(["run", "-c", path, "--start", "\(start.file):\(start.offset)"])
        let kept = fixture.scratch.file("replicator.state.xa")
        func files() -> [String] {
            ((try? FileManager.default.subpathsOfDirectory(atPath: kept)) ?? []).filter { $0.contains("binlog") }
                .sorted()
        }
        try fixture.wait("two files", first) { files().count == 2 }
        try waitForEnd(fixture, first)
        try fixture.stop(first)
        #expect(files().map { $0.prefix { $0 != "/" } } == ["other", "warehouse"])
        // One was cut short by a disk that was full, say.
        let damaged = kept + "/" + files()[0]
        try Data(contentsOf: URL(fileURLWithPath: damaged)).dropLast(1).write(to: URL(fileURLWithPath: damaged))
        try server(fixture, "XA COMMIT 'x'; XA COMMIT 'w'")
        let second = try ReplicatorProcess(["run", "-c", path])
        try fixture.expectEqual(path, second)
        try fixture.stop(second)
        #expect(files().isEmpty)

        // What was purged nobody knows.
        try server(fixture, "XA START 'x'; INSERT INTO a VALUES (3, 3); XA END 'x'; XA PREPARE 'x'")
        try fixture.server.flushLogs()
        let oldest = try #require(try fixture.server.binlogNames().last)
        try fixture.server.purgeLogs(before: oldest)
        try server(fixture, "XA COMMIT 'x'")
        let third = try ReplicatorProcess(["run", "-c", path, "--start", "earliest", "--reset-checkpoint"])
        #expect(try third.wait() == .exited(1))
        #expect(
            third.errors.contains("XA COMMIT X'78',X'',1 commits a transaction that was prepared before \(oldest)"),
            "\(third.errors)")
    }
}
