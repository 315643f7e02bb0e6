import Foundation
import TestSupport
import Testing

@testable import MySQLClient

@Suite struct ConnectionTests {
    @Test func `rows come as the bytes of the text protocol`() throws {
        let connection = try MariaDBServer.shared().connect()
        let result = try connection.query("SELECT 1 AS a, NULL AS b, 'é' AS c, X'00FF' AS d, '' AS e")
        #expect(result.columns == ["a", "b", "c", "d", "e"])
        #expect(result.rows == [[[0x31], nil, [0xC3, 0xA9], [0x00, 0xFF], []]])
        #expect(result.text(0, 2) == "é")
        #expect(result.text(0, 1) == nil)
    }

    @Test func `rows and columns that an answer does not have are nil`() throws {
        #expect(ResultSet().text(0, 0) == nil)
        let connection = try MariaDBServer.shared().connect()
        let result = try connection.query("SELECT 1")
        #expect([(0, 0), (0, 1), (1, 0), (0, -1), (-1, 0)].map { result.text($0, $1) } == ["1", nil, nil, nil, nil])
        var stream = try connection.stream("SELECT 1")
        #expect(try stream.next())
        let counts = [0, 1, -1].map { stream.value($0)?.count }
        #expect(counts == [1, nil, nil])
        #expect(try !stream.next())
    }

    @Test func `a count of rows that cannot be is none`() {
        var outcome = StatementOutcome()
        for (said, found) in [(0, 0), (7, 7), (8, nil), (1 << 63, nil), (UInt64.max, nil)] as [(UInt64, Int?)] {
            outcome.affectedRows = said
            #expect(outcome.affectedRows(atMost: 7) == found)
        }
    }

    @Test func `a statement tells how many rows it changed`() throws {
        let server = try MariaDBServer.shared()
        let connection = try server.connect(database: server.makeDatabase())
        try connection.execute("CREATE TABLE t (a INT)")
        #expect(try connection.execute("INSERT INTO t VALUES (1), (2)") == 2)
        #expect(try connection.execute("SELECT * FROM t") == 0)
        try connection.execute(script: "DELETE FROM t; INSERT INTO t VALUES (3); SELECT * FROM t")
        #expect(try connection.query("SELECT * FROM t").rows.count == 1)
    }

