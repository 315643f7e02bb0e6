import Glibc
import Rows
import Synchronization
import Testing

@testable import Sinks

/// A pipe whose reading end collects what is written, on a thread of its own, so that the writer never blocks.
private final class Collector: Sendable {
    let writeEnd: Int32
    private let thread: Mutex<pthread_t?>
    private let readEnd: Int32
    private let collected = Mutex<[UInt8]>([])

    init() throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        (readEnd, writeEnd) = (ends[0], ends[1])
        thread = Mutex(nil)
        var handle = pthread_t()
        let context = Unmanaged.passRetained(self)
        // SAFETY: the thread takes over the reference that was retained for it.
        try #require(
            pthread_create(
                &handle, nil,
                { context in
                    guard let context else { return nil }
                    Unmanaged<Collector>.fromOpaque(context).takeRetainedValue().collect()
                    return nil
                }, context.toOpaque()) == 0)
        thread.withLock { $0 = handle }
    }

    private func collect() {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(readEnd, &buffer, buffer.count)
            if count <= 0 { break }
            collected.withLock { $0 += buffer[..<count] }
        }
        close(readEnd)
    }

    /// Closes the writing end and returns all that was written.
    func finish() -> [UInt8] {
        close(writeEnd)
        if let handle = thread.withLock({ $0 }) { pthread_join(handle, nil) }
        return collected.withLock { $0 }
    }
}

@Suite struct ConsoleSinkTests {
    private let orders = Table("orders", [("id", .int), ("note", .varchar)])
    private let checkpoint = LaneCheckpoint(
        resume: ResumePosition(
            position: BinlogPosition(file: "binlog.000001", offset: 4), gtids: "", commitMicroseconds: 0), applied: nil)

    @Test func `stdout is made from its URL, and keeps nothing`() throws {
        var options = SinkOptions([:])
        let sink = try SinkFactory.makeSink(url: "stdout:", options: &options, baseDirectory: "")
        #expect(sink.label == "stdout:")
        #expect(!sink.isKeyed)
        #expect(try sink.makeCheckpointStore(pipeline: "p") == nil)
        #expect(try sink.makeReader() == nil)
        #expect(try sink.findings(for: [Table("t", [("c", .int)], keyCount: 0)]).isEmpty)
        #expect(throws: SinkError.self) {
            try SinkFactory.makeSink(url: "stdout:x", options: &options, baseDirectory: "")
        }
    }

    @Test func `each write leaves nothing in the buffer`() throws {
        let collector = try Collector()
        let writer = try ConsoleSink(descriptor: collector.writeEnd).makeWriter(pipeline: "p", lane: 0, epoch: 0)
        let batch = RowBatch(orders, [.insert([1, "a"]), .insert([2, "b"])])
        #expect(try writer.write([batch, batch], checkpoint: checkpoint) == WriteCounts())
        let text = try #require(String(validating: collector.finish(), as: UTF8.self))
        #expect(text.split(separator: "\n").count == 4)
        #expect(text.hasPrefix(#"{"op":"insert","database":"shop","table":"orders""#))
        #expect(text.hasSuffix("\n"))
    }

    @Test func `more than a buffer full arrives whole and in order`() throws {
        let collector = try Collector()
        let printer = ChangePrinter(descriptor: collector.writeEnd)
        let filler = SampleValue.bytes([UInt8](repeating: 0x78, count: 500))
        for number in 0..<3000 {
            try printer.print(RowBatch(orders, at: UInt64(number), [.insert([.int(Int64(number)), filler])]))
        }
        try printer.flush()
        let lines = collector.finish().split(separator: UInt8(ascii: "\n"))
        #expect(lines.count == 3000)
        for (number, line) in lines.enumerated() {
            let text = String(validating: line, as: UTF8.self) ?? ""
            #expect(text.contains("\"id\":\(number),") && text.hasSuffix("\"gtid\":null}"))
        }
    }

    @Test func `the rows before one without text are printed`() throws {
        let collector = try Collector()
        let writer = try ConsoleSink(descriptor: collector.writeEnd).makeWriter(pipeline: "p", lane: 0, epoch: 0)
        let batch = RowBatch(orders, [.insert([1, "a"]), .insert([2, .bytes([0xFF])])])
        #expect(throws: SinkError.self) { try writer.write([batch], checkpoint: checkpoint) }
        #expect(collector.finish().split(separator: UInt8(ascii: "\n")).count == 1)
    }

    @Test func `a reader that went away is an error that says so`() throws {
        signal(SIGPIPE, SIG_IGN)
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        close(ends[0])
        defer { close(ends[1]) }
        let writer = try ConsoleSink(descriptor: ends[1]).makeWriter(pipeline: "p", lane: 0, epoch: 0)
        let error = #expect(throws: SinkError.self) {
            try writer.write([RowBatch(orders, [.insert([1, "a"])])], checkpoint: checkpoint)
        }
        #expect(error == SinkError(.closed, "standard output was closed by the program that read it"))
    }

    @Test func `a full disk is an error that says so`() throws {
        let descriptor = open("/dev/full", O_WRONLY)
        defer { close(descriptor) }
        let writer = try ConsoleSink(descriptor: descriptor).makeWriter(pipeline: "p", lane: 0, epoch: 0)
        let error = #expect(throws: SinkError.self) {
            try writer.write([RowBatch(orders, [.insert([1, "a"])])], checkpoint: checkpoint)
        }
        #expect(error == SinkError(.fatal, "standard output: no space left on its device"))
    }

    @Test func `a row too large for a line in memory is the same line`() throws {
        let large = SampleValue.bytes([UInt8](repeating: UInt8(ascii: "\\"), count: 3 << 20))
        let batch = RowBatch(
            orders, [.insert([1, "a"]), .update([2, large], [2, "b"]), .insert([3, large]), .delete([1, "a"])])
        let collector = try Collector()
        let writer = try ConsoleSink(descriptor: collector.writeEnd).makeWriter(pipeline: "p", lane: 0, epoch: 0)
        _ = try writer.write([batch], checkpoint: checkpoint)
        var json = ChangeJSON()
        var whole: [UInt8] = []
        try json.append(batch, to: &whole)
        // (Compared by hand: a failure would print them.)
        let isEqual = collector.finish() == whole
        #expect(isEqual)
    }

    @Test func `where a large row has a value without text, nothing of it is printed`() throws {
        let table = Table("orders", [("id", .int), ("note", .varchar), ("more", .varchar)])
        let large = SampleValue.bytes([UInt8](repeating: UInt8(ascii: "x"), count: 3 << 20))
        let batch = RowBatch(table, [.insert([1, "a", "b"]), .insert([2, large, .bytes([0xFF])])])
        let collector = try Collector()
        let writer = try ConsoleSink(descriptor: collector.writeEnd).makeWriter(pipeline: "p", lane: 0, epoch: 0)
        let error = #expect(throws: SinkError.self) { try writer.write([batch], checkpoint: checkpoint) }
        #expect(error?.description.contains("more") == true)
        let text = String(decoding: collector.finish(), as: UTF8.self)
        #expect(text.hasSuffix("}\n") && text.split(separator: "\n").count == 1)
    }
}
