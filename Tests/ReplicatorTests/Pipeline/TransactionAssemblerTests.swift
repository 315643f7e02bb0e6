import BinlogReader
import Rows
import Sinks
import Testing

@testable import Replicator

@Suite struct TransactionAssemblerTests {
    private let start = ResumePosition(
        position: BinlogPosition(file: "binlog.000001", offset: 4), gtids: "0-1-9,1-1-5", commitMicroseconds: 0)

    private func position(_ offset: UInt64) -> BinlogPosition { BinlogPosition(file: "binlog.000001", offset: offset) }

    private func begin(_ offset: UInt64, _ gtid: String = "0-1-10") -> SourceEvent {
        .begin(TransactionStart(position: position(offset), gtid: gtid, headerMicroseconds: 70))
    }

    private func rows(_ offset: UInt64, bytes: Int = 10) -> SourceEvent {
        let table = Table(database: "shop", name: "t", columns: [], primaryKey: [])
        var batch = RowBatch(
            table: table, origin: Origin(position: position(offset), gtid: "0-1-10", commitMicroseconds: 1))
        batch.bytes = [UInt8](repeating: 0, count: bytes)
        batch.rows = [Row(operation: .insert, before: -1, after: 0, index: 0)]
        return .rows(batch)
    }

    private func commit(_ next: UInt64) -> SourceEvent {
        .commit(TransactionEnd(next: position(next), commitMicroseconds: 99))
    }

    @Test func `a transaction comes out whole, with the time of its commit and the position behind it`() throws {
        var assembler = TransactionAssembler(resume: start, maximumByteCount: 1 << 20)
        #expect(try assembler.add(begin(100)) == nil)
        #expect(try assembler.add(rows(150)) == nil)
        #expect(try assembler.add(rows(200)) == nil)
        guard case .rows(let batches, let resume?) = try assembler.add(commit(300)) else {
            Issue.record("no rows came out")
            return
        }
        #expect(batches.map(\.origin.position.offset) == [150, 200])
        #expect(batches.allSatisfy { $0.origin.commitMicroseconds == 99 })
        #expect(resume.position == position(300))
        #expect(resume.gtids == "0-1-10,1-1-5")
        #expect(resume.commitMicroseconds == 99)
    }

    @Test func `a transaction over the limit comes in parts, all with the time of its beginning`() throws {
        var assembler = TransactionAssembler(resume: start, maximumByteCount: 1000)
        _ = try assembler.add(begin(100))
        #expect(try assembler.add(rows(150, bytes: 600)) == nil)
        guard case .rows(let part, nil) = try assembler.add(rows(200, bytes: 600)) else {
            Issue.record("no part came out")
            return
        }
        #expect(part.count == 2)
        #expect(assembler.resume == start)
        _ = try assembler.add(rows(250))
        guard case .rows(let rest, let resume?) = try assembler.add(commit(300)) else {
            Issue.record("the rest did not come out")
            return
        }
        #expect((part + rest).allSatisfy { $0.origin.commitMicroseconds == 70 })
        #expect(resume.position == position(300))
        #expect(assembler.splitCount == 1)
    }

