import Foundation
import MySQLClient
import TestSupport

/// A small shop on a server of its own, with a configuration that replicates it to SQLite and Redis: what the
/// end-to-end tests start from.
final class ShopFixture: Sendable {
    let server: any DatabaseServer
    let kind: ServerKind
    let redis: RedisServer
    let scratch: ScratchFolder

    /// The options are the servers', as on their command lines.
    init(_ kind: ServerKind = .mariaDB, server options: [String] = [], redis redisOptions: [String] = []) throws {
        self.kind = kind
        server = try kind.start(options: options)
        redis = try RedisServer(options: redisOptions)
        scratch = try ScratchFolder()
        try server.execute("CREATE DATABASE shop CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci")
        for statement in Self.schema { try server.execute(statement, database: "shop") }
        try server.execute(
            "CREATE USER replicator@'%' IDENTIFIED BY 's3cret'; "
                + "GRANT REPLICATION SLAVE, REPLICATION CLIENT, SELECT ON *.* TO replicator@'%'")
        try sqlite(Self.targets)
    }

    static let schema = [
        """
        CREATE TABLE customers (
            id INT PRIMARY KEY, email VARCHAR(80) NOT NULL, name VARCHAR(60) CHARACTER SET latin1, points INT UNSIGNED,
            UNIQUE KEY (email))
        """,
        """
        CREATE TABLE orders (
            id BIGINT UNSIGNED PRIMARY KEY, customer_id INT, status ENUM('draft','open','paid','sent') NOT NULL,
            unit_price DECIMAL(10,2), quantity INT, note VARCHAR(200), created DATETIME(6), weight DOUBLE, photo BLOB)
        """,
        "CREATE TABLE slots (id INT PRIMARY KEY, code VARCHAR(20) NOT NULL, n INT, UNIQUE KEY (code))",
    ]

    static let targets = """
        CREATE TABLE customers (id INTEGER PRIMARY KEY, email TEXT UNIQUE, name TEXT, points INTEGER);
        CREATE TABLE open_orders (order_id TEXT PRIMARY KEY, status TEXT, total TEXT, note TEXT, created TEXT,
            weight REAL, photo BLOB);
        CREATE TABLE slots (id INTEGER PRIMARY KEY, code TEXT UNIQUE, n INTEGER);
        """

    static let mapping = """
        CREATE VIEW open_orders AS
        SELECT id AS order_id, status, unit_price * quantity AS total, COALESCE(note, '-') AS note, created, weight,
               photo
        FROM shop.orders
        WHERE status <> 'draft';
        """

    /// Runs SQL on the target file with the `sqlite3` shell.
    @discardableResult
    func sqlite(_ sql: String) throws -> String {
        let (end, output, errors) = try Program.run(
            "sqlite3", ["-cmd", ".timeout 5000", scratch.file("target.db"), sql])
        guard end == .exited(0) else { throw TestSupportError("sqlite3: \(errors)") }
        return output
    }

    /// Writes the configuration and returns its path. `lanes` and `more` are added to the SQLite sink's section; `port`
    /// is a proxy's, for one between us and the server; `hosts` are the servers in the URL, where it is not that one alone;
    /// `mirror` is the URL of a database that is a third sink.
    func configuration(
        lanes: Int = 1, sinks: Set<String> = ["warehouse", "cache"], more: String = "", replicator: String = "",
        port: UInt16? = nil, hosts: String? = nil, source: String = "", mirror: String? = nil
    ) throws -> String {
        _ = try scratch.write("s3cret\n", to: "password")
        try FileManager.default.createDirectory(
            atPath: scratch.file("mappings"), withIntermediateDirectories: true)
        _ = try scratch.write(Self.mapping, to: "mappings/orders.sql")
        var text = """
            [replicator]
            state = replicator.state
            \(replicator)
            [source]
            url = mysql://replicator@\(hosts ?? "127.0.0.1:\(port ?? server.port)")
            \(source)
            password-file = password
            tables = shop.*
            heartbeat = 1

            """
        if sinks.contains("warehouse") {
            text += """
                [sink warehouse]
                url = sqlite:target.db
                mappings = mappings/
                lanes = \(lanes)
                triggers = allow
                \(more)

                """
        }
        if sinks.contains("cache") {
            text += """
                [sink cache]
                url = \(redis.url)
                format = hash
                timeout = 2
                lanes = \(lanes)

                """
        }
        if let mirror {
            text += """
                [sink mirror]
                url = \(mirror)
                mappings = mappings/
                lanes = \(lanes)

                """
        }
        return try scratch.write(text, to: "replicator.conf")
    }

