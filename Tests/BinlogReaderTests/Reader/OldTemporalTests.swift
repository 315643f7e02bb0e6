import Rows
import Testing

@testable import BinlogReader

/// MariaDB's formats of DATETIME, TIME and TIMESTAMP before 10.1, in which the log does not tell fraction digits.
@Suite struct OldTemporalTests {
    /// `types` of a table, and the rows of one event.
    private func log(_ types: [UInt8], _ rows: [UInt8], version: String = "10.11.19-MariaDB-log") -> [String] {
        var builder = EventBuilder()
        builder.serverVersion = version
        var events = [builder.formatDescription(), builder.gtid(1)]
        events.append(builder.event(.tableMap, EventBuilder.tableMapBody(9, types: types, metadata: [])))
        events.append(builder.rows(.writeRowsV1, 9, columnCount: types.count, rows))
        events.append(builder.xid())
        return logOfFile(events).filter { $0.hasPrefix("rows") || $0.hasPrefix("error") }
    }

    /// 2024-02-29 23:59:59, and 12:34:56 negative
    private let dateTime = hex("f77cac8b68120000")
    private let time = hex("c01dfe")

    @Test func `without fraction digits they are read`() {
        let row = [0xF8] + le(Int32(1)) + dateTime + time
        #expect(
            log([3, 12, 11], row + row) == [
                "rows d.t: insert @1=1 @2=2024-02-29 23:59:59 @3=-12:34:56 | insert @1=1 @2=2024-02-29 23:59:59 @3=-12:34:56"
            ])
    }

    @Test(
        arguments: [
            ("DATETIME(3)", 12, "422bb811c49301"), ("DATETIME(6)", 12, "027ac70567e000c0"), ("TIME(2)", 11, "bba5f402"),
            ("TIME(6)", 11, "c9c9ba7a407f"), ("TIMESTAMP(4)", 7, "65e11a7f04d2"),
        ] as [(String, UInt8, String)])
    func `with fraction digits they are refused, with what mends it`(type: String, code: UInt8, value: String) {
        // As 10.11 wrote them after SET GLOBAL mysql56_temporal_format = OFF.
        let row = [0xFC] + le(Int32(1)) + hex(value)
        for count in 1...9 {
            let rows = (0..<count).flatMap { _ in row }
            let last = log([3, code], rows).last ?? ""
            #expect(last.contains("the log does not tell their fraction digits"), "\(count) rows of \(type)")
            #expect(last.contains("ALTER TABLE … FORCE"))
        }
    }

    @Test func `where no bit of the bitmap is spare, only a single row is sure`() {
        let types: [UInt8] = [3, 12, 1, 1, 1, 1, 1, 1]
        let row = [0x00] + le(Int32(1)) + dateTime + [1, 2, 3, 4, 5, 6]
        #expect(log(types, row).last?.hasPrefix("rows") == true)
        #expect(log(types, row + row).last?.contains("fraction digits") == true)
    }

    @Test func `MySQL never had others`() {
        let types: [UInt8] = [3, 12, 1, 1, 1, 1, 1, 1]
        let row = [0x00] + le(Int32(1)) + dateTime + [1, 2, 3, 4, 5, 6]
        var builder = EventBuilder()
        builder.serverVersion = "5.5.62-log"
        // MariaDB is told by its event types too: take them away.
        var format = le(UInt16(4)) + Array("5.6.51-log".utf8) + [UInt8](repeating: 0, count: 40) + le(UInt32(0)) + [19]
        format += EventBuilder.postHeaderLengths.prefix(35) + [1]
        var events = [builder.event(.formatDescription, format), builder.query("BEGIN")]
        events.append(builder.event(.tableMap, EventBuilder.tableMapBody(9, types: types, metadata: [])))
        events.append(builder.rows(.writeRowsV1, 9, columnCount: types.count, row + row))
        events.append(builder.xid())
        #expect(logOfFile(events).last == "commit")
    }
}
