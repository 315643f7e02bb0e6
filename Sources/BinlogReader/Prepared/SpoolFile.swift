internal import Glibc

/// The file of a ``Spool``: written from front to end, then read anywhere. Owns its descriptor. Readable by its user only.
final class SpoolFile {
    private let descriptor: Int32
    /// Nil: it has no name, and is gone with the descriptor.
    private(set) var path: String?
    private(set) var byteCount: UInt64

    /// A new file; one of this name is replaced. `path` nil: in the system's folder for temporary files.
    init(creating path: String?) throws(SpoolError) {
        if let path {
            descriptor = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else { throw SpoolError(path, errno) }
        } else {
            // Set to nothing is as good as not set: the root is no place for it.
            let folder = getenv("TMPDIR").map { String(cString: $0) } ?? ""
            let template = (folder.isEmpty ? "/tmp" : folder) + "/replicator-xa-XXXXXX"
            var name = Array(template.utf8CString)
            descriptor = mkstemp(&name)
            guard descriptor >= 0 else { throw SpoolError(template, errno) }
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            unlink(name)
        }
        self.path = path
        byteCount = 0
    }

    /// A file that is there.
    init(opening path: String) throws(SpoolError) {
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw SpoolError(path, errno) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            let code = errno
            close(descriptor)
            throw SpoolError(path, code)
        }
        self.path = path
        byteCount = UInt64(clamping: status.st_size)
    }

    deinit {
        close(descriptor)
    }

    func append(_ bytes: [UInt8]) throws(SpoolError) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { bytes in
                let rest = UnsafeRawBufferPointer(rebasing: bytes[written...])
                return pwrite(descriptor, rest.baseAddress, rest.count, off_t(byteCount))
            }
            if count < 0 {
                if errno == EINTR { continue }
                throw SpoolError(path ?? "a temporary file", errno)
            }
            byteCount += UInt64(count)
            written += count
        }
    }

    /// Reads what lies at `offset`, as much as fits; returns how much. Less only at the end.
    func read(into target: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(SpoolError) -> Int {
        var filled = 0
        while filled < target.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: target[filled...])
            let count = pread(descriptor, rest.baseAddress, rest.count, off_t(offset) + off_t(filled))
            if count < 0 {
                if errno == EINTR { continue }
                throw SpoolError(path ?? "a temporary file", errno)
            }
            if count == 0 { break }
            filled += count
        }
        return filled
    }

    /// Gives the file its name; if `isSynchronous`, file and name outlast a crash of the machine.
    func settle(as name: String, isSynchronous: Bool) throws(SpoolError) {
        guard let path else { return }
        guard !isSynchronous || fsync(descriptor) == 0 else { throw SpoolError(path, errno) }
        guard rename(path, name) == 0 else { throw SpoolError(name, errno) }
        self.path = name
        guard isSynchronous else { return }
        try SpoolFolder.synchronize(String(name[..<(name.lastIndex(of: "/") ?? name.startIndex)]))
    }
}
