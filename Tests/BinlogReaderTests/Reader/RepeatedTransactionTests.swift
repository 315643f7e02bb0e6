import Rows
import Testing

@testable import BinlogReader

/// Transactions that were taken in before, and come again.
@Suite struct RepeatedTransactionTests {
    private var log = PreparedLog()

    /// What a reader makes of the log that is told that GTIDs up to `last` come again.
    private func lines(upTo last: UInt64) -> [String] {
        var options = ReaderOptions()
        options.isRepeated = { (MariaDBGTID($0)?.number ?? .max) <= last }
        let (events, error) = ChangeReader(source: log.source(), start: nil, options: options).readAll()
        return events.map(EventLog.line).filter { $0 != "idle" } + (error.map { ["error \($0)"] } ?? [])
    }

    @Test mutating func `what could not be followed is passed over as their rows are`() {
        log.transaction([1])
        // Prepared in another server's log.
        log.commit("z")
        log.text("INSERT INTO t VALUES (9)")
        log.text("CREATE TABLE d.n (a INT)") { $0.insert([2], into: "u") }
        let count = 4
        log.transaction([3])
        #expect(
            lines(upTo: UInt64(count))
                == (1...count).flatMap { ["begin 0-1-\($0)", "commit"] } + [
                    "begin 0-1-5", "rows d.t: insert a=3", "commit",
                ])
        #expect(lines(upTo: 1).last?.contains("prepared before reading began") == true)
        #expect(lines(upTo: 2).last?.contains("logged as text") == true)
    }

    @Test mutating func `what they prepare is kept, unless they commit it too`() {
        log.prepare("a", inserting: [1])
        log.prepare("b", inserting: [2])
        log.commit("a")
        log.commit("b")
        let begun = (1...3).flatMap { ["begin 0-1-\($0)", "commit"] }
        #expect(lines(upTo: 3) == begun + ["begin 0-1-4", "rows d.t: insert a=2", "commit"])
        #expect(lines(upTo: 4) == begun + ["begin 0-1-4", "commit"])
    }
}
