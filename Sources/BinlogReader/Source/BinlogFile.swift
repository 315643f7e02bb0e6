internal import Glibc
internal import Rows

/// One binlog file, read forward in large pieces. Owns its descriptor; confined to one thread.
final class BinlogFile {
    let path: String
    /// The path's last part: what positions name.
    let name: String
    private let descriptor: Int32
    private(set) var size: UInt64
    /// Where ``peek(_:)`` looks.
    private(set) var offset: UInt64 = 0
    private let buffer: FileBuffer

    init(path: String, buffer: FileBuffer) throws(FileSourceError) {
        self.path = path
        name = Self.lastPart(path)
        self.buffer = buffer
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        size = 0
        guard descriptor >= 0 else { throw Self.unreadable(path, errno) }
        try measure()
        buffer.clear()
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

    /// Looks at the size again: a live server's file grows.
    func measure() throws(FileSourceError) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw Self.unreadable(path, errno) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw FileSourceError(.unreadable, "\(path) cannot be read: it is not a file")
        }
        size = UInt64(clamping: status.st_size)
    }

    func seek(to offset: UInt64) throws(FileSourceError) {
        guard let position = off_t(exactly: offset), lseek(descriptor, position, SEEK_SET) == position else {
            throw Self.unreadable(path, errno)
        }
        self.offset = offset
        buffer.clear()
    }

    /// The next `count` bytes, fewer only at the file's end. They are not passed over. Valid until the next call. The
    /// caller has seen that the file has them, so memory is taken for no more than there is.
    func peek(_ count: Int) throws(FileSourceError) -> UnsafeRawBufferPointer {
        if buffer.count < count {
            let code = buffer.fill(to: count, from: descriptor)
            guard code == 0 else { throw Self.unreadable(path, code) }
        }
        return UnsafeRawBufferPointer(rebasing: buffer.bytes.prefix(count))
    }

    /// Passes over `count` bytes that were looked at.
    func skip(_ count: Int) {
        buffer.drop(count)
        offset += UInt64(count)
    }
}