    /// `replicator verify`, which must find every sink equal.
    func verify(_ configuration: String) throws -> (end: ProcessEnd, output: String, errors: String) {
        try ReplicatorProcess.run(["verify", "-c", configuration, "--wait", "240"], timeout: 300)
    }
}

/// A program of the system.
enum Program {
    static func run(_ name: String, _ arguments: [String]) throws -> (end: ProcessEnd, output: String, errors: String) {
        let scratch = try ScratchFolder()
        let process = try ChildProcess(
            "/usr/bin/env", [name] + arguments, output: scratch.file("stdout"), errors: scratch.file("stderr"),
            scratch: scratch.path)
        let end = try process.wait(timeout: 120)
        func read(_ file: String) -> String {
            String(decoding: FileManager.default.contents(atPath: scratch.file(file)) ?? Data(), as: UTF8.self)
        }
        return (end, read("stdout"), read("stderr"))
    }
}

/// A seeded mix of what applications do to the shop: inserts, updates, deletes, REPLACE INTO in each of its shapes,
/// changes of key, rows that enter and leave the view, and now and then a large transaction.
struct ShopWorkload {
    private let connection: Connection
    private var random: SeededRandom

    init(_ server: any DatabaseServer, _ random: SeededRandom) throws {
        connection = try server.connect(database: "shop")
        self.random = random
    }

    mutating func run(transactions: Int) throws {
        for _ in 0..<transactions { try transaction() }
    }

    private mutating func transaction() throws {
        try connection.execute("BEGIN")
        for _ in 0..<Int.random(in: 1...6, using: &random) { try change() }
        try connection.execute(Int.random(in: 0..<10, using: &random) == 0 ? "ROLLBACK" : "COMMIT")
    }

    mutating func largeTransaction(rows: Int) throws {
        var sequence = "seq_1_to_\(rows)"
        if connection.serverVersion.flavour == .mySQL {
            try connection.execute("SET SESSION cte_max_recursion_depth = \(rows)")
            sequence =
                "(WITH RECURSIVE s (seq) AS (SELECT 1 UNION ALL SELECT seq + 1 FROM s WHERE seq < \(rows)) "
                + "SELECT seq FROM s) AS numbers"
        }
        try connection.execute(
            "INSERT INTO orders SELECT 1000000 + seq, seq % 50, 1 + seq % 4, seq / 7, seq % 9, REPEAT('n', seq % 90), "
                + "'2026-01-02 03:04:05.678901' + INTERVAL seq SECOND, seq / 3, UNHEX(SHA2(seq, 256)) FROM \(sequence)")
    }

    func execute(_ statement: String) throws {
        try connection.execute(statement)
    }

    private mutating func change() throws {
        func id(_ count: Int) -> Int { Int.random(in: 1...count, using: &random) }
        let statement: String
        switch Int.random(in: 0..<12, using: &random) {
        case 0, 1:
            statement =
                "INSERT IGNORE INTO orders VALUES (\(id(300)), \(id(50)), \(id(4)), \(id(9999)) / 100, \(id(20)), "
                + "IF(\(id(3)) = 1, NULL, 'straße \(id(9))'), NOW(6), \(id(1000)) / 7, UNHEX(SHA2(\(id(999)), 256)))"
        case 2, 3: statement = "UPDATE orders SET status = \(id(4)), quantity = quantity + 1 WHERE id = \(id(300))"
        case 4: statement = "UPDATE orders SET note = NULL, weight = -weight WHERE id BETWEEN \(id(300)) AND 310"
        case 5: statement = "DELETE FROM orders WHERE id = \(id(300))"
        case 6: statement = "UPDATE IGNORE orders SET id = \(id(300)) WHERE id = \(id(300))"
        case 7:
            statement = "INSERT IGNORE INTO customers VALUES (\(id(50)), 'c\(id(60))@example.org', 'Jürgen', \(id(99)))"
        case 8: statement = "REPLACE INTO customers VALUES (\(id(50)), 'c\(id(60))@example.org', 'Zoë', \(id(99)))"
        case 9, 10: statement = "REPLACE INTO slots VALUES (\(id(40)), 'code\(id(40))', \(id(1000)))"
        default: statement = "UPDATE IGNORE slots SET id = \(id(40)), n = n + 1 WHERE code = 'code\(id(40))'"
        }
        try connection.execute(statement)
    }
}
