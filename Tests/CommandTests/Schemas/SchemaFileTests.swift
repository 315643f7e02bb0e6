import Foundation
import MySQLClient
import TestSupport
import Testing

/// `tail file: --schema`: a file of SQL tells what the log does not.
@Suite(.serialized) struct SchemaFileTests {
    private let server: any DatabaseServer
    private let scratch: ScratchFolder
    private let log: String

    init() throws {
        server = try MariaDBServer(options: ["--binlog-row-metadata=NO_LOG"])
        scratch = try ScratchFolder()
        let table = "CREATE TABLE t (id INT UNSIGNED PRIMARY KEY, v VARCHAR(9), e ENUM('x','😀'), j JSON, u UUID)"
        try server.execute(
            "SET NAMES utf8mb4; CREATE DATABASE d CHARACTER SET utf8mb4; USE d; \(table); CREATE TABLE other (id INT)")
        let server = server
        log = try server.log {
            try server.execute(
                """
                SET NAMES utf8mb4;
                INSERT INTO t VALUES (4294967295, 'é', '😀', '{"a": 1}', '123e4567-e89b-12d3-a456-426614174000');
                INSERT INTO other VALUES (1); ALTER TABLE t DROP COLUMN v, CHANGE e f VARCHAR(9), DROP j, DROP u;
                INSERT INTO t VALUES (2, 'ü'); CREATE TABLE made (a INT, b INT); INSERT INTO made VALUES (1, 2)
                """, database: "d")
        }
        try scratch.write(
            """
            -- MariaDB dump 10.19  Distrib 10.11.14-MariaDB, for debian-linux-gnu (x86_64)
            --
            -- Host: localhost    Database: d
            -- ------------------------------------------------------
            /*!40101 SET character_set_client = utf8 */;
            DROP TABLE IF EXISTS `t`;
            \(table.replacing("JSON", with: "JSON COMMENT 'a;b'")) DEFAULT CHARSET=utf8mb4;
            DELIMITER ;;
            /*!50003 CREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW BEGIN SET @a = 1; END */;;
            DELIMITER ;
            """, to: "schema.sql")
    }

    private func tail(_ schema: String) throws -> (end: ProcessEnd, rows: [String], errors: String) {
        let tail = try TailOutput(["file:\(log)", "--schema", schema])
        let rows = tail.lines.map { line in
            line.table + ": " + (line.after ?? []).map { "\($0.name)=\($0.value)" }.joined(separator: " ")
        }
        return (tail.end, rows, tail.errors)
    }

    @Test func `where the log names the columns, an error says what it leaves open`() throws {
        try server.execute(
            "SET GLOBAL binlog_row_metadata = FULL; CREATE TABLE d.open (id INT, gone INT, u UUID)")
        let log = try server.log {
            try server.execute("ALTER TABLE open DROP COLUMN gone; INSERT INTO open VALUES (1, UUID())", database: "d")
        }
        // Not what the table was, so that the statement cannot be followed.
        try scratch.write("CREATE TABLE d.open (id INT, u UUID)", to: "open.sql")
        let tail = try TailOutput(["file:\(log)", "--schema", scratch.file("open.sql")])
        #expect(tail.end == .exited(1))
        #expect(tail.errors.contains("does not tell which of the columns u were UUID"), "\(tail.errors)")
        #expect(tail.errors.contains("the statement at"))
        #expect(!tail.errors.contains("does not name"))
    }

