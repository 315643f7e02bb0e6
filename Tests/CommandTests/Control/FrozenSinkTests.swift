import Foundation
import TestSupport
import Testing

/// Sinks that hang in the middle of a write: what their pipelines are said to be, and what can be done with them.
@Suite(.serialized) struct FrozenSinkTests {
    private func start(_ sink: FrozenSink) throws -> (run: ReplicatorProcess, status: StatusClient) {
        let run = try ReplicatorProcess(["run", "-c", sink.path, "--start", "earliest"])
        let status = StatusClient(configuration: sink.path)
        try sink.shop.server.execute("INSERT INTO slots VALUES (1, 'a', 1)", database: "shop")
        try status.waitForRows(1, sink.name)
        return (run, status)
    }

    /// Runs `pause`, which must not take longer than it promises; what it says.
    private func pause(_ path: String) throws -> (end: ProcessEnd, text: String) {
        let begin = ContinuousClock.now
        let (end, output, errors) = try ReplicatorProcess.run(["pause", "-c", path])
        // Eight, and some more on a machine that is busy.
        #expect(ContinuousClock.now - begin < .seconds(10))
        return (end, output + errors)
    }

    @Test(arguments: FrozenSink.Kind.allCases)
    func `a frozen sink is unhealthy in seconds, pause answers all the same, and nothing is lost`(
        kind: FrozenSink.Kind
    ) throws {
        let sink = try FrozenSink(kind)
        let (run, status) = try start(sink)
        let http = try HTTPClient(run)
        #expect(try http.get("/ready").status == 200)
        try sink.freeze()
        try sink.shop.server.execute("INSERT INTO slots VALUES (2, 'b', 2)", database: "shop")
        // Five, and more on a machine that is busy.
        try status.wait(sink.name, "unhealthy", timeout: 30)
        let message = try status.lastError(sink.name)
        #expect(message.contains(sink.label), "\(message)")
        let isSaid = message.contains(" s: a write of 1 row waits for it") && message.contains("has not answered for")
        #expect(isSaid || kind == .sqlite && message.contains("locked"), "\(message)")
        try waitUntil { run.errors.contains("the pipeline is unhealthy") }
        let ready = try http.get("/ready")
        #expect(ready.status == 503)
        #expect(ready.body.hasPrefix("\(sink.name): unhealthy: ") && ready.body.contains(sink.label), "\(ready.body)")

        let (end, text) = try pause(sink.path)
        // SQLite gives up each five seconds, and may do so in time.
        if kind != .sqlite || end != .exited(0) {
            #expect(end == .exited(1), "\(text)")
            #expect(text.contains("\(sink.name): is pausing: ") && text.contains(sink.label), "\(text)")
            #expect(text.contains("It pauses as soon as that ends"), "\(text)")
            if kind != .sqlite {
                #expect(try status.state(sink.name) == "unhealthy")
                let (end, _, errors) = try ReplicatorProcess.run(["resume", "-c", sink.path])
                #expect(end == .exited(1) && errors.contains("is still pausing"), "\(errors)")
            }
        }
        let thawed = Date()
        try sink.thaw()
        try status.wait(sink.name, "paused")
        if kind != .sqlite {
            try waitUntil { run.errors.contains("msg=paused") }
            #expect(try status.since(sink.name) >= thawed)
        }
        try sink.shop.server.execute("INSERT INTO slots VALUES (3, 'c', 3)", database: "shop")
        _ = try status.command("resume")
        try status.wait(sink.name, "running")
        let (verified, output, errors) = try sink.shop.verify(sink.path)
        #expect(verified == .exited(0), "\(output)\(errors)")
        try run.stop()
    }

    @Test func `a sink that is frozen at the start is waited for, and named`() throws {
        let sink = try FrozenSink(.mySQL)
        try sink.freeze()
        let run = try ReplicatorProcess(["run", "-c", sink.path, "--start", "earliest"])
        let status = StatusClient(configuration: sink.path)
        // Connecting has a limit of its own, of five seconds.
        try status.wait(sink.name, "unhealthy", timeout: 15)
        let message = try status.lastError(sink.name)
        #expect(message.contains(sink.address), "\(message)")
        let ready = try HTTPClient(run).get("/ready")
        #expect(ready.status == 503 && ready.body.contains(sink.address), "\(ready.body)")
        #expect(try pause(sink.path).end == .exited(0))
        try sink.thaw()
        _ = try status.command("resume")
        try status.wait(sink.name, "running")
        try run.stop()
    }

    /// The target takes each row as slowly as a trigger of it sleeps.
    @Test func `a write that is slow and gets on is no reason to be unhealthy, and is told`() throws {
        let shop = try ShopFixture()
        let target = try ShopTarget(.mariaDB, shop)
        let path = try target.configuration()
        let run = try ReplicatorProcess(["run", "-c", path, "--start", "earliest"])
        let status = StatusClient(configuration: path)
        try shop.server.execute("INSERT INTO slots VALUES (0, 'first', 0)", database: "shop")
        try status.waitForRows(1, "warehouse")
        try target.execute("CREATE TRIGGER slow BEFORE INSERT ON slots FOR EACH ROW SET NEW.n = NEW.n + SLEEP(0.05)")
        try shop.server.execute(
            "INSERT INTO slots SELECT seq, CONCAT('c', seq), seq FROM shop.seq_1_to_240", database: "shop")
        var states: Set<String> = []
        var longest = 0.0
        var table = ""
        try waitUntil(timeout: 60, "the rows") {
            let pipeline = try status.pipeline("warehouse")
            states.insert(pipeline["state"] as? String ?? "")
            longest = max(longest, (pipeline["write"] as? [String: Any])?["seconds"] as? Double ?? 0)
            if longest > 6, table.isEmpty { table = try status.command("status") }
            return try target.number("SELECT COUNT(*) FROM slots") == 241
        }
        #expect(states == ["running"])
        #expect(longest > 6)
        #expect(table.contains("a write has been under way for"), "\(table)")
        #expect(!run.errors.contains("unhealthy"))
        try run.stop()
    }

    @Test func `the time of a state is its own from the first answer on`() throws {
        let shop = try ShopFixture()
        let path = try shop.configuration(sinks: ["warehouse"])
        let run = try ReplicatorProcess(["run", "-c", path, "--start", "earliest"])
        let status = StatusClient(configuration: path)
        try status.wait("warehouse", "running")
        for _ in 0..<3 {
            for (command, state) in [("pause", "paused"), ("resume", "running")] {
                let begin = Date()
                _ = try status.command(command)
                try status.wait("warehouse", state)
                #expect(try status.since("warehouse") >= begin)
            }
        }
        try run.stop()
    }
}
