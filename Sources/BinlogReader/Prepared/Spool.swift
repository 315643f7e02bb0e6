internal import Glibc
internal import Rows

/// The events of one prepared transaction, written one after the other and read back in that order: in memory while they
/// are few, else in a file. Confined to one thread.
final class Spool {
    /// As statements name it: `X'61',X'',1`.
    let xid: String
    /// Of the first event of the group that prepares it.
    let start: BinlogPosition
    /// When it was prepared, since 1970 UTC.
    let microseconds: Int64
    /// Where the file is to be, until it is settled; nil: it has no name.
    private let path: String?
    private var file: SpoolFile?
    /// What is not in the file.
    private var tail: [UInt8] = []
    private var isSettled = false
    /// It has something that may have to be delivered, as rows of a selected table.
    var hasChanges = false

    /// What is held in memory at most, beside the record that comes.
    private static let tailCount = 64 << 10

    init(xid: String, start: BinlogPosition, microseconds: Int64, path: String?) {
        self.xid = xid
        self.start = start
        self.microseconds = microseconds
        self.path = path
        append(.head, at: start.offset, SpoolRecord.bytes(microseconds) + Array(xid.utf8))
    }

    deinit {
        // What was not prepared to its end.
        if !isSettled, let path = file?.path { unlink(path) }
    }

    var byteCount: UInt64 { (file?.byteCount ?? 0) + UInt64(tail.count) }
    /// Bytes in memory.
    var memoryCount: Int { tail.count }

    func append(_ kind: SpoolRecord.Kind, at offset: UInt64, _ content: [UInt8]) {
        content.withUnsafeBytes { SpoolRecord.append(kind, at: offset, $0, to: &tail) }
    }

    func append(_ kind: SpoolRecord.Kind, at offset: UInt64, _ content: UnsafeRawBufferPointer) throws(SpoolError) {
        SpoolRecord.append(kind, at: offset, content, to: &tail)
        if tail.count > Self.tailCount { try writeTail() }
    }

    /// Nothing follows.
    func finish() {
        append(.end, at: byteCount, [])
    }

    /// Writes all to the file.
    func writeTail() throws(SpoolError) {
        if file == nil { file = try SpoolFile(creating: path) }
        try file?.append(tail)
        tail.removeAll(keepingCapacity: tail.capacity <= 4 * Self.tailCount)
    }

    /// All is there: it will be found under `name` from now on. After a crash of the machine too if it has changes; of one
    /// without, of which each would have to wait for the disk, that may be less than the whole.
    func settle(as name: String) throws(SpoolError) {
        try writeTail()
        try file?.settle(as: name, isSynchronous: hasChanges)
        isSettled = true
        tail = []
    }

    /// Reads what lies at `offset`, as much as fits; returns how much. Less only at the end.
    func read(into target: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(SpoolError) -> Int {
        let fileCount = file?.byteCount ?? 0
        guard offset >= fileCount else { return try file?.read(into: target, at: offset) ?? 0 }
        let rest = tail.dropFirst(Int(clamping: offset - fileCount)).prefix(target.count)
        target.copyBytes(from: rest)
        return rest.count
    }

    // MARK: Found again

    /// The settled spool at `path`, of a transaction prepared at `start`. Nil: not even its head is whole. Throws if it
    /// cannot be read.
    init?(opening path: String, start: BinlogPosition) throws(SpoolError) {
        let file = try SpoolFile(opening: path)
        guard let (microseconds, xid) = try Self.head(of: file) else { return nil }
        self.xid = xid
        self.microseconds = microseconds
        self.start = start
        self.path = nil
        self.file = file
        isSettled = true
    }

    /// Whether it ends as it should: one that was cut short does not.
    func isWhole() throws(SpoolError) -> Bool {
        let count = UInt64(SpoolRecord.headCount)
        guard byteCount >= count else { return false }
        // SAFETY: freed below, and nothing of it is kept.
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: SpoolRecord.headCount, alignment: 16)
        defer { memory.deallocate() }
        guard try read(into: memory, at: byteCount - count) == memory.count,
            let record = SpoolRecord(UnsafeRawBufferPointer(memory))
        else { return false }
        return record.kind == .end && record.offset == byteCount - count
    }

    /// What the record at the front of `file` says.
    private static func head(of file: SpoolFile) throws(SpoolError) -> (microseconds: Int64, xid: String)? {
        // Enough for names of two times 64 bytes, in hexadecimal, and a number.
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 1024, alignment: 16)
        defer { memory.deallocate() }
        let count = try file.read(into: memory, at: 0)
        let bytes = UnsafeRawBufferPointer(rebasing: memory[..<count])
        guard let length = SpoolRecord.announced(bytes)?.count, SpoolRecord.headCount + length <= count,
            let record = SpoolRecord(UnsafeRawBufferPointer(rebasing: bytes[..<(SpoolRecord.headCount + length)])),
            record.kind == .head, record.bytes.count >= MemoryLayout<Int64>.size,
            let xid = String(validating: record.bytes.dropFirst(MemoryLayout<Int64>.size), as: UTF8.self)
        else { return nil }
        return (SpoolRecord.number(record.bytes, at: 0), xid)
    }
}
