import Foundation
import TestSupport
import Testing

/// What is wrong is said in one clear line (what, where, how to mend it), with the right exit code.
@Suite(.serialized) struct BadInputTests {
    /// Runs `replicator` and expects it to end with `code` and one line that has all `parts`.
    private func expect(
        _ arguments: [String], ends code: Int32, saying parts: [String], environment: [String: String?] = [:],
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let (end, output, errors) = try ReplicatorProcess.run(arguments, environment: environment)
        #expect(end == .exited(code), "\(output)\(errors)", sourceLocation: sourceLocation)
        let lines = (output + errors).split(separator: "\n")
        #expect(
            lines.contains { line in parts.allSatisfy { line.contains($0) } }, "\(output)\(errors)",
            sourceLocation: sourceLocation)
        #expect(!(output + errors).contains("s3cret"), sourceLocation: sourceLocation)
    }

    private func configuration(_ text: String, _ scratch: ScratchFolder) throws -> String {
        try scratch.write(text, to: "replicator.conf")
    }

    @Test func `wrong usage exits 2 and names what is wrong`() throws {
        try expect([], ends: 2, saying: ["Usage: replicator COMMAND"])
        try expect(["frobnicate"], ends: 2, saying: ["frobnicate is not a command"])
        try expect(["parked"], ends: 2, saying: ["parked is not supported yet"])
        try expect(["run", "--fast"], ends: 2, saying: ["no option --fast"])
        try expect(["run", "--start"], ends: 2, saying: ["--start needs a value"])
        try expect(["run", "--until", "soon"], ends: 2, saying: ["\"soon\" is no position"])
        try expect(["tail"], ends: 2, saying: ["SOURCE is missing"])
        try expect(["tail", "file:x", "--format", "canal"], ends: 2, saying: ["not supported yet"])
        try expect(["tail", "http://x"], ends: 2, saying: ["mysql://USER@HOST:PORT or file:PATH"])
    }

    @Test func `help and version exit 0`() throws {
        for arguments in [
            ["--help"], ["run", "--help"], ["tail", "--help"], ["check", "--help"], ["verify", "--help"],
            ["try", "--help"],
            ["status", "--help"], ["pause", "--help"], ["resume", "--help"], ["reload", "--help"],
        ] {
            let (end, output, errors) = try ReplicatorProcess.run(arguments)
            #expect(end == .exited(0))
            #expect(output.contains("replicator") && errors.isEmpty)
            #expect(arguments.count == 1 || output.contains("Example"))
        }
        let (end, output, _) = try ReplicatorProcess.run(["--version"])
        #expect(end == .exited(0))
        #expect(output.hasPrefix("replicator "))
    }

    @Test func `a configuration's mistakes are named with file and line`() throws {
        let scratch = try ScratchFolder()
        let path = scratch.file("replicator.conf")
        try expect(["run", "-c", path], ends: 2, saying: [path, "does not exist", "-c FILE"])
        _ = try configuration("[source]\nurl = mysql://r@127.0.0.1:1\ntabels = a.b\n", scratch)
        try expect(["run", "-c", path], ends: 2, saying: ["\(path):3:", "unknown key \"tabels\""])
        _ = try configuration("[source]\nurl = a\nurl = b\n", scratch)
        try expect(["check", "-c", path], ends: 2, saying: ["\(path):3:", "stands twice"])
        let source = "[source]\nurl = mysql://r@127.0.0.1:1\n"
        _ = try configuration(source + "[sink x]\nurl = sqlite:x.db\ncolour = red\n", scratch)
        try expect(["run", "-c", path, "--start", "latest"], ends: 2, saying: ["unknown key \"colour\"", "[sink x]"])
        _ = try configuration(source + "[sink x]\nurl = ftp://x\n", scratch)
        try expect(["run", "-c", path, "--start", "latest"], ends: 2, saying: ["[sink x]", "sqlite:"])
        _ = try configuration(source + "[sink x]\nurl = postgres://x\n", scratch)
        try expect(["run", "-c", path, "--start", "latest"], ends: 2, saying: ["[sink x]", "not supported yet"])
        _ = try configuration("[source]\nurl = mysql://r:s3cret@127.0.0.1:1\n[sink x]\nurl = stdout:\n", scratch)
        try expect(["run", "-c", path, "--start", "latest"], ends: 2, saying: ["[source]", "password-file"])
        _ = try configuration(source + "[sink x]\nurl = stdout:\nmappings = nowhere\n", scratch)
        // The same of each command, before anything is connected (nobody listens there).
        for command in [["run", "-c", path, "--start", "latest"], ["check", "-c", path], ["verify", "-c", path]] {
            _ = try configuration(source + "[sink x]\nurl = stdout:\nmappings = nowhere\n", scratch)
            try expect(command, ends: 2, saying: ["\(path):5:", "nowhere", "does not exist"])
            _ = try configuration(source + "[sink x]\r\nurl = redis://127.0.0.1:1\r\ntimeout = 0\r\n", scratch)
            try expect(command, ends: 2, saying: ["\(path):5:", "[sink x]", "timeout"])
        }
    }

    @Test func `a mapping with a syntax error or an unknown column is named with line, column and caret`() throws {
        let shop = try ShopFixture()
        let path = try shop.configuration(sinks: ["warehouse"])
        _ = try shop.scratch.write("CREATE VIEW a AS\nSELECT id id2 id3 FROM shop.orders;\n", to: "mappings/orders.sql")
        for command in [["run", "-c", path, "--start", "latest"], ["check", "-c", path]] {
            let (end, output, errors) = try ReplicatorProcess.run(command)
            #expect(end == .exited(command[0] == "run" ? 1 : 3))
            #expect((output + errors).contains("mappings/orders.sql:2:15: error:"), "\(output)\(errors)")
            #expect((output + errors).contains("^"))
        }
        _ = try shop.scratch.write("CREATE VIEW a AS\nSELECT id, notte FROM shop.orders;\n", to: "mappings/orders.sql")
        for command in [["run", "-c", path, "--start", "latest"], ["check", "-c", path]] {
            let (end, output, errors) = try ReplicatorProcess.run(command)
            #expect(end == .exited(command[0] == "run" ? 1 : 3))
            #expect((output + errors).contains("mappings/orders.sql:2:12: error:"), "\(output)\(errors)")
            #expect((output + errors).contains("notte"))
        }
    }

    @Test func `a source that refuses us says why, and what mends it`() throws {
        let shop = try ShopFixture()
        let path = try shop.configuration(sinks: ["cache"])
        _ = try shop.scratch.write("wrong\n", to: "password")
        try expect(["run", "-c", path, "--start", "latest"], ends: 1, saying: ["replicator", "password"])
        try expect(["check", "-c", path], ends: 3, saying: ["source:", "password"])
        _ = try shop.scratch.write("s3cret\n", to: "password")
        try shop.server.execute("REVOKE REPLICATION SLAVE ON *.* FROM replicator@'%'")
        try expect(["run", "-c", path, "--start", "latest"], ends: 1, saying: ["GRANT REPLICATION SLAVE"])
        try expect(["check", "-c", path], ends: 3, saying: ["source:", "GRANT REPLICATION SLAVE"])
        try shop.server.execute("GRANT REPLICATION SLAVE ON *.* TO replicator@'%'")
        for (setting, wrong, right) in [
            ("binlog_format", "STATEMENT", "ROW"), ("binlog_row_image", "MINIMAL", "FULL"),
        ] {
            try shop.server.execute("SET GLOBAL \(setting) = \(wrong)")
            try expect(
                ["run", "-c", path, "--start", "latest"], ends: 1, saying: ["SET GLOBAL \(setting)", right])
            try expect(["check", "-c", path], ends: 3, saying: ["SET GLOBAL \(setting)", right])
            try shop.server.execute("SET GLOBAL \(setting) = \(right)")
        }
        try expect(["check", "-c", path], ends: 0, saying: ["source: ok"])
        try String(contentsOfFile: path, encoding: .utf8).replacingOccurrences(of: "= shop.*", with: "= shpo.*")
            .write(toFile: path, atomically: true, encoding: .utf8)
        try expect(["check", "-c", path], ends: 0, saying: ["source: note:", "shpo.* selects no table"])
    }

    @Test func `DML logged as statements stops the pipeline with its place, and missing metadata do not`() throws {
        let shop = try ShopFixture()
        let path = try shop.configuration(sinks: ["cache"])
        try shop.server.execute("INSERT INTO slots VALUES (1, 'a', 1)", database: "shop")
        try shop.server.execute("SET GLOBAL binlog_row_metadata = NO_LOG")
        try shop.server.execute("FLUSH TABLES")
        try shop.server.execute("INSERT INTO slots VALUES (2, 'b', 1)", database: "shop")
        try shop.server.execute("SET GLOBAL binlog_row_metadata = FULL")
        try expect(
            ["run", "-c", path, "--start", "earliest", "--until", "latest"], ends: 0, saying: ["reached --until"])
        for id in 1...2 { #expect(try shop.redis.command("EXISTS", "slots:\(id)") == .integer(1)) }
        try shop.server.execute(
            "SET SESSION binlog_format = STATEMENT; INSERT INTO shop.slots VALUES (3, 'c', 1)")
        let end = try shop.server.binlogEnd()
        try shop.server.execute("SET SESSION binlog_format = STATEMENT; INSERT INTO shop.slots VALUES (4, 'd', 1)")
        try expect(
            ["run", "-c", path, "--start", "\(end.file):\(end.offset)", "--reset-checkpoint"], ends: 1,
            saying: [end.file, "binlog_format"])
    }

    @Test func `a purged position says what is gone and what to do`() throws {
        let shop = try ShopFixture()
        let path = try shop.configuration(sinks: ["cache"])
        let names = try shop.server.binlogNames()
        try shop.server.flushLogs()
        try shop.server.flushLogs()
        let last = try #require(try shop.server.binlogNames().last)
        try shop.server.execute("PURGE BINARY LOGS TO '\(last)'")
        try expect(
            ["run", "-c", path, "--start", "\(names[0]):4"], ends: 1,
            saying: [names[0], "no longer has", "--reset-checkpoint"])
    }

    @Test func `reading is logged once the server sends its log, and not where it refuses to`() throws {
        let shop = try ShopFixture()
        let path = try shop.configuration(sinks: ["cache"])
        let first = try ReplicatorProcess.reading(path, ["--start", "latest"])
        let place = try shop.server.binlogEnd()
        #expect(first.errors.contains("from=\(place.file):\(place.offset)"), "\(first.errors)")
        try first.stop()
        for _ in 0..<2 { try shop.server.flushLogs() }
        try shop.server.purgeLogs(before: try shop.server.binlogEnd().file)
        let (end, _, errors) = try ReplicatorProcess.run(["run", "-c", path])
        #expect(end == .exited(1))
        #expect(errors.contains("no longer has \(place.file)") && !errors.contains("msg=reading"), "\(errors)")
    }

    @Test func `a target that cannot take the rows is named before any row`() throws {
        let shop = try ShopFixture()
        let path = try shop.configuration(sinks: ["warehouse"])
        try shop.sqlite("ALTER TABLE slots DROP COLUMN n")
        try expect(["run", "-c", path, "--start", "earliest"], ends: 1, saying: ["slots", "n", "ALTER TABLE"])
        try expect(["check", "-c", path], ends: 3, saying: ["warehouse", "slots", "ALTER TABLE"])
        try shop.sqlite("DROP TABLE slots")
        try expect(["check", "-c", path], ends: 3, saying: ["warehouse", "slots", "no table"])
    }

    @Test func `a pipeline without a checkpoint needs --start, and another --start needs --reset-checkpoint`() throws {
        let shop = try ShopFixture()
        let path = try shop.configuration(sinks: ["cache"])
        try expect(["run", "-c", path], ends: 1, saying: ["cache", "--start earliest", "--start latest"])
        let run = try ReplicatorProcess(["run", "-c", path, "--start", "earliest"])
        try shop.server.execute("INSERT INTO slots VALUES (1, 'a', 1)", database: "shop")
        try waitUntil { try shop.redis.command("EXISTS", "slots:1") == .integer(1) }
        try run.stop()
        try expect(["run", "-c", path, "--start", "latest"], ends: 1, saying: ["--reset-checkpoint"])
        try expect(["run", "-c", path, "--start", "soon"], ends: 2, saying: ["\"soon\" is no position"])
        let again = try ReplicatorProcess(["run", "-c", path, "--start", "earliest"])
        try waitUntil { again.errors.contains("satisfied already") }
        try waitUntil { again.errors.contains("reading") }
        try again.stop()
    }

    @Test func `two daemons on one state file: the second says so and ends`() throws {
        let shop = try ShopFixture()
        let path = try shop.configuration(sinks: ["cache"])
        let first = try ReplicatorProcess(["run", "-c", path, "--start", "earliest"])
        try waitUntil { first.errors.contains("reading") }
        try expect(
            ["run", "-c", path], ends: 1, saying: ["another replicator (process \(first.identifier))", "state file"])
        #expect(first.end == nil)
        try first.stop(SIGINT)
    }

    @Test func `a state file that cannot be written is named`() throws {
        let shop = try ShopFixture()
        let path = try shop.configuration(
            sinks: ["cache"], replicator: "")
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try text.replacingOccurrences(of: "state = replicator.state", with: "state = /proc/replicator.state")
            .write(toFile: path, atomically: true, encoding: .utf8)
        try expect(["run", "-c", path, "--start", "earliest"], ends: 1, saying: ["state file /proc/replicator.state"])
        try text.replacingOccurrences(of: "state = replicator.state", with: "state = nowhere/replicator.state")
            .write(toFile: path, atomically: true, encoding: .utf8)
        let (end, output, _) = try ReplicatorProcess.run(["check", "-c", path])
        #expect(end == .exited(3))
        #expect(output.contains("nowhere/replicator.state cannot be written: No such file or directory"), "\(output)")
    }

    @Test func `a view that reads no table is said by a start too, which waits for the table`() throws {
        let shop = try ShopFixture()
        let path = try shop.configuration(sinks: ["warehouse"])
        _ = try shop.scratch.write("CREATE VIEW gone AS SELECT id FROM shop.nosuch;", to: "mappings/gone.sql")
        let run = try ReplicatorProcess(["run", "-c", path, "--start", "earliest"])
        try waitUntil { run.errors.contains("reading") }
        #expect(run.errors.contains("level=warn"), "\(run.errors)")
        #expect(run.errors.contains("gone.sql:1:13: the view gone reads no table that the source has"), "\(run.errors)")
        try run.stop()
    }
}

