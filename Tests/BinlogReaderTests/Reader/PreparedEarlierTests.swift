import Foundation
import Rows
import TestSupport
import Testing

@testable import BinlogReader

/// XA transactions that were prepared in front of where reading began: looked for in the log.
@Suite struct PreparedEarlierTests {
    private var log = PreparedLog()

    /// Files, oldest first, of which the last one is `binlog.000001`.
    private func search(_ files: [PreparedLog]) -> LogSearch {
        let sources = Dictionary(
            uniqueKeysWithValues: files.enumerated().map { (name($0.offset, of: files), $0.element) })
        return LogSearch(files: files.indices.map { name($0, of: files) }) { start in
            guard let log = sources[start.file] else { throw TestSupportError("\(start)") }
            return log.source(file: start.file)
        }
    }

    private func name(_ index: Int, of files: [PreparedLog]) -> String {
        index == files.count - 1 ? "binlog.000001" : "older\(index).000000"
    }

    private func rows(_ lines: [String]) -> [String] { lines.filter { !$0.hasPrefix("begin") && $0 != "commit" } }

    @Test mutating func `its rows come with the commit, and what else the log has is passed over`() {
        log.transaction([7])
        log.add { $0.query("INSERT INTO t VALUES (9)") }
        log.prepare("b", inserting: [5])
        log.prepare("a") {
            $0.insert([1])
            $0.insert([2], into: "u")
            $0.insert([3])
        }
        log.transaction([8])
        let middle = log.end
        log.commit("a")
        let found = rows(log.log(from: middle, earlier: search([log])))
        #expect(found == ["rows d.t: insert a=1", "rows d.u: insert a=2", "rows d.t: insert a=3"])
        #expect(rows(log.log(from: middle, earlier: search([log])) { $0 == "u" }) == ["rows d.u: insert a=2"])
        // Rows lie where they do for who has read the prepare.
        func indices(_ start: UInt64?) -> [[Int]] {
            log.read(from: start, earlier: search([log])) { $0 != "u" }.events.compactMap { event in
                guard case .rows(let batch) = event, batch.origin.position.offset > middle else { return nil }
                return batch.rows.map { Int($0.index) }
            }
        }
        #expect(indices(middle) == [[0], [10]])
    }

    @Test mutating func `of those of one name it is the last in front of the commit`() {
        log.prepare("a", inserting: [1])
        log.commit("a")
        log.prepare("a", inserting: [2])
        log.rollBack("a")
        log.prepare("a", inserting: [3])
        let middle = log.end
        log.commit("a")
        log.prepare("a", inserting: [4])
        log.commit("a")
        #expect(
            rows(log.log(from: middle, earlier: search([log]))) == ["rows d.t: insert a=3", "rows d.t: insert a=4"])
    }

    @Test mutating func `older files are looked through too, and no further than an end of that name`() {
        var (first, second) = (PreparedLog(), PreparedLog())
        first.prepare("b", inserting: [1])
        first.prepare("a", inserting: [2])
        second.prepare("c", inserting: [3])
        second.rollBack("b")
        let start = log.end
        log.commit("a")
        let files = [first, second, log]
        #expect(rows(log.log(from: start, earlier: search(files))) == ["rows d.t: insert a=2"])
        log = PreparedLog()
        log.commit("b")
        let error = log.log(from: start, earlier: search([first, second, log])).last
        #expect(
            error?.contains("XA COMMIT X'62',X'',1 commits a transaction that was prepared before older0.000000")
                == true)
        #expect(error?.contains("run --start binlog.000001:\(log.end) --reset-checkpoint") == true)
    }

    @Test mutating func `where the log cannot be read, that is the reason, and not that it is gone`() {
        log.prepare("a", inserting: [1])
        let damage = log.end
        log.events.append([0xFF])
        var next = PreparedLog()
        let commit = next.end
        next.commit("a")
        var intact = PreparedLog()
        intact.prepare("a", inserting: [2])
        let error = next.log(from: nil, earlier: search([intact, log, next])).last ?? ""
        #expect(error.hasPrefix("error binlog.000001:\(commit + 42): Query: XA COMMIT X'61',X'',1 commits"), "\(error)")
        #expect(error.contains("cannot be read (older1.000000:\(damage): event: corrupt event: "), "\(error)")
        #expect(error.contains("run --start binlog.000001:\(next.end) --reset-checkpoint"), "\(error)")
        #expect(!error.contains("oldest file"), "\(error)")
    }

    @Test mutating func `it is told that the log is looked through, how far, and what comes of it`() {
        var (first, second) = (PreparedLog(), PreparedLog())
        let place = first.end
        first.prepare("a", inserting: [2])
        second.prepare("c", inserting: [3])
        let start = log.end
        log.commit("a")
        log.commit("b")
        var told: [LookBack] = []
        _ = log.read(from: start, earlier: search([first, second, log]), tells: { told.append($0) })
        let (a, b) = (PreparedLog.name("a"), PreparedLog.name("b"))
        func begins(_ told: LookBack?) -> String? {
            if case .begins(let xid, let commit)? = told, commit.file == "binlog.000001" { xid } else { nil }
        }
        #expect(begins(told.first) == a && told.count == 8, "\(told)")
        #expect(
            told.dropFirst().prefix(3) == [
                .goesOn(file: "older1.000000"), .goesOn(file: "older0.000000"),
                .ends(xid: a, prepared: BinlogPosition(file: "older0.000000", offset: place)),
            ])
        #expect(begins(told.dropFirst(4).first) == b && told.last == .ends(xid: b, prepared: nil), "\(told)")
    }

    @Test mutating func `an incident on the way is named`() {
        log.prepare("a", inserting: [1])
        let incident = log.end
        log.add { $0.event(.incident, le(UInt16(1)) + [0]) }
        var next = PreparedLog()
        next.commit("a")
        let error = next.log(from: nil, earlier: search([log, next])).last ?? ""
        #expect(
            error.contains("cannot be read (older0.000000:\(incident): Incident: the server noted incident 1"),
            "\(error)")
    }

    @Test mutating func `what was found is kept, and what was damaged is mended by it`() throws {
        let scratch = try ScratchFolder()
        let folder = scratch.file("xa")
        let start = log.end
        log.prepare("a", inserting: [1])
        let middle = log.end
        log.commit("a")
        let name = "binlog.000001.\(start).until.binlog.000001.\(log.end)"
        func read() throws -> [String] {
            rows(log.log(from: middle, try PreparedTransactions(folder: folder), earlier: search([log])))
        }
        #expect(try read() == ["rows d.t: insert a=1"])
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [name])
        for damage in ["", "no spool of ours"] {
            try damage.write(toFile: folder + "/" + name, atomically: true, encoding: .utf8)
            #expect(try read() == ["rows d.t: insert a=1"])
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [name])
        }
    }
}
