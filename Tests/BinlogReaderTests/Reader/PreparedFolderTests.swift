import Foundation
import Rows
import TestSupport
import Testing

@testable import BinlogReader

/// What is kept of prepared transactions from one reader to the next.
@Suite struct PreparedFolderTests {
    private let scratch: ScratchFolder
    private var log = PreparedLog()
    private var folder: String { scratch.file("state.xa/warehouse") }

    init() throws {
        scratch = try ScratchFolder()
    }

    private func open() throws -> PreparedTransactions { try PreparedTransactions(folder: folder) }
    private var files: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
    }
    private func position(_ offset: UInt64) -> BinlogPosition { BinlogPosition(file: "binlog.000001", offset: offset) }

    @Test mutating func `a reader that begins behind the prepare has its rows, until it is said that it is done`()
        throws
    {
        let start = log.end
        log.prepare("a", inserting: [1])
        let middle = log.end
        log.commit("a")
        let end = log.end
        _ = try open()
        #expect(files.isEmpty, "no folder for who has no XA")
        #expect(log.log(to: middle, try open()) == ["begin 0-1-1", "commit"])
        #expect(files == ["binlog.000001.\(start)"])
        let path = folder + "/" + files[0]
        let mode = try #require(FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
        #expect(mode == 0o600)
        for _ in 0..<3 {
            #expect(log.log(from: middle, try open()) == ["begin 0-1-2", "rows d.t: insert a=1", "commit"])
        }
        #expect(files == ["binlog.000001.\(start).until.binlog.000001.\(end)"])
        // Also from the prepare on, once more.
        #expect(log.log(try open()).count == 5)
        let prepared = try open()
        #expect(prepared.hasCommitted)
        try prepared.forget(before: position(end - 1))
        #expect(files.count == 1)
        try prepared.forget(before: position(end))
        #expect(files.isEmpty && !prepared.hasCommitted)
    }

    @Test mutating func `a name that comes again is found by place, in a reader that begins between`() throws {
        log.prepare("a", inserting: [1])
        let middle = log.end
        log.commit("a")
        log.prepare("a", inserting: [2])
        log.commit("a")
        let all = try open()
        #expect(log.log(all).count { $0.hasPrefix("rows") } == 2)
        #expect(files.count == 2)
        #expect(
            log.log(from: middle, try open()).filter { $0.hasPrefix("rows") }
                == ["rows d.t: insert a=1", "rows d.t: insert a=2"])
        // And the later one is not taken for the earlier, nor the earlier for the later.
        try FileManager.default.removeItem(atPath: folder + "/" + files[0])
        #expect(log.log(from: middle, try open()).last?.contains("prepared before reading began") == true)
    }

    @Test mutating func `what a kill left unfinished is removed, and what is no spool of ours stays`() throws {
        let start = log.end
        log.prepare("a", inserting: [1])
        let middle = log.end
        log.commit("a")
        _ = log.log(to: middle, try open())
        try scratch.write("half", to: "state.xa/warehouse/binlog.000001.999.new")
        try scratch.write("", to: "state.xa/warehouse/README")
        #expect(log.log(from: middle, try open()).contains("rows d.t: insert a=1"))
        #expect(files == ["README", "binlog.000001.\(start).until.binlog.000001.\(log.end)"])
    }

    @Test mutating func `a rollback leaves nothing`() throws {
        log.prepare("a", inserting: [1])
        log.rollBack("a")
        _ = log.log(try open())
        #expect(files.isEmpty)
    }

    @Test mutating func `every cut, and every flipped byte, ends in an error or the right rows`() throws {
        let start = log.end
        log.prepare("a", inserting: [1, 2])
        let middle = log.end
        log.commit("a")
        _ = log.log(to: middle, try open())
        let path = folder + "/binlog.000001.\(start)"
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        let rows = "rows d.t: insert a=1 | insert a=2"
        func check(_ bytes: Data, _ what: String) throws {
            for file in files { try FileManager.default.removeItem(atPath: folder + "/" + file) }
            try bytes.write(to: URL(fileURLWithPath: path))
            let lines = log.log(from: middle, try open())
            let error = lines.last ?? ""
            #expect(error.hasPrefix("error "), "\(what): \(lines)")
            #expect(
                error.contains("X'61',X'',1") && error.contains("--start binlog.000001:\(start) "), "\(what): \(error)")
            #expect(error.contains("damaged"), "\(what): \(error)")
        }
        for count in 0..<whole.count { try check(whole.prefix(count), "cut to \(count)") }
        for index in whole.indices {
            var bytes = whole
            bytes[index] ^= 0x10
            try check(bytes, "byte \(index)")
        }
        try check(whole + [0], "one more")
        for file in files { try FileManager.default.removeItem(atPath: folder + "/" + file) }
        try whole.write(to: URL(fileURLWithPath: path))
        #expect(log.log(from: middle, try open()).contains(rows))
    }

    @Test mutating func `a large one goes through the file, with and without a folder`() throws {
        log.prepare("a") { log in
            for part in 0..<50 { log.insert((0..<2_000).map { Int32(part * 2_000 + $0) }) }
        }
        let middle = log.end
        log.commit("a")
        for prepared in [try open(), PreparedTransactions(), try PreparedTransactions(folder: nil)] {
            let values = log.read(prepared).events.flatMap { event -> [Int] in
                guard case .rows(let batch) = event else { return [] }
                return batch.rows.map { Int(EventLog.image(batch, $0.after).dropFirst(2)) ?? -1 }
            }
            #expect(values == Array(0..<100_000))
        }
        #expect(log.log(from: middle, try open()).count == 52)
    }

    @Test func `a folder that cannot be written is an error that says so`() throws {
        var log = PreparedLog()
        log.prepare("a", inserting: [1])
        let file = try scratch.write("", to: "file")
        #expect(throws: SpoolError.self) { try PreparedTransactions(folder: file + "/below") }
        let error = log.log(try PreparedTransactions(folder: "/proc/nowhere/below")).last
        #expect(error?.contains("/proc/nowhere") == true, "\(error ?? "")")
    }

    @Test mutating func `what is kept of one log is not of another, and stays until nobody goes back there`() throws {
        log.prepare("a", inserting: [1])
        let middle = log.end
        log.commit("a")
        func kept(_ server: String) throws -> PreparedTransactions {
            try PreparedTransactions(folder: folder, log: server)
        }
        _ = log.log(to: middle, try kept("old"))
        #expect(log.log(from: middle, try kept("new")).last?.contains("prepared before reading began") == true)
        // The new place was not stored: a crash came first, and the old server is back.
        #expect(log.log(from: middle, try kept("old")).contains("rows d.t: insert a=1"))
        try kept("old").forgetOtherLogs()
        #expect(log.log(from: middle, try kept("old")).contains("rows d.t: insert a=1"))
        _ = log.log(to: middle, try kept("new"))
        try kept("new").forgetOtherLogs()
        #expect(files.count == 1)
        #expect(log.log(from: middle, try kept("new")).contains("rows d.t: insert a=1"))
        #expect(log.log(from: middle, try kept("old")).last?.contains("prepared before reading began") == true)
    }

    @Test mutating func `what is forgotten is gone`() throws {
        log.prepare("a", inserting: [1])
        let middle = log.end
        log.commit("a")
        _ = log.log(to: middle, try open())
        try open().forgetAll()
        #expect(files.isEmpty)
        #expect(log.log(from: middle, try open()).last?.contains("prepared before reading began") == true)
    }
}