/// What an operator meets at 3 a.m.: a disk that is full, a sink that is gone.
@Suite(.serialized) struct FaultTests {
    @Test func `a full disk for the state file ends in one line, and leaves the target untouched`() throws {
        let shop = try ShopFixture()
        let path = try shop.configuration(sinks: ["cache"])
        let disk = try ScratchFolder()
        try String(contentsOfFile: path, encoding: .utf8)
            .replacingOccurrences(of: "state = replicator.state", with: "state = \(disk.path)/replicator.state")
            .write(toFile: path, atomically: true, encoding: .utf8)
        try shop.server.execute("INSERT INTO slots VALUES (1, 'a', 1)", database: "shop")
        // A file system of 8 KiB in a mount namespace of its own; an ordinary user needs a user namespace for it.
        let script = """
            # Fails where / is no mount point, as in a chroot; elsewhere it keeps the mount to this namespace.
            mount --make-rprivate / 2>/dev/null
            mount -t tmpfs -o size=8k tmpfs "$1" && shift && exec "$@"
            """
        let flags = geteuid() == 0 ? [] : ["--map-root-user"]
        let (end, output, errors) = try Program.run(
            "unshare",
            ["--mount", "--propagation", "unchanged"] + flags + [
                "sh", "-c", script, "sh", disk.path, try ReplicatorProcess.path(), "run", "-c", path, "--start",
                "earliest",
            ])
        #expect(end == .exited(1), "\(output)\(errors)")
        #expect(errors.contains("state file") && errors.contains("full"), "\(errors)")
        #expect(errors.split(separator: "\n").count == 1, "\(errors)")
        #expect(try shop.redis.command("EXISTS", "slots:1") == .integer(0))
    }

