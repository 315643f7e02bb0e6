import Foundation
import TestSupport
import Testing

@testable import BinlogReader

/// What grows by more than its bytes: the time that an event takes is bounded by its size, however it was made.
@Suite struct HostileTimeTests {
    @Test(arguments: ["EXPLAIN ", "DESCRIBE ", "ANALYZE ", "SET STATEMENT a=1 FOR ", "CREATE TABLE (", "("])
    func `words that are repeated 200,000 times are no deeper for it`(words: String) {
        let text = Array(String(repeating: words, count: 200_000).utf8)
        let kind = StatementKind(text + Array("INSERT INTO t VALUES (1)".utf8))
        #expect(kind != .begin)
    }

    /// Each took time that grew with the square: a minute for 65 KB.
    @Test(arguments: ["CREATE TABLE ", "SAVEPOINT ", "ROLLBACK TO ", "XA START "])
    func `of words that are repeated behind ANALYZE none is a statement`(words: String) {
        let text = Array(("ANALYZE FORMAT=JSON " + String(repeating: words, count: 20_000)).utf8)
        #expect(StatementKind(text) == .other)
    }

    @Test(arguments: ["ANALYZE", "ANALYZE FORMAT=JSON", "EXPLAIN ANALYZE"])
    func `a statement in a statement is still found`(word: String) {
        let text = "SET STATEMENT max_statement_time=1 FOR \(word) INSERT INTO t VALUES (1)"
        guard case .change(let change) = StatementKind(Array(text.utf8)) else { return #expect(Bool(false)) }
        #expect(change.table == StatementChange.Table(database: nil, name: "t"))
    }

    @Test func `a transaction may set as many savepoints as it likes`() {
        var savepoints = Savepoints()
        for count in 0..<300_000 { savepoints.set("S\(count)", rowsEventCount: count) }
        for count in 0..<300_000 { savepoints.set("again", rowsEventCount: count) }
        #expect(savepoints.rollBack(to: "nowhere") == nil)
        #expect(savepoints.rollBack(to: "AGAIN") == 299_999)
        #expect(savepoints.rollBack(to: "s7") == 7)
        #expect(savepoints.rollBack(to: "again") == nil)
        #expect(savepoints.rollBack(to: "s8") == nil)
        savepoints.set("s8", rowsEventCount: 20)
        savepoints.set("S3", rowsEventCount: 21)
        // Set again, it stands behind the others.
        #expect(savepoints.rollBack(to: "s8") == 20)
        #expect(savepoints.rollBack(to: "s3") == nil)
        #expect(savepoints.rollBack(to: "s2") == 2)
    }

    @Test func `a statement may name as many tables as it likes`() {
        var builder = EventBuilder()
        var events = [builder.formatDescription(), builder.gtid(1)]
        for id in 1...20_000 { events.append(builder.tableMap(UInt64(id), "t\(id)")) }
        events.append(builder.rows(.writeRowsV1, 1, [0xFE] + le(Int32(7))))
        events.append(builder.xid())
        #expect(logOfFile(events) == ["idle", "begin 0-1-1", "rows d.t1: insert a=7", "commit"])
    }

    @Test func `a set of many intervals is read in their order, and in no other`() throws {
        func set(_ starts: [UInt64], sources: Int = 1) throws -> GTIDSet {
            var bytes = le(UInt64(sources))
            for _ in 0..<sources {
                bytes += [UInt8](repeating: 7, count: 16) + le(UInt64(starts.count))
                for start in starts { bytes += le(start) + le(start + 1) }
            }
            var body = ByteCursor(bytes.span.bytes)
            return try GTIDSet(from: &body)
        }
        let starts = (0..<300_000).map { UInt64($0) * 2 + 1 }
        let whole = try set(starts)
        let source = GTIDSet.Source(uuid: GTIDSource.text(of: [UInt8](repeating: 7, count: 16)), tag: "")
        #expect(whole.contains(77_777, of: source) && !whole.contains(77_778, of: source))
        #expect(whole.contains(599_999, of: source) && !whole.contains(600_001, of: source))
        #expect(throws: DecodeError.self) { try set(starts.reversed()) }
        #expect(throws: DecodeError.self) { try set([5], sources: 2) }
        // More than there are bytes for.
        var lying = le(UInt64(1)) + [UInt8](repeating: 7, count: 16) + le(UInt64.max)
        lying += le(UInt64(1)) + le(UInt64(2))
        #expect(throws: DecodeError.self) {
            var body = ByteCursor(lying.span.bytes)
            _ = try GTIDSet(from: &body)
        }
    }

    @Test func `metadata that names a column again and again is looked up at once`() throws {
        // 65,536 columns of text, each with a character set of its own, each named thrice.
        let count = 65_536
        var exceptions: [UInt8] = [45]
        for index in 0..<count * 3 { exceptions += [252] + le(UInt16(index % count)) + [8] }
        let optional = [2, 254] + le(UInt64(exceptions.count)) + exceptions
        let columns = EventBuilder.manyColumns(
            count, type: 15, metadata: [100, 0], optional: optional)
        var builder = EventBuilder()
        let log = logOfFile([builder.formatDescription(), builder.gtid(1), builder.event(.tableMap, columns)])
        #expect(log == ["idle"] || log.last?.contains("error") == false, "\(log)")
        var key: [UInt8] = []
        for index in 0..<count * 2 { key += [252] + le(UInt16(index % count)) }
        let body = EventBuilder.manyColumns(
            count, type: 3, metadata: [], optional: [8, 254] + le(UInt64(key.count)) + key)
        let refused = logOfFile([builder.formatDescription(), builder.gtid(1), builder.event(.tableMap, body)])
        #expect(refused.last?.contains("impossible optional metadata") == true, "\(refused)")
    }
}

extension EventBuilder {
    /// A TABLE_MAP with columns of one type.
    static func manyColumns(_ count: Int, type: UInt8, metadata: [UInt8], optional: [UInt8] = []) -> [UInt8] {
        let bytes = (0..<count).flatMap { _ in metadata }
        var body =
            Array(le(UInt64(42)).prefix(6)) + le(UInt16(1)) + [1] + Array("d".utf8) + [0, 1] + Array("t".utf8) + [0]
        body += [254] + le(UInt64(count)) + [UInt8](repeating: type, count: count)
        body += [254] + le(UInt64(bytes.count)) + bytes
        return body + [UInt8](repeating: 0xFF, count: (count + 7) / 8) + optional
    }
}
