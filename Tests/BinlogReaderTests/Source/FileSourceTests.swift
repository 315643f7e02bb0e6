import Foundation
import Rows
import TestSupport
import Testing

@testable import BinlogReader

@Suite struct FileSourceTests {
    private let folder: ScratchFolder

    init() throws {
        folder = try ScratchFolder()
    }

    /// A file with `count` statements that name it.
    private func file(_ sequence: Int, statements count: Int = 1, isClosed: Bool = true) -> [UInt8] {
        var builder = EventBuilder()
        var bytes = hex("fe62696e") + builder.formatDescription()
        for index in 0..<count { bytes += builder.query("CREATE TABLE t\(sequence)_\(index) (a INT)") }
        return isClosed ? bytes + builder.rotate(to: "binlog.next") : bytes
    }

    @discardableResult
    private func write(_ bytes: [UInt8], to name: String) throws -> String {
        try Data(bytes).write(to: URL(fileURLWithPath: folder.file(name)))
        return folder.file(name)
    }

    /// The tables that the statements of all files make.
    private func read(_ path: String, start: BinlogPosition? = nil) throws -> [String] {
        let source = try FileSource(path: path, start: start)
        let reader = ChangeReader(source: source, start: start, options: ReaderOptions())
        var tables: [String] = []
        while let event = try reader.next() {
            if case .statement(let statement) = event { tables.append(String(statement.text.split(separator: " ")[2])) }
        }
        return tables
    }

    /// The error that reading ends with: one line.
    private func failure(_ path: String, start: BinlogPosition? = nil) throws -> FileSourceError {
        let error = #expect(throws: FileSourceError.self) { try read(path, start: start) }
        let failure = try #require(error)
        #expect(!failure.message.contains("\n"))
        return failure
    }

    private func position(_ file: String, _ offset: UInt64) -> BinlogPosition {
        BinlogPosition(file: file, offset: offset)
    }

    // MARK: Folders

    @Test func `a folder is read in the order of its numbers, and other files are ignored`() throws {
        for (number, name) in [
            (1, "binlog.999998"), (2, "binlog.999999"), (3, "binlog.1000000"), (4, "binlog.1000001"),
        ] {
            try write(file(number), to: name)
        }
        try write(Array("./binlog.999998\n".utf8), to: "binlog.index")
        try write([1, 2, 3], to: "aria_log.00000001")
        try write([], to: "ibdata1")
        try FileManager.default.createDirectory(atPath: folder.file("mysql.000001"), withIntermediateDirectories: false)
        #expect(try read(folder.path) == ["t1_0", "t2_0", "t3_0", "t4_0"])
        #expect(try read(folder.path, start: position("binlog.999999", 4)) == ["t2_0", "t3_0", "t4_0"])
        #expect(try read(folder.path + "/", start: position("binlog.1000001", 4)) == ["t4_0"])
        #expect(try read(folder.file("binlog.999999")) == ["t2_0"])
        #expect(try FileSource(path: folder.path, start: nil).firstPosition == position("binlog.999998", 4))
    }

