import Foundation
import MySQLClient
import Rows
import Synchronization
import TestSupport
import Testing

@testable import Sinks

/// Connections that break, servers that die, and other writers: every change is applied exactly once. Triggers at the
/// target log each statement that touches a row, and what a change does is told by its value.
@Suite(.serialized) struct MySQLFaultTests {
    private static let schema = """
        CREATE TABLE t (id BIGINT PRIMARY KEY, v VARCHAR(20));
        CREATE TABLE log (n BIGINT AUTO_INCREMENT PRIMARY KEY, v VARCHAR(20));
        CREATE TRIGGER t_i AFTER INSERT ON t FOR EACH ROW INSERT INTO log (v) VALUES (NEW.v);
        CREATE TRIGGER t_u AFTER UPDATE ON t FOR EACH ROW INSERT INTO log (v) VALUES (NEW.v)
        """
    private static let options = ["triggers": "allow", "timeout": "10"]
    /// What the writer's session goes by at the server.
    private static let lock = "CONCAT('replicator:', LEFT(SHA2(CONCAT(DATABASE(), '/p'), 256), 40), ':0')"

    /// Makes calls of ``SinkCrashTests`` up to `lastCall`, each until it succeeds.
    /// - Returns: how many calls failed, and how many of those had been applied all the same.
    private func work(
        _ fixture: MySQLSinkFixture, from first: UInt64, to lastCall: UInt64, while goesOn: () -> Bool = { true }
    ) throws -> (last: UInt64, failures: Int, applied: Int) {
        var writer: (any LaneWriter)?
        var (failures, applied) = (0, 0)
        var call = first
        while call < lastCall, goesOn() {
            call += 1
            while true {
                do {
                    let present = try writer ?? fixture.makeWriter()
                    writer = present
                    _ = try present.write([SinkCrashTests.changes(of: call)], checkpoint: SinkCrashTests.lane(call))
                    break
                } catch let error as SinkError where error.disposition == .retriable {
                    failures += 1
                    try #require(failures < 20_000, "\(error)")
                    if (try? stored(fixture)) == call { applied += 1 }
                    usleep(2_000)
                }
            }
        }
        return (call, failures, applied)
    }

    private func stored(_ fixture: MySQLSinkFixture) throws -> UInt64? {
        let rows = try fixture.query("SELECT resume_offset FROM replicator_checkpoint WHERE pipeline = 'p'")
        return rows.first?.first.flatMap { $0 }.flatMap { UInt64($0) }
    }

    private func expectExactlyOnce(_ fixture: MySQLSinkFixture, calls: ClosedRange<UInt64>) throws {
        let logged = try fixture.query("SELECT v FROM log ORDER BY n").map { $0[0] ?? "NULL" }
        let expected = calls.flatMap { call in
            SinkCrashTests.changes(of: call).rows.filter { $0.after >= 0 }.map { "\(call).\($0.index)" }
        }
        let isEqual = logged == expected
        #expect(isEqual, "\(logged.count) changes of \(expected.count)")
        let rows = try fixture.rows(of: Table("t", [("id", .bigint), ("v", .varchar)]))
        #expect(rows == SinkCrashTests.expectedRows(after: calls))
    }

    @Test(arguments: ServerKind.allCases)
    func `a connection that breaks at any byte of an answer, COMMIT's too`(kind: ServerKind) throws {
        let server = try kind.shared()
        let fixture = try MySQLSinkFixture(Self.schema, options: Self.options, server: server)
        let whole = try TCPProxy(to: server.port)
        _ = try work(try MySQLSinkFixture(reusing: fixture, port: whole.port, options: Self.options), from: 4, to: 5)
        whole.stop()
        // The answer to a COMMIT has 11 bytes, and ends what a new connection gets for its first write.
        let size = whole.largestAnswer
        let cuts =
            Array(stride(from: 60, to: size - 200, by: 41)) + Array(stride(from: size - 200, to: size + 200, by: 4))
        let proxy = try TCPProxy(to: server.port, cuts: cuts)
        let cut = try MySQLSinkFixture(reusing: fixture, port: proxy.port, options: Self.options)
        var calls: UInt64 = 5
        var (failures, applied) = (0, 0)
        while !proxy.isDoneCutting || calls < 30 {
            let done = try work(cut, from: calls, to: calls + 5)
            (calls, failures, applied) = (done.last, failures + done.failures, applied + done.applied)
        }
        #expect(failures >= cuts.count)
        #expect(applied > 0, "no COMMIT was cut off")
        try expectExactlyOnce(fixture, calls: 5...calls)
        proxy.stop()
    }

