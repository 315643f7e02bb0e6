import Foundation
import MySQLClient
import TestSupport
import Testing

/// Oracle MySQL as a source: where to start and end, what may go wrong, and what is said then.
@Suite(.serialized) struct MySQLSourceTests {
    private static let certificates = Result { try TestCertificates() }

    /// A server with `d.t (id)`, rows 1…`rows`, each its own transaction, every third in a new file; from `tagged` on with
    /// a tag in the GTID. Also the GTID of each row's transaction.
    private func server(rows: Int, tagged: Int = .max) throws -> (server: MySQLServer, gtids: [String]) {
        let server = try MySQLServer()
        let session = try server.connect()
        try session.execute("CREATE DATABASE d")
        try session.execute("CREATE TABLE d.t (id INT PRIMARY KEY)")
        for id in 1...rows {
            if id == tagged { try session.execute("SET gtid_next = 'AUTOMATIC:night_job'") }
            try session.execute("INSERT INTO d.t VALUES (\(id))")
            if id % 3 == 0 { try server.flushLogs() }
        }
        let gtids = try TailOutput([server.url, "--start", "earliest", "--until", "latest"]).lines.map { $0.gtid ?? "" }
        return (server, gtids)
    }

    private func failure(_ arguments: [String]) throws -> String {
        let (end, output, errors) = try ReplicatorProcess.run(arguments)
        #expect(end == .exited(1), "\(errors)")
        #expect(output.isEmpty)
        #expect(errors.split(separator: "\n").count == 1, "\(errors)")
        return errors
    }

    @Test func `sets of GTIDs, with tags too, say where to start and where to end`() throws {
        let (server, gtids) = try server(rows: 9, tagged: 6)
        #expect(gtids.count == 9)
        #expect(gtids[5].contains(":night_job:1"))
        func set(_ rows: Int) throws -> String {
            // With what is not of these rows: the two statements before.
            let uuid = try #require(server.query("SELECT @@server_uuid")[0][0])
            return rows <= 5 ? "\(uuid):1-\(rows + 2)" : "\(uuid):1-7:night_job:1-\(rows - 5)"
        }
        for source in [server.url, "file:\(server.dataDirectory)"] {
            for rows in 0...9 {
                let from = try TailOutput([source, "--start", try set(rows), "--until", "latest"])
                #expect(from.lines.ids == Array(rows + 1..<10), "\(source) from \(rows): \(from.errors)")
                let to = try TailOutput([source, "--start", "earliest", "--until", try set(rows)])
                #expect(to.lines.ids == Array(1..<rows + 1), "\(source) to \(rows): \(to.errors)")
            }
        }
        // What is not in the set is read, wherever it stands: rows 2 and 3 are left out.
        let uuid = try #require(server.query("SELECT @@server_uuid")[0][0])
        let gap = try TailOutput([server.url, "--start", "\(uuid):1-3:6-7:night_job:1-3", "--until", "latest"])
        #expect(gap.end == .exited(0))
        #expect(gap.lines.ids.contains(2) && gap.lines.ids.contains(9), "\(gap.lines.ids)")
    }

    @Test func `what is purged is named, and what to do`() throws {
        let (server, gtids) = try server(rows: 9)
        let names = try server.binlogNames()
        try server.purgeLogs(before: names[2])
        let purged = try failure(["tail", server.url, "--start", gtids[1]])
        let uuid = try #require(server.query("SELECT @@server_uuid")[0][0])
        #expect(purged.contains("has purged") && purged.contains("\(uuid):1-3:5-8"), "\(purged)")
        #expect(purged.contains("--start earliest"), "\(purged)")
        // That is an option of run, and there is no target.
        #expect(!purged.contains("--reset-checkpoint") && !purged.contains("target"), "\(purged)")
        let file = try failure(["tail", server.url, "--start", "\(names[0]):4"])
        #expect(file.contains(names[0]) && file.contains(names[2]) && file.contains("--start earliest"), "\(file)")
        // Of MariaDB, or of another server.
        #expect(try failure(["tail", server.url, "--start", "0-1-7"]).contains("whose GTIDs look like uuid:1-5"))
        for end in [["--until", "0-1-7"], ["--start", "earliest", "--until", "0-1-7,1-1-2"]] {
            #expect(try failure(["tail", server.url] + end).contains("whose GTIDs look like uuid:1-5"))
        }
    }