    @Test func `a missing file of the sequence is named`() throws {
        for number in [9, 10, 12, 13] {
            try write(file(number), to: "binlog.\(number < 10 ? "00000" : "0000")\(number)")
        }
        let error = try failure(folder.path)
        #expect(error.kind == .gap)
        #expect(
            error.message
                == "binlog.000011 is missing in \(folder.path), between binlog.000010 and binlog.000012: copy it "
                + "there, or start at binlog.000012:4 without its changes")
        // Behind the gap nothing is missing.
        #expect(try read(folder.path, start: position("binlog.000012", 4)) == ["t12_0", "t13_0"])
    }

    @Test func `two files with the same number are refused`() throws {
        try write(file(1), to: "binlog.000001")
        try write(file(1), to: "binlog.0000001")
        #expect(try failure(folder.path).message.contains("has both binlog.0000001 and binlog.000001"))
        // The largest number that there is has no next.
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
            try FileManager.default.removeItem(atPath: folder.file(name))
        }
        for name in ["binlog.18446744073709551615", "binlog.018446744073709551615"] { try write(file(1), to: name) }
        #expect(try failure(folder.path).message.contains("has both"))
    }

    @Test func `a folder without binlog files is refused`() throws {
        try write([1, 2, 3, 4], to: "aria_log.00000001")
        #expect(try failure(folder.path).message == "\(folder.path) has no binlog files (such as binlog.000001) in it")
        let fifo = folder.file("binlog.000001")
        #expect(mkfifo(fifo, 0o600) == 0)
        #expect(try failure(fifo).message == "\(fifo) cannot be read: it is not a file")
        #expect(try failure(folder.path).message == "\(folder.path) has no binlog files (such as binlog.000001) in it")
    }

    @Test func `a folder with logs of two names asks for the start`() throws {
        try write(file(1), to: "binlog.000001")
        try write(file(2), to: "relay-bin.000007")
        #expect(try failure(folder.path).message.contains("beginning with binlog.000001, relay-bin.000007: say where"))
        #expect(try read(folder.path, start: position("relay-bin.000007", 4)) == ["t2_0"])
    }

    // MARK: Starts

    @Test func `reading starts at any event`() throws {
        let bytes = file(1, statements: 3)
        let path = try write(bytes, to: "binlog.000001")
        var builder = EventBuilder()
        let first = 4 + builder.formatDescription().count
        let size = builder.query("CREATE TABLE t1_0 (a INT)").count
        #expect(try read(path, start: position("binlog.000001", UInt64(first))) == ["t1_0", "t1_1", "t1_2"])
        #expect(try read(path, start: position("binlog.000001", UInt64(first + size))) == ["t1_1", "t1_2"])
        #expect(try read(path, start: position("binlog.000001", UInt64(bytes.count))) == [])
        #expect(try read(path, start: position("binlog.000001", 4)) == ["t1_0", "t1_1", "t1_2"])
        #expect(try read(path, start: position("binlog.000001", 0)) == ["t1_0", "t1_1", "t1_2"])
    }

    @Test func `nobody is sent back before the start`() throws {
        let path = try write(file(1, statements: 3), to: "binlog.000001")
        var builder = EventBuilder()
        let start = position("binlog.000001", UInt64(4 + builder.formatDescription().count))
        let reader = ChangeReader(
            source: try FileSource(path: path, start: start), start: start, options: ReaderOptions())
        guard case .idle(let first) = try reader.next() else { return #expect(Bool(false)) }
        #expect(first == start)
    }

    @Test func `a start inside an event is refused, with its neighbours`() throws {
        let path = try write(file(1, statements: 2), to: "binlog.000001")
        var builder = EventBuilder()
        let first = 4 + builder.formatDescription().count
        let error = try failure(path, start: position("binlog.000001", UInt64(first + 5)))
        #expect(error.kind == .badStart)
        #expect(
            error.message.hasPrefix(
                "binlog.000001:\(first + 5) is inside an event: one begins at \(first), and the next"))
    }

    @Test func `a start beyond the file, or in none, is refused`() throws {
        let path = try write(file(1), to: "binlog.000001")
        #expect(try failure(path, start: position("binlog.000001", 99_999)).message.contains("bytes only"))
        #expect(
            try failure(path, start: position("binlog.000002", 4)).message.contains("is not \(path): start at binlog"))
        #expect(
            try failure(folder.path, start: position("binlog.000009", 4)).message
                == "binlog.000009 is not in \(folder.path), which has binlog.000001 to binlog.000001")
    }

    // MARK: Bad files

    @Test func `what cannot be opened says why`() throws {
        #expect(
            try failure("/nowhere/binlog.000001").message
                == "/nowhere/binlog.000001 cannot be read: No such file or directory")
        #expect(try failure("/dev/null").kind == .unreadable)
    }

    @Test func `what is no binary log is refused by its first bytes`() throws {
        let path = try write(Array("<html>".utf8), to: "binlog.000001")
        let error = try failure(path)
        #expect(error.kind == .notALog)
        #expect(error.message.contains("is not a binary log: it begins with 3c 68 74 6d"))
        #expect(try failure(write([0xFE, 0x62], to: "short")).kind == .notALog)
        #expect(try failure(write([], to: "empty")).message.contains("is empty"))
    }

    @Test func `a file that MySQL encrypted is refused by its first bytes`() throws {
        let error = try failure(write(hex("fd62696e 00000000"), to: "binlog.000001"))
        #expect(error.kind == .encrypted)
        #expect(error.message.contains("is encrypted (binlog_encryption=ON)"))
    }

    @Test func `a file that MariaDB encrypted is refused wherever reading starts`() throws {
        var builder = EventBuilder()
        var bytes = hex("fe62696e") + builder.formatDescription()
        bytes += builder.event(.startEncryption, [1] + le(UInt32(1)) + [UInt8](repeating: 7, count: 12))
        bytes += [UInt8](repeating: 0xA5, count: 300)
        let path = try write(bytes, to: "binlog.000001")
        for start in [nil, position("binlog.000001", 500)] {
            let error = #expect(throws: EventError.self) { try read(path, start: start) }
            #expect(error?.cause == .unsupported(.encryption))
        }
    }

    @Test func `a last file that ends inside an event may still be being written`() throws {
        let path = try write(file(1, statements: 2, isClosed: false).dropLast(10), to: "binlog.000001")
        let error = try failure(path)
        #expect(error.kind == .truncated)
        #expect(error.message.contains("the file ends inside an event (Query, "))
        #expect(error.message.contains("if its server is writing \(path) now, read again later"))
    }

    @Test func `an earlier file that ends inside an event is incomplete`() throws {
        try write(file(1, statements: 2).dropLast(10), to: "binlog.000001")
        try write(file(2), to: "binlog.000002")
        let error = try failure(folder.path)
        #expect(error.kind == .truncated)
        #expect(error.message.contains("although binlog.000002 follows: \(folder.path)/binlog.000001 is incomplete"))
    }

    @Test func `a file without its end is read, if its last event is whole`() throws {
        try write(file(1, isClosed: false), to: "binlog.000001")
        try write(file(2, isClosed: false), to: "binlog.000002")
        #expect(try read(folder.path) == ["t1_0", "t2_0"])
    }

    @Test func `a size that no event has is refused`() throws {
        var bytes = file(1, isClosed: false)
        let offset = bytes.count
        bytes += [1, 0, 0, 0, 2, 1, 0, 0, 0, 18] + [UInt8](repeating: 0, count: 20)
        let error = try failure(write(bytes, to: "binlog.000001"))
        #expect(error.kind == .corrupt)
        #expect(error.message.hasPrefix("binlog.000001:\(offset): no event begins here (its size would be 18)"))
    }

    @Test func `a size of 4 GiB takes no memory`() throws {
        var bytes = file(1, isClosed: false)
        bytes += [1, 0, 0, 0, 2, 1, 0, 0, 0, 255, 255, 255, 255] + [UInt8](repeating: 0, count: 20)
        #expect(try failure(write(bytes, to: "binlog.000001")).kind == .truncated)
    }

    @Test func `zeros behind a closed file's last event are padding, and elsewhere damage`() throws {
        let zeros = [UInt8](repeating: 0, count: 100_000)
        try write(file(1) + zeros, to: "binlog.000001")
        try write(file(2), to: "binlog.000002")
        #expect(try read(folder.path) == ["t1_0", "t2_0"])
        #expect(try failure(write(file(3, isClosed: false) + zeros, to: "open")).kind == .corrupt)
        #expect(try failure(write(file(3) + zeros + [1], to: "closed")).kind == .corrupt)
    }

    @Test func `events of any size pass through, larger than any buffer too`() throws {
        var builder = EventBuilder()
        builder.hasChecksums = false
        var bytes = hex("fe62696e") + builder.formatDescription()
        var names: [String] = []
        for size in [0, 1, 100, 262_000, 262_100, 262_144, 300_000, 3_000_000, 5, 262_143, 7] {
            names.append("t\(size)")
            bytes += builder.query("CREATE TABLE t\(size) /* \(String(repeating: "x", count: size)) */")
        }
        #expect(try read(write(bytes, to: "binlog.000001")) == names)
    }
}