    @Test func `a sink that is down does not hold back the others, and catches up when it returns`() throws {
        let shop = try ShopFixture()
        let path = try shop.configuration()
        try shop.redis.stop()
        let run = try ReplicatorProcess(["run", "-c", path, "--start", "earliest"])
        try shop.server.execute("INSERT INTO slots VALUES (1, 'a', 1), (2, 'b', 2)", database: "shop")
        try waitUntil { try shop.sqlite("SELECT COUNT(*) FROM slots") == "2\n" }
        try waitUntil { run.errors.contains("pipeline=cache") && run.errors.contains("trying again") }
        try shop.redis.start()
        try waitUntil(timeout: 60) { try shop.redis.command("HGET", "slots:2", "code") == .text("b") }
        try shop.redis.stop()
        try shop.server.execute("UPDATE slots SET code = 'c' WHERE id = 2", database: "shop")
        try waitUntil { try shop.sqlite("SELECT code FROM slots WHERE id = 2") == "c\n" }
        try shop.redis.start()
        try waitUntil(timeout: 60) { try shop.redis.command("HGET", "slots:2", "code") == .text("c") }
        try run.stop()
    }

    @Test func `a stop with a sink that stays down ends in time, and the rows come after the restart`() throws {
        let shop = try ShopFixture()
        let path = try shop.configuration(sinks: ["cache"])
        let run = try ReplicatorProcess(["run", "-c", path, "--start", "earliest"])
        try shop.server.execute("INSERT INTO slots VALUES (1, 'a', 1)", database: "shop")
        try waitUntil { try shop.redis.command("EXISTS", "slots:1") == .integer(1) }
        shop.redis.signal(SIGSTOP)
        try shop.server.execute("INSERT INTO slots VALUES (2, 'b', 1)", database: "shop")
        try waitUntil(timeout: 60, "a retry: \(run.errors)") { run.errors.contains("trying again") }
        try run.stop()
        shop.redis.signal(SIGCONT)
        let again = try ReplicatorProcess(["run", "-c", path])
        try waitUntil(timeout: 60, "the row: \(run.errors)\nthen: \(again.errors)") {
            try shop.redis.command("EXISTS", "slots:2") == .integer(1)
        }
        try again.stop()
    }

