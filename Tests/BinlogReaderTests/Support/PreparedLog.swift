import Rows

@testable import BinlogReader

/// Makes logs with XA transactions, as MariaDB writes them, of tables `d.t` and `d.u` with a column `a`.
struct PreparedLog {
    var builder = EventBuilder()
    var events: [[UInt8]] = []
    private var gtid: UInt64 = 0

    init() {
        events.append(builder.formatDescription())
    }

    mutating func add(_ make: (inout EventBuilder) -> [UInt8]) {
        events.append(make(&builder))
    }

    /// Where what comes next begins.
    var end: UInt64 { builder.offset }

    mutating func insert(_ values: [Int32], into table: String = "t") {
        let id: UInt64 = table == "t" ? 20 : 21
        add { $0.tableMap(id, table) }
        add { $0.rows(.writeRowsV1, id, values.flatMap { [0xFE] + le($0) }) }
    }

    /// Rows of `t`, with a 1 each: 100 bytes that zlib has made fewer than there are rows.
    mutating func insertTwentyCompressed() {
        add { $0.tableMap(20) }
        let rows = hex("81 64 78dafbc7c8c0c0f08fb60400167213ed")
        add { $0.event(.compressedWriteRowsV1, EventBuilder.rowsBody(.writeRowsV1, 20, columnCount: 1) + rows) }
    }

    static func name(_ letter: Character) -> String {
        "X'\(String(letter.asciiValue ?? 0, radix: 16))',X'',1"
    }

    private func xid(_ letter: Character) -> UInt8 { letter.asciiValue ?? 0 }

    /// A group that prepares the transaction `letter`; `content` adds what is between its GTID and its XA END.
    mutating func prepare(_ letter: Character, _ content: (inout PreparedLog) -> Void) {
        gtid += 1
        let (gtid, xid) = (gtid, xid(letter))
        // FL_PREPARED_XA, FL_TRANSACTIONAL, FL_ALLOW_PARALLEL
        add { $0.event(.mariadbGTID, le(gtid) + le(UInt32(0)) + [0x4C] + le(UInt32(1)) + [1, 0, xid]) }
        content(&self)
        add { $0.query("XA END \(Self.name(letter))") }
        addXAPrepare(letter, isOnePhase: false)
    }

    mutating func addXAPrepare(_ letter: Character, isOnePhase: Bool) {
        let xid = xid(letter)
        add { $0.event(.xaPrepare, [isOnePhase ? 1 : 0] + le(UInt32(1)) + le(UInt32(1)) + le(UInt32(0)) + [xid]) }
    }

    mutating func prepare(_ letter: Character, inserting values: [Int32], into table: String = "t") {
        prepare(letter) { $0.insert(values, into: table) }
    }

    mutating func commit(_ letter: Character) { end(letter, "XA COMMIT") }
    mutating func rollBack(_ letter: Character) { end(letter, "XA ROLLBACK") }

    private mutating func end(_ letter: Character, _ statement: String) {
        gtid += 1
        let gtid = gtid
        add { $0.gtid(gtid, isStandalone: true) }
        add { $0.query("\(statement) \(Self.name(letter))") }
    }

    /// A group with a statement, and the rows that `content` adds.
    mutating func text(_ statement: String, _ content: (inout PreparedLog) -> Void = { _ in }) {
        gtid += 1
        let gtid = gtid
        add { $0.gtid(gtid) }
        add { $0.query(statement) }
        content(&self)
        add { $0.xid() }
    }

    /// An ordinary transaction.
    mutating func transaction(_ values: [Int32]) {
        gtid += 1
        let gtid = gtid
        add { $0.gtid(gtid) }
        insert(values)
        add { $0.xid() }
    }

    /// What a reader makes of it that begins at `start`, the head if nil, and reads up to `end`.
    func read(
        from start: UInt64? = nil, to end: UInt64? = nil, _ prepared: PreparedTransactions = PreparedTransactions(),
        earlier: LogSearch? = nil, selects: @escaping @Sendable (_ table: String) -> Bool = { _ in true },
        tells: ((LookBack) -> Void)? = nil
    ) -> (events: [SourceEvent], error: (any Error)?) {
        let position = start.map { BinlogPosition(file: "binlog.000001", offset: $0) }
        var options = ReaderOptions(selects: { _, table in selects(table) }, prepared: prepared)
        options.earlierLog = earlier.map { log in { log } }
        options.tellsLookBack = tells
        return ChangeReader(source: source(from: start, to: end), start: position, options: options).readAll()
    }

    /// Its events from `start` on, the head if nil, and up to `end`.
    func source(from start: UInt64? = nil, to end: UInt64? = nil, file: String = "binlog.000001") -> ScriptedSource {
        var steps = [ScriptedSource.Step.moved(.init(file: file, offset: 4))]
        var offset: UInt64 = 4
        for (index, event) in events.enumerated() {
            let isWanted = offset >= start ?? 0 && offset < end ?? .max
            if index == 1, let start { steps.append(.moved(.init(file: file, offset: start))) }
            if index == 0 || isWanted { steps.append(.event(event)) }
            offset += UInt64(event.count)
        }
        return ScriptedSource(steps)
    }

    func log(
        from start: UInt64? = nil, to end: UInt64? = nil, _ prepared: PreparedTransactions = PreparedTransactions(),
        earlier: LogSearch? = nil, selects: @escaping @Sendable (_ table: String) -> Bool = { _ in true }
    ) -> [String] {
        let (events, error) = read(from: start, to: end, prepared, earlier: earlier, selects: selects)
        return events.map(EventLog.line).filter { $0 != "idle" } + (error.map { ["error \($0)"] } ?? [])
    }
}
