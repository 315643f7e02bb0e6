import Rows
import Testing

@testable import BinlogReader

/// XA transactions, whose rows come where they are committed.
@Suite struct PreparedTests {
    private var log = PreparedLog()

    @Test mutating func `rows come with the commit, under its GTID, in the order of commits`() {
        log.prepare("a", inserting: [1])
        log.prepare("b") {
            $0.insert([2])
            $0.insert([3], into: "u")
        }
        log.transaction([4])
        log.commit("b")
        log.commit("a")
        #expect(
            log.log() == [
                "begin 0-1-1", "commit", "begin 0-1-2", "commit", "begin 0-1-3", "rows d.t: insert a=4", "commit",
                "begin 0-1-4", "rows d.t: insert a=2", "rows d.u: insert a=3", "commit", "begin 0-1-5",
                "rows d.t: insert a=1", "commit",
            ])
    }

    @Test mutating func `what is rolled back, and what has no selected rows, only passes its GTIDs`() {
        log.prepare("a") { _ in }
        log.commit("a")
        log.prepare("a", inserting: [1])
        log.rollBack("a")
        log.rollBack("z")
        #expect(log.log() == (1...5).flatMap { ["begin 0-1-\($0)", "commit"] })
        log.prepare("a", inserting: [1])
        log.commit("a")
        #expect(log.log(selects: { $0 != "t" }) == (1...7).flatMap { ["begin 0-1-\($0)", "commit"] })
    }

    @Test mutating func `a name that comes again means what was prepared last`() {
        log.prepare("a", inserting: [1])
        log.commit("a")
        log.prepare("a", inserting: [2])
        log.rollBack("a")
        log.prepare("a", inserting: [3])
        log.commit("a")
        #expect(log.log().filter { $0.hasPrefix("rows") } == ["rows d.t: insert a=1", "rows d.t: insert a=3"])
    }

    @Test mutating func `savepoints act as where there is no XA`() {
        log.prepare("a") {
            $0.insert([1])
            $0.add { $0.query("SAVEPOINT `s`") }
            $0.insert([2])
            $0.add { $0.query("ROLLBACK TO `s`") }
            $0.insert([3])
        }
        log.commit("a")
        #expect(
            log.log().suffix(6) == [
                "begin 0-1-2", "rows d.t: insert a=1", "rows d.t: insert a=2", "rollback keeping 1",
                "rows d.t: insert a=3", "commit",
            ])
    }

    @Test mutating func `rows lie at the commit, in order, whatever is selected`() {
        log.prepare("a") {
            $0.insert([1, 2])
            $0.insert([3], into: "u")
            $0.insert([4])
        }
        let commit = log.end + UInt64(EventBuilder.gtidSize)
        log.commit("a")
        // Each row takes five bytes.
        #expect(places(["t", "u"], commit) == ["t 0", "t 1", "u 10", "t 15"])
        #expect(places(["t"], commit) == ["t 0", "t 1", "t 15"])
        #expect(places(["u"], commit) == ["u 10"])
    }

    @Test mutating func `rows of compressed events are numbered by what these are inflated to`() {
        log.prepare("a") {
            $0.insertTwentyCompressed()
            $0.insert([3], into: "u")
            $0.insertTwentyCompressed()
            $0.insert([4])
        }
        let commit = log.end + UInt64(EventBuilder.gtidSize)
        log.commit("a")
        let first = (0..<20).map { "t \($0)" }
        let second = (105..<125).map { "t \($0)" }
        #expect(places(["t", "u"], commit) == first + ["u 100"] + second + ["t 205"])
        #expect(places(["t"], commit) == first + second + ["t 205"])
        #expect(places(["u"], commit) == ["u 100"])
    }

    /// The tables and numbers of the rows that lie at `commit`, where all must.
    private func places(_ tables: Set<String>, _ commit: UInt64) -> [String] {
        log.read { tables.contains($0) }.events.flatMap { event -> [String] in
            guard case .rows(let batch) = event else { return [] }
            #expect(batch.origin.position == BinlogPosition(file: "binlog.000001", offset: commit))
            #expect(batch.origin.gtid == "0-1-2")
            return batch.rows.map { "\(batch.table.name) \($0.index)" }
        }
    }

    @Test mutating func `a commit of what was prepared before reading began stops, and says how to go on`() {
        log.transaction([1])
        let commit = log.end + UInt64(EventBuilder.gtidSize)
        log.commit("a")
        let error = log.log().last ?? ""
        #expect(
            error.hasPrefix("error binlog.000001:\(commit): Query: XA COMMIT X'61',X'',1 commits a transaction that"))
        #expect(error.contains("--start FILE:OFFSET") && error.contains("--start binlog.000001:\(log.end) --reset"))
    }

    @Test(arguments: [0, 600_000])
    mutating func `a row that cannot be read stops at its own event, in whichever of its batches`(before: Int) {
        var event: UInt64 = 0
        log.prepare("a") {
            $0.add { $0.tableMap(20) }
            event = $0.end
            $0.add { $0.rows(.writeRowsV1, 20, [UInt8](repeating: 0xFF, count: before) + [0xFE, 1]) }
        }
        log.commit("a")
        let error = log.log().last
        #expect(
            error?.hasPrefix("error binlog.000001:\(event): Write_rows_v1 in XA COMMIT of d.t, ") == true,
            "\(error ?? "")")
    }

    @Test mutating func `a name that is longer than servers allow stops, and is not repeated`() throws {
        let name = "X'\(String(repeating: "61", count: 64))',X'\(String(repeating: "62", count: 64))',2147483647"
        for (name, fault) in [
            (name, "XA COMMIT \(name) commits"), ("X'" + String(repeating: "6", count: 100_000), "longer"),
        ] {
            for statement in ["XA START", "XA COMMIT", "XA ROLLBACK"] {
                var log = PreparedLog()
                log.add { $0.gtid(1) }
                log.add { $0.query("\(statement) \(name)") }
                log.add { $0.gtid(2) }
                let last = try #require(log.log().last)
                #expect(last.utf8.count < 1000)
                #expect(last.contains(fault) == (fault == "longer" || statement == "XA COMMIT"), "\(last)")
            }
        }
    }

    @Test func `what is said of rows that were passed over is no more than an event's`() {
        func read(_ byteCount: UInt64) -> SpoolRecord.PassedOver? {
            SpoolRecord.PassedOver(tableID: 7, byteCount: byteCount, endsStatement: true).encoded.withUnsafeBytes {
                SpoolRecord.PassedOver($0)
            }
        }
        #expect(read(UInt64(UInt32.max))?.byteCount == UInt64(UInt32.max))
        #expect(read(UInt64(UInt32.max) + 1) == nil)
        #expect(read(UInt64(Int.max)) == nil)
    }

    @Test mutating func `a change logged as text stops where it is committed`() {
        log.prepare("a") {
            $0.insert([1])
            $0.add { $0.query("INSERT INTO t VALUES (9)") }
        }
        log.commit("a")
        let lines = log.log()
        #expect(lines.contains("rows d.t: insert a=1"))
        #expect(lines.last?.contains("Query of d.t: rows were changed by a statement (INSERT)") == true)
        #expect(lines.last?.contains("run --start binlog.000001:\(log.end) --reset-checkpoint") == true)
    }

    @Test mutating func `rows of a table that was not selected when they were prepared stop`() throws {
        let prepared = try PreparedTransactions(folder: nil)
        let start = log.end
        log.prepare("a", inserting: [1], into: "u")
        let middle = log.end
        log.commit("a")
        #expect(log.log(to: middle, prepared) { $0 == "t" } == ["begin 0-1-1", "commit"])
        let error = log.log(from: middle, prepared).last
        #expect(error?.contains("rows of d.u, which was not replicated where they were prepared") == true)
        #expect(error?.contains("run --start binlog.000001:\(start) --reset-checkpoint") == true)
        #expect(log.log(from: middle, prepared) { $0 == "t" } == ["begin 0-1-2", "commit"])
    }

    @Test(arguments: [false, true]) mutating func `MySQL's are told by their statements`(isOnePhase: Bool) {
        let gtid = [0] + [UInt8](repeating: 0xAB, count: 16)
        let name = "abababab-abab-abab-abab-abababababab"
        log.add { $0.event(.gtid, gtid + le(UInt64(1))) }
        log.add { $0.query("XA START X'61',X'',1") }
        log.insert([1])
        log.add { $0.query("XA END X'61',X'',1") }
        log.addXAPrepare("a", isOnePhase: isOnePhase)
        if isOnePhase {
            #expect(log.log() == ["begin \(name):1", "rows d.t: insert a=1", "commit"])
            return
        }
        log.add { $0.event(.gtid, gtid + le(UInt64(2))) }
        log.add { $0.query("XA COMMIT X'61',X'',1") }
        #expect(log.log() == ["begin \(name):1", "commit", "begin \(name):2", "rows d.t: insert a=1", "commit"])
    }

    @Test mutating func `a group that was cut off by a crash is as if it had never been`() {
        log.prepare("a", inserting: [1])
        log.events.removeLast()
        log.add { $0.formatDescription(created: 5) }
        log.commit("a")
        #expect(log.log().last?.contains("prepared before reading began") == true)
    }
}
