import Rows
import Testing

@testable import BinlogReader
@testable import Replicator

@Suite struct SkippedStatementsTests {
    private func statement(_ offset: UInt64, file: Int = 1, ordinal: Int = 0) -> SkippedStatement {
        let position = BinlogPosition(file: "binlog.00000\(file)", offset: offset)
        return SkippedStatement(position: position, keyword: "INSERT", table: "d.t", ordinal: ordinal)
    }

    @Test func `each is counted once, and the first ones are told, then one a minute`() {
        let skipped = SkippedStatements()
        let told = (1...100).map { skipped.note(statement($0), now: Double($0)) }
        #expect(told.compactMap { $0 } == [1, 2, 3, 4, 5, 65])
        #expect(skipped.count == 100)
        // Read again after a lost connection; then the log goes on in another file.
        #expect(skipped.note(statement(100), now: 1e6) == nil)
        #expect(skipped.note(statement(7), now: 1e6) == nil)
        #expect(skipped.note(statement(4, file: 2), now: 1e6) == 101)
    }

    @Test func `of several at one position each is counted once`() {
        let skipped = SkippedStatements()
        let told = [(7, 0), (7, 1), (7, 0), (7, 1), (7, 2), (8, 0), (7, 2)].map {
            skipped.note(statement($0.0, ordinal: $0.1))
        }
        #expect(told == [1, 2, nil, nil, 3, 4, nil])
    }

    @Test func `places in one server's log say nothing of another's`() {
        let progress = Progress()
        #expect(progress.skippedStatements.note(statement(100, file: 9)) == 1)
        progress.moved()
        #expect(progress.skippedStatements.note(statement(4)) == 2)
        #expect(progress.skippedStatements.note(statement(4)) == nil)
    }
}
