import Rows
import Testing

@testable import BinlogReader

@Suite struct TransactionWalkTests {
    @Test(arguments: [0, 8])
    func `headers may be longer than usual, as one old fork writes them`(extraLength: Int) throws {
        var builder = EventBuilder()
        builder.extraHeaderLength = extraLength
        let events = [
            builder.formatDescription(), builder.gtid(1), builder.tableMap(7),
            builder.rows(.writeRowsV1, 7, [0xFE, 1, 0, 0, 0]), builder.xid(), builder.gtid(2, isStandalone: true),
            builder.query("DROP TABLE t"),
        ]
        #expect(logOfFile(events).contains("rows d.t: insert a=1"))
        let head = BinlogPosition(file: "binlog.000001", offset: 4)
        var walk = TransactionWalk(source: ScriptedSource(file: head.file, events: events), start: head)
        var gtids: [String?] = []
        while let transaction = try walk.next() { gtids.append(transaction.gtid) }
        #expect(gtids == ["0-1-1", "0-1-2"])
    }
}
