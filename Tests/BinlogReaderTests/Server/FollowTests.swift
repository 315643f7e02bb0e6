import BinlogReader
import Rows
import TestSupport
import Testing

@Suite struct FollowTests {
    @Test func `inserts, updates and deletes of a real server come out in order`() throws {
        let server = try MariaDBServer()
        try server.execute(
            """
            CREATE DATABASE shop;
            CREATE TABLE shop.t (id INT PRIMARY KEY, n BIGINT UNSIGNED, name VARCHAR(20));
            INSERT INTO shop.t VALUES (1, 18446744073709551615, 'é'), (-2, NULL, '');
            UPDATE shop.t SET name = 'b' WHERE id = 1;
            DELETE FROM shop.t WHERE id = -2;
            """)
        let files = try FileSource(path: server.dataDirectory, start: nil)
        let reader = ChangeReader(source: files, start: nil, options: ReaderOptions())
        var log: [String] = []
        while let event = try reader.next() { log.append(EventLog.line(event)) }
        #expect(
            log == [
                "idle",
                "statement 0-1-1: CREATE DATABASE shop",
                "statement 0-1-2: CREATE TABLE shop.t (id INT PRIMARY KEY, n BIGINT UNSIGNED, name VARCHAR(20))",
                "begin 0-1-3",
                "rows shop.t: insert id=1 n=18446744073709551615 name=é | insert id=-2 n=NULL name=",
                "commit",
                "begin 0-1-4",
                "rows shop.t: update id=1 n=18446744073709551615 name=é -> id=1 n=18446744073709551615 name=b",
                "commit",
                "begin 0-1-5",
                "rows shop.t: delete id=-2 n=NULL name=",
                "commit",
            ])
    }
}