    @Test func `rows that were rolled back do not come out`() throws {
        var assembler = TransactionAssembler(resume: start, maximumByteCount: 1000)
        for event in [begin(100), rows(150), rows(200), rows(250), .rollback(keeping: 1), rows(300)] {
            #expect(try assembler.add(event) == nil)
        }
        guard case .rows(let batches, _?) = try assembler.add(commit(400)) else {
            Issue.record("no rows came out")
            return
        }
        #expect(batches.map(\.origin.position.offset) == [150, 300])
        for event in [begin(400), rows(450), .rollback(keeping: 0)] { #expect(try assembler.add(event) == nil) }
        guard case .position(let resume) = try assembler.add(commit(500)) else {
            Issue.record("the position did not move")
            return
        }
        #expect(resume.position == position(500))
    }

    @Test func `what was handed on in parts cannot be rolled back`() throws {
        var assembler = TransactionAssembler(resume: start, maximumByteCount: 1000)
        for event in [begin(100), rows(150, bytes: 600), rows(200, bytes: 600), rows(250)] {
            _ = try assembler.add(event)
        }
        #expect(try assembler.add(.rollback(keeping: 2)) == nil)
        let error = #expect(throws: AssemblyError.self) { try assembler.add(.rollback(keeping: 1)) }
        #expect(error?.description.hasPrefix("binlog.000001:100: ") == true)
        #expect(error?.description.contains("transaction-bytes") == true)
    }

    @Test func `what the last run handed on in parts cannot be rolled back under a larger limit`() throws {
        func add(applied offset: UInt64) throws {
            let applied = ChangeVersion(generation: 0, sequence: 1, offset: offset, row: 0)
            var assembler = TransactionAssembler(resume: start, maximumByteCount: 1 << 20, applied: [applied])
            for event in [begin(100), rows(150), rows(200), .rollback(keeping: 1)] { _ = try assembler.add(event) }
        }
        #expect(throws: AssemblyError.self) { try add(applied: 200) }
        // Kept, or of another transaction.
        for offset: UInt64 in [150, 300] { try add(applied: offset) }
    }

    @Test func `a transaction without selected rows moves the position only`() throws {
        var assembler = TransactionAssembler(resume: start, maximumByteCount: 1000)
        _ = try assembler.add(begin(100, "1-7-6"))
        guard case .position(let resume) = try assembler.add(commit(200)) else {
            Issue.record("the position did not move")
            return
        }
        #expect(resume.gtids == "0-1-9,1-7-6")
    }

    @Test func `idleness inside a transaction does not move the position`() throws {
        var assembler = TransactionAssembler(resume: start, maximumByteCount: 1000)
        _ = try assembler.add(begin(100))
        #expect(try assembler.add(.idle(position(150))) == nil)
        #expect(assembler.resume == start)
    }

    @Test func `an order of events that no log has is an error`() throws {
        var assembler = TransactionAssembler(resume: start, maximumByteCount: 1000)
        #expect(throws: AssemblyError.self) { try assembler.add(rows(100)) }
        _ = try assembler.add(begin(100))
        #expect(throws: AssemblyError.self) { try assembler.add(begin(200)) }
    }
}

extension Optional where Wrapped == TransactionAssembler.Output {
    static func == (left: Self, right: _OptionalNilComparisonType) -> Bool {
        if case .none = left { true } else { false }
    }
}

@Suite struct ChangeVersionSkipTests {
    private func batch(offset: UInt64, rows: Int) -> RowBatch {
        let table = Table(database: "shop", name: "t", columns: [], primaryKey: [])
        var batch = RowBatch(
            table: table,
            origin: Origin(
                position: BinlogPosition(file: "binlog.000002", offset: offset), gtid: nil, commitMicroseconds: 0))
        for index in 0..<rows {
            batch.rows.append(Row(operation: .insert, before: -1, after: 0, index: UInt32(index)))
        }
        return batch
    }

    private func version(_ offset: UInt64, _ row: UInt32) -> ChangeVersion {
        ChangeVersion(generation: 0, sequence: 2, offset: offset, row: row)
    }

    @Test func `what was applied is skipped, row by row`() {
        #expect(batch(offset: 100, rows: 3).after(version(100, 1), from: nil)?.rows.map(\.index) == [2])
        #expect(batch(offset: 100, rows: 3).after(version(100, 2), from: nil) == nil)
        #expect(batch(offset: 100, rows: 3).after(version(90, 7), from: nil)?.rows.count == 3)
        #expect(batch(offset: 100, rows: 3).after(nil, from: nil)?.rows.count == 3)
    }

    @Test func `what lies before a lane's own resume position is skipped`() {
        let start = BinlogPosition(file: "binlog.000002", offset: 150)
        #expect(batch(offset: 100, rows: 3).after(nil, from: start) == nil)
        #expect(batch(offset: 150, rows: 3).after(nil, from: start)?.rows.count == 3)
        let later = BinlogPosition(file: "binlog.1000000", offset: 4)
        #expect(batch(offset: 100, rows: 3).after(nil, from: later) == nil)
    }
}

extension Optional where Wrapped == RowBatch {
    fileprivate static func == (left: Self, right: _OptionalNilComparisonType) -> Bool {
        if case .none = left { true } else { false }
    }
}
