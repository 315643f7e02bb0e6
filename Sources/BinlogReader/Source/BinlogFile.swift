internal import Glibc
internal import Rows

/// One binlog file, read forward in large pieces: what is read and not yet passed over lies in one piece of memory.
/// Owns its descriptor; confined to one thread.
struct BinlogFile: ~Copyable {
    let path: String
    /// The path's last part: what positions name.
    let name: String
    private let descriptor: Int32
    private(set) var size: UInt64 = 0
    /// Where ``peek(_:)`` looks.
    private(set) var offset: UInt64 = 0
    private var window = ByteWindow()

    init(path: String) throws(FileSourceError) {
        self.path = path
        name = Self.lastPart(path)
        // To open a FIFO would else wait for somebody who writes it.
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        let code = errno
        guard descriptor >= 0 else { throw Self.unreadable(path, code) }
        try measure()
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    static func lastPart(_ path: String) -> String {
        String(path.split(separator: "/").last ?? "")
    }

    static func unreadable(_ path: String, _ code: Int32) -> FileSourceError {
        FileSourceError(.unreadable, "\(path) cannot be read: \(String(cString: strerror(code)))")
    }

    var remaining: UInt64 { size - min(offset, size) }
    var place: (offset: UInt64, remaining: UInt64) { (offset, remaining) }

    /// Looks at the size again: a live server's file grows.
    mutating func measure() throws(FileSourceError) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw Self.unreadable(path, errno) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw FileSourceError(.unreadable, "\(path) cannot be read: it is not a file")
        }
        size = UInt64(clamping: status.st_size)
    }

    mutating func seek(to offset: UInt64) throws(FileSourceError) {
        guard let position = off_t(exactly: offset), lseek(descriptor, position, SEEK_SET) == position else {
            throw Self.unreadable(path, errno)
        }
        self.offset = offset
        window.removeAll()
    }

    /// The next `count` bytes, fewer only at the file's end. They are not passed over. Valid until the next call. The
    /// caller has seen that the file has them, so memory is taken for no more than there is.
    @inline(__always)
    mutating func peek(_ count: Int) throws(FileSourceError) -> UnsafeRawBufferPointer {
        if window.count < count { try fill(to: count) }
        return window.first(count)
    }

    /// The first `count` of the bytes that were looked at.
    func peeked(_ count: Int) -> UnsafeRawBufferPointer {
        window.first(count)
    }

    /// Passes over `count` bytes that were looked at.
    mutating func skip(_ count: Int) {
        window.skip(count)
        offset += UInt64(count)
    }

    /// Reads on until `count` bytes are there, or the file ends.
    private mutating func fill(to count: Int) throws(FileSourceError) {
        window.makeRoom(for: count)
        while window.count < count {
            let room = window.room
            let result = read(descriptor, room.baseAddress, room.count)
            if result < 0 {
                if errno == EINTR { continue }
                throw Self.unreadable(path, errno)
            }
            if result == 0 { break }
            window.fill(result)
        }
    }
}
