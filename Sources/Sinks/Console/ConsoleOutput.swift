import Glibc
import Synchronization

/// A file descriptor that several lanes write whole lines to. Does not own it.
///
/// The process must ignore SIGPIPE: else a reader that goes away ends it before EPIPE can be told.
final class ConsoleOutput: Sendable {
    private let descriptor: Int32
    /// Held for the whole of a write, so that lines of two lanes do not mix.
    private let turn = Mutex(())

    init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// Writes all of `lines`; throws where that fails, with part of them written perhaps.
    func write(_ lines: [UInt8]) throws(SinkError) {
        try writeParts { write in write(lines) }
    }

    /// Writes what `body` hands over, with nothing of other lanes in between: the parts of a line that is too large to be
    /// built whole. Once writing fails, nothing more is written.
    func writeParts(_ body: (_ write: ([UInt8]) -> Void) throws(SinkError) -> Void) throws(SinkError) {
        let code = try turn.withLock { _ throws(SinkError) in
            var code: Int32 = 0
            try body { part in
                if code == 0 { code = writeAll(part) }
            }
            return code
        }
        if code != 0 { throw SinkError(code == EPIPE ? .closed : .fatal, Self.message(code)) }
    }

    /// Returns 0, or the error.
    private func writeAll(_ bytes: [UInt8]) -> Int32 {
        // SAFETY: the buffer is used inside the closure only, and each write lies inside it.
        bytes.withUnsafeBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if count >= 0 {
                    rest = rest.dropFirst(count)
                } else if errno == EAGAIN {
                    // A descriptor that another process made non-blocking, as terminals are shared.
                    var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                    _ = poll(&ready, 1, -1)
                } else if errno != EINTR {
                    return errno
                }
            }
            return 0
        }
    }

    /// Never retriable: what was written cannot be taken back, so a repeat would double lines, or cut one.
    private static func message(_ error: Int32) -> String {
        switch error {
        case EPIPE: "standard output was closed by the program that read it"
        case ENOSPC: "standard output: no space left on its device"
        case EBADF: "standard output is closed"
        default: "cannot write to standard output: \(String(cString: strerror(error)))"
        }
    }
}