    @Test func `a source that restarts, kills our dump or stalls is read on from where it was`() throws {
        let shop = try ShopFixture()
        let path = try shop.configuration()
        let run = try ReplicatorProcess(["run", "-c", path, "--start", "earliest"])
        try shop.server.execute("INSERT INTO slots VALUES (1, 'a', 1)", database: "shop")
        try waitUntil { try shop.sqlite("SELECT COUNT(*) FROM slots") == "1\n" }
        try shop.server.restart()
        try shop.server.execute("INSERT INTO slots VALUES (2, 'b', 1)", database: "shop")
        try waitUntil(timeout: 60) { try shop.sqlite("SELECT COUNT(*) FROM slots") == "2\n" }
        for row in try shop.server.query("SELECT ID FROM information_schema.PROCESSLIST WHERE COMMAND = 'Binlog Dump'")
        {
            try shop.server.execute("KILL \(row[0] ?? "0")")
        }
        try shop.server.execute("INSERT INTO slots VALUES (3, 'c', 1)", database: "shop")
        try waitUntil(timeout: 60) { try shop.sqlite("SELECT COUNT(*) FROM slots") == "3\n" }
        shop.server.signal(SIGSTOP)
        try waitUntil(timeout: 60) { run.errors.split(separator: "\n").contains { $0.contains("the source was lost") } }
        shop.server.signal(SIGCONT)
        try shop.server.execute("INSERT INTO slots VALUES (4, 'd', 1)", database: "shop")
        let (end, output, errors) = try shop.verify(path)
        #expect(end == .exited(0), "\(output)\(errors)\(run.errors)")
        try run.stop()
    }

