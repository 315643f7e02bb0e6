import Rows
import Synchronization
import Testing

@testable import BinlogReader

/// Where transactions begin and end.
@Suite struct GroupTests {
    private var builder = EventBuilder()
    private var events: [[UInt8]] = []

    init() {
        events.append(builder.formatDescription())
    }

    private mutating func add(_ make: (inout EventBuilder) -> [UInt8]) {
        events.append(make(&builder))
    }

    /// One row of the table `d.t`.
    private mutating func insert(_ value: Int32, endsStatement: Bool = true) {
        add { $0.tableMap(20) }
        add { $0.rows(.writeRowsV1, 20, endsStatement: endsStatement, [0xFE] + le(value)) }
    }

    private var log: [String] { logOfFile(events) }

    @Test mutating func `a MariaDB transaction goes from its GTID to XID`() {
        add { $0.gtid(7) }
        insert(1)
        insert(2)
        add { $0.xid() }
        #expect(log == ["idle", "begin 0-1-7", "rows d.t: insert a=1", "rows d.t: insert a=2", "commit"])
    }

    @Test mutating func `rows of tables without transactions end in COMMIT as a statement`() {
        add { $0.gtid(7) }
        insert(1)
        add { $0.query("COMMIT") }
        #expect(log == ["idle", "begin 0-1-7", "rows d.t: insert a=1", "commit"])
    }

