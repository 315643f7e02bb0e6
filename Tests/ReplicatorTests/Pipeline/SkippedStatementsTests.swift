import Rows
import Testing

@testable import BinlogReader
@testable import Replicator

@Suite struct SkippedStatementsTests {
    private func statement(_ offset: UInt64, file: Int = 1) -> SkippedStatement {
        let position = BinlogPosition(file: "binlog.00000\(file)", offset: offset)
        return SkippedStatement(position: position, keyword: "INSERT", table: "d.t")
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
}