    @Test func `TRUNCATE and DDL on a replicated table stop the pipeline in front of it; added columns flow on`() throws
    {
        let shop = try ShopFixture()
        let path = try shop.configuration(sinks: ["warehouse"])
        try shop.server.execute(
            """
            INSERT INTO orders VALUES (1, 1, 'open', 2.50, 3, 'n', NOW(6), 1, 'x');
            ALTER TABLE orders ADD COLUMN colour VARCHAR(10) AFTER id;
            INSERT INTO orders VALUES (2, 'red', 1, 'paid', 2.50, 3, 'n', NOW(6), 1, 'x');
            CREATE TABLE unrelated.t (id INT PRIMARY KEY)
            """.replacingOccurrences(
                of: "CREATE TABLE unrelated.t", with: "CREATE DATABASE unrelated; CREATE TABLE unrelated.t"),
            database: "shop")
        try shop.server.execute("TRUNCATE unrelated.t; INSERT INTO slots VALUES (1, 'a', 1)", database: "shop")
        let before = try shop.server.binlogEnd()
        try shop.server.execute("TRUNCATE slots", database: "shop")
        let (end, _, errors) = try ReplicatorProcess.run(["run", "-c", path, "--start", "earliest"])
        #expect(end == .exited(1))
        #expect(errors.contains("\(before.file):"), "\(errors)")
        #expect(errors.contains("TRUNCATE slots") && errors.contains("--reset-checkpoint"), "\(errors)")
        #expect(try shop.sqlite("SELECT order_id, total FROM open_orders ORDER BY 1") == "1|7.50\n2|7.50\n")
        #expect(try shop.sqlite("SELECT COUNT(*) FROM slots") == "1\n")
    }
}