    @Test mutating func `a MySQL transaction has BEGIN behind its GTID, and an old one has no GTID`() {
        add { $0.event(.gtid, [0] + [UInt8](repeating: 0xAB, count: 16) + le(UInt64(5))) }
        add { $0.query("BEGIN") }
        insert(1)
        add { $0.xid() }
        add { $0.query("BEGIN") }
        insert(2)
        add { $0.xid() }
        #expect(
            log == [
                "idle", "begin abababab-abab-abab-abab-abababababab:5", "rows d.t: insert a=1", "commit", "begin",
                "rows d.t: insert a=2", "commit",
            ])
    }

    @Test mutating func `positions say where reading may start again`() throws {
        let gtid = builder.offset
        add { $0.gtid(7) }
        add { $0.tableMap(20) }
        let rows = builder.offset
        add { $0.rows(.writeRowsV1, 20, [0xFE] + le(Int32(1))) }
        add { $0.xid() }
        let end = builder.offset
        let reader = ChangeReader(
            source: ScriptedSource(file: "binlog.000001", events: events), start: nil, options: ReaderOptions())
        let position = { (offset: UInt64) in BinlogPosition(file: "binlog.000001", offset: offset) }
        _ = try reader.next()
        guard case .begin(let start) = try reader.next() else { return #expect(Bool(false)) }
        #expect(start.position == position(gtid))
        #expect(start.gtid == "0-1-7")
        #expect(start.headerMicroseconds == 1_700_000_000_000_000)
        #expect(reader.position == position(gtid))
        guard case .rows(let batch) = try reader.next() else { return #expect(Bool(false)) }
        #expect(batch.origin.position == position(rows))
        #expect(batch.origin.gtid == "0-1-7")
        guard case .commit(let commit) = try reader.next() else { return #expect(Bool(false)) }
        #expect(commit == TransactionEnd(next: position(end), commitMicroseconds: 1_700_000_000_000_000))
        #expect(reader.position == position(end))
        #expect(try reader.next() == nil)
    }

    @Test mutating func `statements stand between transactions, with their GTID`() throws {
        let gtid = builder.offset
        add { $0.gtid(7, isStandalone: true) }
        let query = builder.offset
        add { $0.query("CREATE TABLE d.t (a INT)") }
        let end = builder.offset
        let (events, error) = ChangeReader(
            source: ScriptedSource(file: "f.1", events: events), start: nil, options: ReaderOptions()
        ).readAll()
        #expect(error == nil)
        guard case .statement(let statement) = try #require(events.last) else { return #expect(Bool(false)) }
        #expect(statement.position == BinlogPosition(file: "f.1", offset: query))
        #expect(statement.start == BinlogPosition(file: "f.1", offset: gtid))
        #expect(statement.next == BinlogPosition(file: "f.1", offset: end))
        #expect(statement.gtid == "0-1-7")
        #expect(statement.database == "d")
        #expect(statement.text == "CREATE TABLE d.t (a INT)")
    }

    @Test mutating func `CREATE TABLE … SELECT is a statement, then a transaction, and starts as a whole`() throws {
        let gtid = builder.offset
        add { $0.gtid(7) }
        add { $0.query("CREATE TABLE `t` (\n  `a` int(11)\n)") }
        insert(1)
        add { $0.xid() }
        #expect(
            log == [
                "idle", "statement: CREATE TABLE `t` (\n  `a` int(11)\n)", "begin 0-1-7", "rows d.t: insert a=1",
                "commit",
            ])
        let source = ScriptedSource(file: "f.1", events: events)
        let all = ChangeReader(source: source, start: nil, options: ReaderOptions()).readAll().events
        guard case .statement(let statement) = all[1] else { return #expect(Bool(false)) }
        #expect(statement.start.offset == gtid)
        #expect(statement.next.offset == gtid)
    }

    @Test mutating func `a transaction without rows of ours still passes its GTID`() {
        add { $0.gtid(7) }
        insert(1)
        add { $0.xid() }
        add { $0.gtid(8) }
        add { $0.query("ROLLBACK") }
        add { $0.gtid(9, isStandalone: true) }
        add { $0.query("DROP TEMPORARY TABLE IF EXISTS x") }
        let log = logOfFile(events, options: ReaderOptions(selects: { _, table in table != "t" }))
        #expect(log == ["idle", "begin 0-1-7", "commit", "begin 0-1-8", "commit", "begin 0-1-9", "commit"])
    }

    @Test mutating func `savepoints are passed over`() {
        add { $0.gtid(7) }
        insert(1)
        add { $0.query("SAVEPOINT `s`") }
        add { $0.query("ROLLBACK TO `s`") }
        add { $0.query("DROP TEMPORARY TABLE x") }
        insert(2)
        add { $0.xid() }
        #expect(log == ["idle", "begin 0-1-7", "rows d.t: insert a=1", "rows d.t: insert a=2", "commit"])
    }

    @Test mutating func `rows that are logged and rolled back are taken back`() {
        add { $0.gtid(7) }
        insert(1)
        add { $0.query("SAVEPOINT `s`") }
        insert(2)
        add { $0.query("SAVEPOINT `other`") }
        insert(3)
        // The server does not tell capitals from small letters in these names.
        add { $0.query("ROLLBACK TO `S`") }
        insert(4)
        add { $0.xid() }
        add { $0.gtid(8) }
        insert(5)
        add { $0.query("ROLLBACK") }
        #expect(
            log == [
                "idle", "begin 0-1-7", "rows d.t: insert a=1", "rows d.t: insert a=2", "rows d.t: insert a=3",
                "rollback keeping 1", "rows d.t: insert a=4", "commit", "begin 0-1-8", "rows d.t: insert a=5",
                "rollback keeping 0", "commit",
            ])
    }

    @Test mutating func `a rollback to a savepoint that was not set stops`() {
        add { $0.gtid(7) }
        insert(1)
        add { $0.query("SAVEPOINT `s`") }
        add { $0.query("SAVEPOINT `later`") }
        add { $0.query("ROLLBACK TO `s`") }
        let offset = builder.offset
        add { $0.query("ROLLBACK TO `later`") }
        #expect(log.last?.hasPrefix("error binlog.000001:\(offset): Query: ") == true)
        #expect(log.last?.contains("savepoint") == true)
    }

    @Test(arguments: [
        "INSERT INTO t VALUES (1)", "UPDATE t SET a = 2", "delete from t", "REPLACE INTO t VALUES (1)",
        "CREATE TABLE t SELECT * FROM u", "INSERT INTO T VALUES ('secret')", "UPDATE u, t SET t.a = 'secret'",
        "SET STATEMENT sql_mode='' FOR INSERT INTO t VALUES ('secret')",
    ])
    mutating func `a change that is logged as a statement stops and says how to go on`(text: String) {
        add { $0.gtid(7) }
        add { $0.event(.intVar, [2] + le(UInt64(5))) }
        let offset = builder.offset
        add { $0.query(text) }
        insert(1)
        add { $0.xid() }
        let end = builder.offset
        let log = logOfFile(events, options: ReaderOptions(selects: { _, table in table == "t" }))
        let error = log.last ?? ""
        #expect(log.count == 2, "\(log)")
        #expect(error.hasPrefix("error binlog.000001:\(offset): Query of "))
        #expect(error.contains(": rows were changed by a statement ("))
        #expect(error.contains("SET GLOBAL binlog_format=ROW"))
        #expect(error.contains("run --start binlog.000001:\(end) --reset-checkpoint"))
        #expect(!error.contains("VALUES") && !error.contains("secret"))  // no row data
    }

    @Test(arguments: ["INSERT INTO u VALUES (1)", "DELETE FROM e.t", "CREATE TABLE u SELECT * FROM t"])
    mutating func `a change that is logged as a statement flows past where its table is not selected`(text: String) {
        add { $0.gtid(7) }
        add { $0.query(text) }
        add { $0.xid() }
        add { $0.gtid(8, isStandalone: true) }
        add { $0.query(text) }
        add { $0.query(text) }
        let selected = ReaderOptions(selects: { database, table in database == "d" && table == "t" })
        #expect(
            logOfFile(events, options: selected) == ["idle", "begin 0-1-7", "commit", "begin 0-1-8", "commit"])
    }

    @Test mutating func `changes logged as text that are passed over are numbered in their transaction`() {
        for number: UInt64 in 7...8 {
            add { $0.gtid(number) }
            for text in ["DELETE FROM t", "DELETE FROM u", "DELETE FROM t"] { add { $0.query(text) } }
            add { $0.xid() }
        }
        let ordinals = Mutex<[Int]>([])
        let options = ReaderOptions(
            selects: { _, table in table == "t" },
            skipsStatement: { statement in ordinals.withLock { $0.append(statement.ordinal) } })
        let log = logOfFile(events, options: options)
        #expect(log == ["idle", "begin 0-1-7", "commit", "begin 0-1-8", "commit"])
        #expect(ordinals.withLock { $0 } == [0, 1, 0, 1])
    }

    @Test(arguments: [EventType.load, .newLoad, .createFile, .execLoad])
    mutating func `LOAD DATA of old servers stops`(type: EventType) {
        add { $0.event(type, [0, 0, 0, 0]) }
        #expect(log.last?.contains("SET GLOBAL binlog_format=ROW") == true)
    }

    @Test mutating func `a transaction that does not end is an error where the next one begins`() {
        let offset = builder.offset
        add { $0.gtid(7) }
        insert(1)
        add { $0.gtid(8) }
        #expect(log.last?.contains("the transaction that begins at offset \(offset) has no end") == true)
    }

    @Test mutating func `a transaction cut off by a crash is dropped if none of it was handed on`() {
        add { $0.gtid(7) }
        add { $0.tableMap(20) }
        #expect(log == ["idle"])
        add { $0.formatDescription(created: 5) }
        add { $0.gtid(7) }
        insert(1)
        add { $0.xid() }
        #expect(log == ["idle", "begin 0-1-7", "rows d.t: insert a=1", "commit"])
    }

    @Test mutating func `a log that ends inside a transaction is an error`() {
        add { $0.gtid(7) }
        insert(1)
        #expect(
            log.last?.hasPrefix("error binlog.000001:\(builder.offset): end of the file: the transaction that begins")
                == true)
    }

    @Test mutating func `rows outside a transaction are an error`() {
        insert(1)
        #expect(log.last?.contains("row changes outside a transaction") == true)
    }

    @Test mutating func `an end without a beginning is an error`() {
        add { $0.xid() }
        #expect(log.last?.contains("the end of a transaction whose beginning was not read") == true)
    }

    @Test mutating func `an announced two-phase ALTER is passed over, and the one that commits it is not`() {
        let announced = le(UInt64(7)) + le(UInt32(0)) + [0x23] + le(UInt64(1)) + [2]
        add { $0.event(.mariadbGTID, announced) }
        add { $0.query("ALTER TABLE t ADD b INT") }
        let committed = le(UInt64(8)) + le(UInt32(0)) + [0x23] + le(UInt64(1)) + [4] + le(UInt64(7))
        add { $0.event(.mariadbGTID, committed) }
        add { $0.query("ALTER TABLE t ADD b INT") }
        #expect(log == ["idle", "begin 0-1-7", "commit", "statement 0-1-8: ALTER TABLE t ADD b INT"])
    }
}
