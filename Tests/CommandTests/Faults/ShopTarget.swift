import Foundation
import TestSupport
import Testing

/// A MariaDB or MySQL that the shop is replicated into, as the sink `warehouse`; and a Redis, whose pipeline goes on
/// whatever the other does.
struct ShopTarget {
    let shop: ShopFixture
    let server: any DatabaseServer
    static let database = "warehouse"

    init(_ kind: ServerKind, _ shop: ShopFixture) throws {
        self.shop = shop
        server = try kind.start()
        try server.execute("CREATE DATABASE \(Self.database) CHARACTER SET utf8mb4")
        try makeTables()
        // As an account that may do no more than it must.
        try server.execute(
            """
            CREATE USER writer@'%';
            GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, TRIGGER ON \(Self.database).* TO writer@'%'
            """)
    }

    static let openOrders = """
        CREATE TABLE open_orders (order_id BIGINT UNSIGNED PRIMARY KEY, status ENUM('draft','open','paid','sent') NOT NULL,
            total DECIMAL(22,2), note VARCHAR(200), created DATETIME(6), weight DOUBLE, photo BLOB)
        """

    /// The target tables as they should be, and empty.
    func makeTables() throws {
        try execute(
            """
            DROP TABLE IF EXISTS customers, open_orders, slots;
            \(Self.openOrders);
            CREATE TABLE customers (id INT PRIMARY KEY, email VARCHAR(80) NOT NULL UNIQUE, name VARCHAR(60),
                points INT UNSIGNED);
            CREATE TABLE slots (id INT PRIMARY KEY, code VARCHAR(20) NOT NULL UNIQUE, n INT)
            """)
    }

    /// Writes the configuration and returns its path. `more` is added to the sink's section; each `file` has a state file of
    /// its own.
    func configuration(
        lanes: Int = 1, cache: Bool = false, more: String = "", replicator: String = "",
        file: String = "replicator.conf", hosts: String? = nil, source: String = ""
    ) throws -> String {
        let path = try shop.configuration(
            sinks: cache ? ["cache"] : [], replicator: replicator, hosts: hosts, source: source)
        let text =
            try String(contentsOfFile: path, encoding: .utf8) + """
                [sink warehouse]
                url = mysql://writer@127.0.0.1:\(server.port)/\(Self.database)
                mappings = mappings/
                lanes = \(lanes)
                triggers = allow
                \(more)

                """
        return try shop.scratch.write(
            text.replacing("state = replicator.state", with: "state = \(file).state"), to: file)
    }

    func execute(_ sql: String) throws {
        try server.execute(sql, database: Self.database)
    }

    func query(_ sql: String) throws -> [[String?]] {
        try server.query(sql, database: Self.database)
    }

    /// The first value of what a query answers, as a number.
    func number(_ sql: String) throws -> Int {
        try query(sql).first?.first?.flatMap { Int($0) } ?? 0
    }

    // MARK: Exactly once

    /// Has triggers log every change of `slots` and of orders.
    func logChanges() throws {
        try execute("CREATE TABLE audit (n BIGINT AUTO_INCREMENT PRIMARY KEY, what VARCHAR(200))")
        for (table, row, label) in [
            ("slots", ["id", "code", "n"], "slots"), ("open_orders", ["order_id"], "orders"),
        ] {
            for (event, image) in [("insert", "NEW"), ("update", "NEW"), ("delete", "OLD")] {
                let values = row.map { "\(image).\($0)" }.joined(separator: ", ")
                try execute(
                    """
                    CREATE TRIGGER \(label)_\(event) AFTER \(event) ON \(table) FOR EACH ROW
                    INSERT INTO audit (what) VALUES (CONCAT_WS(' ', '\(label) \(event)', \(values)))
                    """)
            }
        }
    }

    /// How many changes have been logged.
    func changes() throws -> Int { try number("SELECT COUNT(*) FROM audit") }

    /// The triggers' log of `slots` equals, change by change, what the server's own tool reads in the binary log.
    func expectExactlyOnce(sourceLocation: SourceLocation = #_sourceLocation) throws {
        let applied = try query("SELECT what FROM audit WHERE what LIKE 'slots%' ORDER BY n").map { $0[0] ?? "" }
        let logged = try RowsOfBinlogText.changes(of: "slots", in: shop.server, shop.kind)
        #expect(applied.count == logged.count, sourceLocation: sourceLocation)
        let isEqual = applied == logged
        #expect(isEqual, "not the same changes", sourceLocation: sourceLocation)
    }

    /// Ends the sessions of the replicator; how many there were.
    func killConnections() throws -> Int {
        var sessions: [[String?]] = []
        // MySQL cannot show its processes while one of them has a statement with binary data (error 3854).
        try waitUntil(timeout: 30, "the list of sessions") {
            guard let found = try? query("SELECT ID FROM information_schema.PROCESSLIST WHERE USER = 'writer'") else {
                return false
            }
            sessions = found
            return true
        }
        // One may be gone by itself.
        for session in sessions { try? execute("KILL CONNECTION \(session[0] ?? "0")") }
        return sessions.count
    }
}
