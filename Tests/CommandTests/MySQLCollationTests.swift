import TestSupport
import Testing

/// A view that compares text in utf8mb4_0900_ai_ci, where MySQL keeps it unless it is told otherwise.
@Suite struct MySQLCollationTests {
    @Test func `a view compares text as MySQL does by default`() throws {
        let shop = try ShopFixture(.mySQL)
        let path = try shop.configuration(sinks: ["warehouse"])
        try shop.server.execute(
            """
            CREATE TABLE parcels (id INT PRIMARY KEY, status VARCHAR(20), city VARCHAR(20)) COLLATE utf8mb4_0900_ai_ci;
            INSERT INTO parcels VALUES (1, 'placed', 'Köln'), (2, 'PLÁCED', 'koln'), (3, 'placed ', 'Köln'), (4, 'sent', 'KÖLN'),
                (5, 'paid', 'Kölner'), (6, NULL, '가'), (7, 'Paid', 'ko\u{308}ln')
            """, database: "shop")
        _ = try shop.scratch.write(
            """
            CREATE VIEW parcels AS SELECT id, UPPER(status) AS status, city = 'koln' AS is_here FROM shop.parcels
            WHERE status IN ('placed', 'PAID') AND city LIKE 'kö%' OR status IS NULL;
            """, to: "mappings/parcels.sql")
        try shop.sqlite("CREATE TABLE parcels (id INTEGER PRIMARY KEY, status TEXT, is_here INTEGER)")
        let run = try ReplicatorProcess(["run", "-c", path, "--start", "earliest"])
        let (end, output, errors) = try shop.verify(path)
        #expect(end == .exited(0), "\(output)\(errors)\(run.errors)")
        #expect(
            try shop.sqlite("SELECT id, status, is_here FROM parcels ORDER BY id")
                == "1|PLACED|1\n2|PLÁCED|1\n5|PAID|0\n6||0\n7|PAID|1\n")
        try run.stop()
    }
}
