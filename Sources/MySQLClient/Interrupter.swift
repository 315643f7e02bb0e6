import Glibc
import Synchronization

/// Ends a session's waiting for the server, from any thread and at any time: the wait throws a lost connection.
///
/// It owns a duplicate of the session's socket. The client library closes its own one whenever a read fails, and the
/// number may at once be another file's; this one stays ours until we close it.
public final class Interrupter: Sendable {
    private let socket: Mutex<Int32>

    init(socket: Int32) {
        self.socket = Mutex(fcntl(socket, F_DUPFD_CLOEXEC, 0))
    }

    deinit {
        close()
    }

    /// Lets go of the socket: the session is over.
    func close() {
        socket.withLock { descriptor in
            if descriptor >= 0 { _ = Glibc.close(descriptor) }
            descriptor = -1
        }
    }

    /// Shuts the connection down in both directions; what waits for it returns at once.
    public func interrupt() {
        socket.withLock { descriptor in
            if descriptor >= 0 { _ = shutdown(descriptor, Int32(SHUT_RDWR)) }
        }
    }

    /// Whether the other side has ended the connection, or it broke, and all that came over it was read.
    var isClosedByPeer: Bool {
        socket.withLock { descriptor in
            var byte: UInt8 = 0
            let flags = Int32(MSG_PEEK) | Int32(MSG_DONTWAIT)
            return descriptor >= 0 && recv(descriptor, &byte, 1, flags) == 0
        }
    }
}