    @Test func `a server that restarts, or is killed, in the middle of a transaction is followed on`() throws {
        let server = try MySQLServer()
        try server.execute("CREATE DATABASE d; CREATE TABLE d.t (id INT PRIMARY KEY, v TEXT)")
        let tail = try ReplicatorProcess(["tail", server.url, "--start", "earliest"])
        var id = 0
        func write(_ count: Int) throws {
            let session = try server.connect(database: "d")
            for _ in 0..<count {
                id += 1
                try session.execute("INSERT INTO t VALUES (\(id), REPEAT('x', 100))")
            }
        }
        func waitForLines(_ count: Int) throws {
            try waitUntil(timeout: 60, "\(count) lines: \(tail.errors)") {
                guard tail.end == nil else { throw TestSupportError("tail has ended: \(tail.errors)") }
                return tail.output.utf8.count { $0 == 0x0A } >= count
            }
        }
        for isKilled in [false, true] {
            try write(20)
            try waitForLines(id)
            // Never committed: it is not in the log, nor among the lines.
            let open = try server.connect(database: "d")
            try open.execute("BEGIN")
            try open.execute("INSERT INTO t VALUES (\(1000 + id), 'open')")
            if isKilled { try server.kill() } else { try server.stop() }
            try server.start()
            try write(20)
        }
        try waitForLines(id)
        try tail.stop()
        #expect(try tail.output.split(separator: "\n").map { try TailLine($0.utf8) }.ids == Array(1...id))
    }

    @Test func `certificates: one line for each fault, and the options of the configuration`() throws {
        let certificates = try Self.certificates.get()
        let server = try MySQLServer(options: [
            "--ssl-ca=\(certificates.authority)", "--ssl-cert=\(certificates.server)", "--ssl-key=\(certificates.key)",
        ])
        try server.execute(
            "CREATE DATABASE d; CREATE TABLE d.t (id INT PRIMARY KEY); INSERT INTO d.t VALUES (1); "
                + "CREATE USER cdc@'%' IDENTIFIED BY 's3cret' REQUIRE SSL; "
                + "GRANT REPLICATION SLAVE, REPLICATION CLIENT, SELECT ON *.* TO cdc@'%'")
        let scratch = try ScratchFolder()
        let password = try scratch.write("s3cret\n", to: "password")
        let url = "mysql://cdc@127.0.0.1:\(server.port)?ssl-mode="
        func tail(_ options: String) -> [String] {
            ["tail", url + options, "--password-file", password, "--start", "earliest", "--until", "latest"]
        }
        for options in ["PREFERRED", "REQUIRED", "VERIFY_IDENTITY&ssl-ca=\(certificates.authority)"] {
            let (end, output, errors) = try ReplicatorProcess.run(tail(options))
            #expect(end == .exited(0) && errors.isEmpty, "\(errors)")
            #expect(output.contains("\"id\":1"))
        }
        #expect(try failure(tail("DISABLED")).contains("check the user"))
        #expect(try failure(tail("VERIFY_CA&ssl-ca=\(certificates.otherAuthority)")).contains("ssl-ca"))
        let wrong = try ReplicatorProcess.run(tail("SOMETIMES"))
        #expect(wrong.end == .exited(2) && wrong.errors.contains("ssl-mode is one of"), "\(wrong.errors)")

        // A source, and a target too.
        func check(_ source: String, _ sink: String = "") throws -> (end: ProcessEnd, output: String, errors: String) {
            let configuration = try scratch.write(
                """
                [source]
                url = mysql://cdc@127.0.0.1:\(server.port)
                password-file = password
                tables = d.*
                \(source)
                [sink copy]
                url = mysql://root@127.0.0.1:\(server.port)/copy
                \(sink)
                """, to: "replicator.conf")
            return try ReplicatorProcess.run(["check", "-c", configuration])
        }
        try server.execute("CREATE DATABASE copy; CREATE TABLE copy.t (id INT PRIMARY KEY)")
        let verified = "ssl-mode = VERIFY_IDENTITY\nssl-ca = \(certificates.authority)"
        let good = try check(verified, verified)
        #expect(good.end == .exited(0), "\(good.output)\(good.errors)")
        let untrusted = "ssl-mode = VERIFY_CA\nssl-ca = \(certificates.otherAuthority)"
        let source = try check(untrusted)
        #expect(source.end != .exited(0) && (source.output + source.errors).contains("not signed by an authority"))
        let sink = try check(verified, untrusted)
        #expect(sink.end != .exited(0) && (sink.output + sink.errors).contains("not signed by an authority"))
        let missing = try check("ssl-mode = VERIFY_CA\nssl-ca = nowhere.pem")
        #expect(missing.errors.contains("nowhere.pem: No such file"), "\(missing.errors)")
    }
}