    @Test(arguments: ServerKind.allCases)
    func `a target that is killed under load and comes back`(kind: ServerKind) throws {
        let server = try kind.start()
        let fixture = try MySQLSinkFixture(Self.schema, options: Self.options, server: server)
        var random = SeededRandom("kill the target")
        let kills = Atomic(0)
        let failure = Mutex<String?>(nil)
        let delays = (0..<4).map { _ in UInt32.random(in: 20_000...300_000, using: &random) }
        Thread {
            for delay in delays {
                usleep(delay)
                do {
                    try server.kill()
                    try server.start()
                } catch {
                    failure.withLock { $0 = "\(error)" }
                }
                kills.add(1, ordering: .relaxed)
            }
        }.start()
        let done = try work(fixture, from: 4, to: .max) { kills.load(ordering: .relaxed) < delays.count }
        #expect(failure.withLock { $0 } == nil)
        let last = try work(fixture, from: done.last, to: done.last + 5).last
        #expect(done.failures > 0)
        try expectExactlyOnce(fixture, calls: 5...last)
        try server.stop()
    }

    @Test(arguments: ServerKind.allCases)
    func `kill -9 of a writer applies every change exactly once`(kind: ServerKind) async throws {
        let fixture = try MySQLSinkFixture(Self.schema, on: kind, options: Self.options)
        let url = "mysql://root@127.0.0.1:\(fixture.server.port)/\(fixture.database)"
        var random = SeededRandom("kill MySQL writer")
        for _ in 0..<6 {
            let delay = UInt32.random(in: 30_000...250_000, using: &random)
            await #expect(processExitsWith: .signal(SIGKILL)) { [url = url as String, delay = delay as UInt32] in
                SinkCrashTests.killSoon(afterMicroseconds: delay)
                try SinkCrashTests.work(url: url, options: ["triggers": "allow"], lastCall: .max)
            }
        }
        // The server may still be at the last one's COMMIT.
        try SinkCrashTests.work(url: url, options: ["triggers": "allow"], lastCall: 1)
        let call = try SinkCrashTests.storedCall(url: url, options: ["triggers": "allow"])
        #expect(call > 0)
        try expectExactlyOnce(fixture, calls: 1...call)
    }

    @Test(arguments: ServerKind.allCases)
    func `a deadlock with another writer is retriable, and nothing of it stays`(kind: ServerKind) throws {
        let fixture = try MySQLSinkFixture(Self.schema, on: kind, options: Self.options)
        try fixture.execute("INSERT INTO t SELECT 1, 'a'; INSERT INTO t SELECT 2, 'b'; DELETE FROM log")
        let other = try fixture.server.connect(database: fixture.database)
        try other.execute("BEGIN")
        // More rows than the writer's transaction has: the server ends the smaller one.
        for id in 100..<150 { try other.execute("INSERT INTO t VALUES (\(id), 'other')") }
        try other.execute("UPDATE t SET v = 'other' WHERE id = 2")
        let table = Table("t", [("id", .bigint), ("v", .varchar)])
        let batch = RowBatch(table, [.update([1, "a"], [1, "x"]), .update([2, "b"], [2, "y"])])
        let result = Mutex<SinkError?>(nil)
        let isDone = Atomic(false)
        let writer = try fixture.makeWriter()
        nonisolated(unsafe) let handed = writer
        let checkpoint = fixture.checkpoint(500)
        Thread {
            do throws(SinkError) {
                _ = try handed.write([batch], checkpoint: checkpoint)
            } catch {
                result.withLock { $0 = error }
            }
            isDone.store(true, ordering: .releasing)
        }.start()
        let waiting = "SELECT COUNT(*) FROM information_schema.INNODB_TRX WHERE TRX_STATE = 'LOCK WAIT'"
        try waitUntil("the writer to wait for row 2") {
            // The server answers with what it said before, to those who ask again within a tenth of a second.
            usleep(150_000)
            return try fixture.query(waiting) != [["0"]]
        }
        try other.execute("UPDATE t SET v = 'other' WHERE id = 1")
        try waitUntil("the writer to be refused") { isDone.load(ordering: .acquiring) }
        let error = result.withLock { $0 }
        #expect(error?.disposition == .retriable)
        #expect(error?.message.contains("1213") == true, "\(error?.message ?? "")")
        try other.execute("COMMIT")
        #expect(try fixture.storedCheckpoint() == fixture.checkpoint(4))
        _ = try writer.write([batch], checkpoint: checkpoint)
        #expect(try fixture.query("SELECT v FROM t WHERE id < 3 ORDER BY id") == [["x"], ["y"]])
        #expect(try fixture.storedCheckpoint() == checkpoint)
    }

    @Test func `a read-only target is waited for`() throws {
        let server = try MariaDBServer()
        try server.execute(
            "CREATE USER writer@'%'; GRANT ALL ON *.* TO writer@'%'; REVOKE READ_ONLY ADMIN ON *.* FROM writer@'%'; REVOKE SUPER ON *.* FROM writer@'%'"
        )
        let fixture = try MySQLSinkFixture(Self.schema, options: Self.options, server: server, user: "writer")
        let writer = try fixture.makeWriter()
        try server.execute("SET GLOBAL read_only = ON")
        let error = #expect(throws: SinkError.self) {
            try writer.write([SinkCrashTests.changes(of: 5)], checkpoint: SinkCrashTests.lane(5))
        }
        #expect(error?.disposition == .retriable)
        let finding = #expect(throws: SinkError.self) { try fixture.sink.findings(for: []) }
        #expect(finding?.disposition == .retriable)
        #expect(finding?.message.contains("read_only = OFF") == true)
        try server.execute("SET GLOBAL read_only = OFF")
        _ = try writer.write([SinkCrashTests.changes(of: 5)], checkpoint: SinkCrashTests.lane(5))
        try expectExactlyOnce(fixture, calls: 5...5)
    }

    /// What a target restored from a dump of its tables looks like.
    @Test(arguments: ServerKind.allCases)
    func `a writer that connects anew and whose row is gone is fenced`(kind: ServerKind) throws {
        let fixture = try MySQLSinkFixture(Self.schema, on: kind, options: Self.options)
        let writer = try fixture.makeWriter()
        _ = try writer.write([SinkCrashTests.changes(of: 5)], checkpoint: SinkCrashTests.lane(5))
        try fixture.execute("DELETE FROM replicator_checkpoint")
        let id = try #require(try fixture.query("SELECT IS_USED_LOCK(\(Self.lock))")[0][0])
        try fixture.execute("KILL \(id)")
        var dispositions: [SinkError.Disposition] = []
        for _ in 0..<2 {
            do throws(SinkError) {
                _ = try writer.write([SinkCrashTests.changes(of: 6)], checkpoint: SinkCrashTests.lane(6))
            } catch {
                dispositions.append(error.disposition)
            }
        }
        #expect(dispositions == [.retriable, .fenced])
        try expectExactlyOnce(fixture, calls: 5...5)
    }

    /// What a network cut leaves behind: a session that holds the lane's row, and never goes on.
    @Test(arguments: ServerKind.allCases)
    func `an old session that still holds locks is ended, by the lane's next one and by a claim`(
        kind: ServerKind
    ) throws {
        // 5 s are waited for a lock.
        let fixture = try MySQLSinkFixture(Self.schema, on: kind, options: Self.options)
        func leaveSession() throws -> Connection {
            let old = try fixture.server.connect(database: fixture.database)
            #expect(try old.query("SELECT GET_LOCK(\(Self.lock), 10)").text(0, 0) == "1")
            try old.execute("BEGIN")
            try old.execute("UPDATE replicator_checkpoint SET resume_offset = 1")
            return old
        }
        var old = try leaveSession()
        let writer = try fixture.makeWriter()
        _ = try writer.write([SinkCrashTests.changes(of: 5)], checkpoint: SinkCrashTests.lane(5))
        #expect(throws: MySQLError.self) { try old.execute("COMMIT") }
        try expectExactlyOnce(fixture, calls: 5...5)
        // One of a later epoch is left alone.
        let earlier = fixture.epoch
        try fixture.claim()
        old = try leaveSession()
        let fenced = #expect(throws: SinkError.self) {
            try fixture.sink.makeWriter(pipeline: "p", lane: 0, epoch: earlier)
        }
        #expect(fenced?.disposition == .fenced)
        try old.execute("UPDATE replicator_checkpoint SET resume_offset = 2")
        try fixture.claim()
        #expect(throws: MySQLError.self) { try old.execute("COMMIT") }
    }
}