    @Test func `a script stops at the statement that fails`() throws {
        let server = try MariaDBServer.shared()
        let connection = try server.connect(database: server.makeDatabase())
        let error = #expect(throws: MySQLError.self) {
            try connection.execute(script: "CREATE TABLE t (a INT); SELECT nonsense; CREATE TABLE u (a INT)")
        }
        #expect(error?.code == 1054)
        #expect(try connection.query("SHOW TABLES").rows.count == 1)
    }

    @Test(arguments: [TLSOptions.Mode.disabled, .preferred])
    func `a server that takes no more sessions is told from one that is down`(mode: TLSOptions.Mode) throws {
        let server = try MariaDBServer(options: ["--max-connections=10"])
        var options = server.connectionOptions
        options.tls.chosenMode = mode
        var sessions: [Connection] = []
        let error = #expect(throws: MySQLError.self) {
            // One more than that is let in, as root.
            for _ in 0..<12 { sessions.append(try Connection(options)) }
        }
        #expect(sessions.count == 11)
        #expect(error?.code == 1040)
        #expect(error?.isBusy == true)
        #expect(error?.message == "Too many connections")
        #expect(error?.description.hasSuffix("(error 1040): the server takes no more connections") == true)
    }

    @Test func `a stream yields every row`() throws {
        let connection = try MariaDBServer.shared().connect(database: "mysql")
        var stream = try connection.stream("SELECT seq, IF(seq % 2, NULL, REPEAT('x', seq % 7)) FROM seq_1_to_10000")
        var count = 0
        var nulls = 0
        while try stream.next() {
            count += 1
            if stream.value(1) == nil { nulls += 1 }
            #expect(stream.value(0)?.count == String(count).utf8.count)
        }
        #expect(count == 10000)
        #expect(nulls == 5000)
        #expect(try !stream.next())
        #expect(try connection.query("SELECT 1").rows.count == 1)
    }

    @Test func `a stream that is let go of does not read the rest`() throws {
        let connection = try MariaDBServer.shared().connect(database: "mysql")
        let begin = ContinuousClock.now
        do {
            var stream = try connection.stream("SELECT seq, REPEAT('x', 1000) FROM seq_1_to_100000000")
            #expect(try stream.next())
        }
        #expect(ContinuousClock.now - begin < .seconds(40))
        let error = #expect(throws: MySQLError.self) { try connection.query("SELECT 1") }
        #expect(error?.isConnectionLost == true)
    }

    @Test func `an error in the middle of a stream is thrown`() throws {
        let server = try MariaDBServer.shared()
        let connection = try server.connect(database: "mysql")
        let error = #expect(throws: MySQLError.self) {
            var stream = try connection.stream(
                "SELECT seq, IF(seq = 50000, (SELECT 1 UNION SELECT 2), 0) FROM seq_1_to_100000")
            while try stream.next() {}
        }
        #expect(error?.code == 1242)
        #expect(try connection.query("SELECT 1").rows.count == 1)
    }

    @Test func `literals and names survive the way to the server`() throws {
        let connection = try MariaDBServer.shared().connect()
        for text in ["", "plain", "it's", "\\", "\"`", "a\nb\0c", "é🙂", "%_"] {
            #expect(try connection.query("SELECT \(connection.literal(text))").text(0, 0) == text)
            try connection.execute("SET sql_mode = 'NO_BACKSLASH_ESCAPES'")
            #expect(try connection.query("SELECT \(connection.literal(text))").text(0, 0) == text)
            try connection.execute("SET sql_mode = ''")
        }
        #expect(try connection.query("SELECT 1 AS \(Connection.identifier("a`b c"))").columns == ["a`b c"])
    }

    @Test func `the server is known`() throws {
        let version = try MariaDBServer.shared().connect().serverVersion
        #expect(version.flavour == .mariaDB)
        #expect(version.isAtLeast(10, 11))
        #expect(ServerVersion("8.0.36").flavour == .mySQL)
        #expect(ServerVersion("9.7.0-debug").description == "MySQL 9.7.0")
        #expect(ServerVersion("5.5.5-10.4.2-MariaDB").major == 5)
        #expect(!ServerVersion("nonsense").isAtLeast(1, 0))
    }

    @Test func `a wrong password says what to do and not what was tried`() throws {
        let server = try MariaDBServer.shared()
        try server.execute("CREATE OR REPLACE USER wrong@'%' IDENTIFIED BY 'right'")
        var options = server.connectionOptions
        options.user = "wrong"
        options.password = "tried"
        let error = #expect(throws: MySQLError.self) { try Connection(options) }
        #expect(error?.code == 1045)
        #expect(error?.isConnectionLost == false)
        let text = error?.description ?? ""
        #expect(text.hasPrefix("cannot connect to wrong@127.0.0.1:\(server.port): Access denied"))
        #expect(text.contains("password-file"))
        #expect(!text.contains("tried"))
    }

    @Test func `a server that is not there is named`() throws {
        let server = try MariaDBServer()
        let options = server.connectionOptions
        try server.stop()
        let error = #expect(throws: MySQLError.self) { try Connection(options) }
        #expect(error?.isUnreachable == true)
        #expect(error?.description.contains("127.0.0.1:\(server.port)") == true)
        var nowhere = ConnectionOptions()
        nowhere.socket = "/nonexistent.sock"
        #expect(throws: MySQLError.self) { try Connection(nowhere) }
    }

    @Test func `a server that stalls before the greeting is given up on`() throws {
        let server = try MariaDBServer()
        var options = server.connectionOptions
        options.connectTimeoutSeconds = 1
        server.signal(SIGSTOP)
        defer { server.signal(SIGCONT) }
        let begin = ContinuousClock.now
        let error = #expect(throws: MySQLError.self) { try Connection(options) }
        #expect(ContinuousClock.now - begin < .seconds(40))
        #expect(error?.isConnectionLost == true || error?.isUnreachable == true, "\(String(describing: error))")
    }

    @Test func `another thread ends a wait`() throws {
        let connection = try MariaDBServer.shared().connect()
        let interrupter = connection.interrupter
        let begin = ContinuousClock.now
        let thread = Thread {
            usleep(100_000)
            interrupter.interrupt()
        }
        thread.start()
        let error = #expect(throws: MySQLError.self) { try connection.query("SELECT SLEEP(60)") }
        #expect(error?.isConnectionLost == true)
        #expect(ContinuousClock.now - begin < .seconds(30))
        interrupter.interrupt()
    }

    @Test func `a killed session and a killed server are lost connections`() throws {
        let server = try MariaDBServer()
        let connection = try server.connect()
        try server.execute("KILL \(connection.identifier)")
        let error = #expect(throws: MySQLError.self) { try connection.query("SELECT 1") }
        #expect(error?.isConnectionLost == true)
        let other = try server.connect()
        try server.kill()
        let second = #expect(throws: MySQLError.self) { try other.query("SELECT 1") }
        #expect(second?.isConnectionLost == true)
    }

    @Test func `a connection that is lost among the rows of an answer is no empty answer`() throws {
        let server = try MariaDBServer.shared()
        let proxy = try TCPProxy(to: server.port, cuts: [50_000, 50_000, 50_000, 50_000])
        defer { proxy.stop() }
        var options = server.connectionOptions
        options.port = proxy.port
        options.database = "mysql"
        let rows = "SELECT REPEAT('x', 1000) FROM seq_1_to_400"
        for ask: (Connection) throws -> Void in [
            { _ = try $0.query(rows) }, { _ = try $0.execute(rows) }, { try $0.execute(script: "SELECT 1; \(rows)") },
            {
                var outcomes: [StatementOutcome] = []
                try $0.run(Array(rows.utf8), &outcomes)
            },
        ] {
            let error = #expect(throws: MySQLError.self) { try ask(Connection(options)) }
            #expect(error?.isConnectionLost == true, "\(String(describing: error))")
        }
        #expect(proxy.cutCount == 4)
    }

    @Test func `a read timeout ends the wait`() throws {
        let server = try MariaDBServer.shared()
        var options = server.connectionOptions
        options.readTimeoutSeconds = 1
        let connection = try Connection(options)
        let error = #expect(throws: MySQLError.self) { try connection.query("SELECT SLEEP(60)") }
        #expect(error?.isConnectionLost == true)
    }

    @Test func `the socket is the way in that the URL names`() throws {
        let server = try MariaDBServer.shared()
        let connection = try Connection(ConnectionOptions(url: "mysql://root@/mysql?socket=\(server.socket)"))
        #expect(try connection.query("SELECT DATABASE()").text(0, 0) == "mysql")
    }
}