    @Test func `the file tells the columns, and the log's statements move them on`() throws {
        let (end, rows, errors) = try tail(scratch.file("schema.sql"))
        #expect(end == .exited(0), "\(errors)")
        #expect(
            rows == [
                #"t: id=4294967295 v="é" e="😀" j={a: 1} u="123e4567-e89b-12d3-a456-426614174000""#, "other: @1=1",
                #"t: id=2 f="ü""#, "made: a=1 b=2",
            ])
        #expect(errors.contains("d.other: the log does not tell all"))
        #expect(!errors.contains("d.t:"))
    }

    @Test func `a file that does not fit, or cannot be read, is an error that says where`() throws {
        for (text, parts) in [
            (
                "USE d;\nCREATE TABLE t (id INT UNSIGNED PRIMARY KEY, v VARCHAR(9), e INT) CHARSET utf8mb4",
                ["d.t", "of 5 columns in the log and of 3 columns"]
            ),
            (
                "CREATE TABLE d.t (id INT UNSIGNED PRIMARY KEY, v VARCHAR(9) CHARACTER SET utf8mb4, e INT, j JSON, u UUID)",
                [
                    "d.t",
                    #"column "e": column 3 is an ENUM of 1 bytes NULL in the log and INT NULL in the schema history"#,
                ]
            ),
            ("SET a = 1;\n\nCREATE TABLE t (id INT)", [":3: in which database is the table?"]),
            ("USE d;\n  \nCREATE TABLE t (id NOTYPE)", [":3: "]),
        ] {
            let (end, _, errors) = try tail(try scratch.write(text, to: "wrong.sql"))
            #expect(end == .exited(1))
            for part in parts { #expect(errors.contains(part), "\(errors)") }
        }
        #expect(try tail("/nowhere.sql").errors.contains("/nowhere.sql: there is no such file"))
        #expect(
            try TailOutput([server.url, "--schema", scratch.file("schema.sql")]).errors.contains(
                "--schema is for files"))
    }

    private func configure(tables: String, logs: String) throws -> String {
        try scratch.write(
            "[source]\nurl = file:\(logs)\ntables = \(tables)\nschema = s.sql\n[sink out]\nurl = stdout:\n",
            to: "replicator.conf")
    }

    @Test func `check reads the file as run does, and the error says what to write`() throws {
        let path = try configure(tables: "x.*", logs: log)
        let columns = "(id INT PRIMARY KEY, v VARCHAR(20))"
        try scratch.write("CREATE TABLE x.t \(columns);", to: "s.sql")
        let error =
            "s.sql:1: x.t: the default character set of the table's database is not known. Add CHARACTER SET … behind the "
            + "columns of the CREATE TABLE, or CREATE DATABASE … CHARACTER SET …; in front of it"
        let check = try ReplicatorProcess.run(["check", "-c", path])
        #expect(check.end == .exited(3))
        #expect(check.output.contains("source: \(error)\n"), "\(check.output)")
        let run = try ReplicatorProcess.run(["run", "-c", path, "--start", "earliest"])
        #expect(run.end == .exited(1))
        #expect(run.errors.contains(error), "\(run.errors)")
        for text in [
            "CREATE TABLE x.t \(columns) CHARACTER SET utf8mb4;",
            "CREATE DATABASE x CHARACTER SET utf8mb4; CREATE TABLE x.t \(columns);",
        ] {
            try scratch.write(text, to: "s.sql")
            let check = try ReplicatorProcess.run(["check", "-c", path])
            #expect(check.end == .exited(0), "\(check.output)")
        }
    }

    @Test func `a table of the file stops nothing unless it is selected, and then where its rows are`() throws {
        try server.execute("CREATE TABLE p (id INT PRIMARY KEY); CREATE TABLE q (v VARCHAR(9))", database: "d")
        let server = server
        let insert = "INSERT INTO p VALUES (1); INSERT INTO q VALUES ('a')"
        let log = try server.log { try server.execute(insert, database: "d") }
        let next = try #require(try server.binlogFiles().last)
        try server.execute("INSERT INTO q VALUES ('b')", database: "d")
        try server.flushLogs()
        let logs = try ScratchFolder()
        try logs.copy(log)
        let schema = try scratch.write(
            "CREATE TABLE d.p (id INT PRIMARY KEY);\nCREATE TABLE d.q (v VARCHAR(9));", to: "s.sql")
        let tail = try TailOutput(["file:\(log)", "--schema", schema, "--tables", "d.p"])
        #expect(tail.end == .exited(0), "\(tail.errors)")
        let path = try configure(tables: "d.p", logs: logs.path)
        let check = try ReplicatorProcess.run(["check", "-c", path])
        #expect(check.end == .exited(0), "\(check.output)")
        let run = try ReplicatorProcess.run(["run", "-c", path, "--start", "earliest"])
        #expect(run.end == .exited(0), "\(run.errors)")
        #expect(run.output.contains(#""id":1"#), "\(run.output)")
        try logs.copy(next)
        _ = try configure(tables: "d.p, d.q", logs: logs.path)
        let later = try ReplicatorProcess.run(["run", "-c", path])
        #expect(later.end == .exited(1))
        #expect(later.errors.contains("s.sql:2: the default character set"), "\(later.errors)")

        // Selected, and of no use to any sink.
        try scratch.write("CREATE VIEW p AS SELECT id FROM d.p;", to: "p.sql")
        let text = try String(contentsOfFile: path, encoding: .utf8) + "mappings = p.sql\nunmapped = ignore\n"
        try scratch.write(text, to: "replicator.conf")
        for words in [["check"], ["run", "--start", "earliest", "--reset-checkpoint"]] {
            let (end, output, errors) = try ReplicatorProcess.run(words + ["-c", path])
            #expect(end == .exited(0), "\(output)\(errors)")
        }
    }

    @Test func `a pipeline goes on with what statements made of the declared tables`() throws {
        try server.execute("CREATE TABLE p (id INT UNSIGNED PRIMARY KEY, v VARCHAR(9) CHARSET latin1)", database: "d")
        let server = server
        let log = try server.log {
            try server.execute(
                """
                SET NAMES utf8mb4; INSERT INTO p VALUES (4294967295, 'é'); ALTER TABLE p ADD x INT UNSIGNED FIRST;
                INSERT INTO p VALUES (4000000000, 2, 'ü')
                """, database: "d")
        }
        let next = try #require(try server.binlogFiles().last)
        try server.execute("INSERT INTO p VALUES (4000000000, 3, 'x')", database: "d")
        try server.flushLogs()
        let logs = try ScratchFolder()
        let declared = "CREATE TABLE d.p (id INT UNSIGNED PRIMARY KEY, v VARCHAR(9) CHARSET latin1);\n"
        try scratch.write(declared, to: "declared.sql")
        try scratch.write("CREATE VIEW p AS SELECT id, v FROM d.p;", to: "view.sql")
        let path = try scratch.write(
            """
            [source]
            url = file:\(logs.path)
            tables = d.p
            schema = declared.sql
            [sink out]
            url = stdout:
            mappings = view.sql
            """, to: "replicator.conf")
        func run(_ options: String...) throws -> (end: ProcessEnd, output: String, errors: String) {
            try ReplicatorProcess.run(["run", "-c", path] + options)
        }
        try logs.copy(log)
        let first = try run("--start", "earliest")
        #expect(first.end == .exited(0), "\(first.errors)")
        #expect(first.output.contains(#""id":4294967295,"v":"é""#), "\(first.output)")
        #expect(first.output.contains(#""id":2,"v":"ü""#), "\(first.output)")
        try logs.copy(next)
        let second = try run()
        #expect(second.end == .exited(0), "\(second.errors)")
        #expect(second.output.contains(#""id":3,"v":"x""#), "\(second.output)")

        try scratch.write(declared + "-- edited", to: "declared.sql")
        let edited = try run()
        #expect(edited.end == .exited(1))
        #expect(edited.errors.contains("declared.sql has changed"), "\(edited.errors)")
        try scratch.write(declared, to: "declared.sql")
        _ = try Program.run("sqlite3", [scratch.file("replicator.state"), "DELETE FROM replicator_schemas"])
        let forgotten = try run()
        #expect(forgotten.end == .exited(1))
        let begin = try #require(forgotten.errors.firstMatch(of: #/run --start (\S+:\d+) --reset-checkpoint/#)?.1)
        try scratch.write(
            "CREATE TABLE d.p (x INT UNSIGNED, id INT UNSIGNED PRIMARY KEY, v VARCHAR(9) CHARSET latin1)",
            to: "declared.sql")
        #expect(try run("--start", String(begin), "--reset-checkpoint").end == .exited(0))

        try scratch.write(
            "[source]\nurl = \(server.url)\nschema = declared.sql\n[sink out]\nurl = stdout:\n", to: "replicator.conf")
        #expect(try run().errors.contains("replicator.conf:3: [source]: schema is for files"))
    }
}
