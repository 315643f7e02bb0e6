import Glibc
import Synchronization

/// Listens on the control socket, and hands each request to `answer` on a thread of its own: a reload that takes long
/// keeps no `status` waiting. The state file's lock has settled that no other daemon of this state runs.
final class ControlServer: Sendable {
    /// More at a time are turned away.
    private static let maximumConnectionCount = 32
    /// How long a client may take to say what it wants.
    private static let requestSeconds = 10
    private static let requestByteCount = 64 * 1024

    let path: String
    private let descriptor: Int32
    private let answer: @Sendable (ControlRequest) -> ControlReply
    private let connectionCount = Mutex(0)
    private let stopping = StopFlag()

    /// Makes the socket, which only the account that runs the daemon may use. Throws in one line what stands in the way.
    init(path: String, answer: @escaping @Sendable (ControlRequest) -> ControlReply) throws(ControlSocketError) {
        guard let address = UnixAddress(path: path) else {
            throw ControlSocketError(
                "the control socket's path is longer than \(UnixAddress.maximumByteCount) bytes, which no socket's may "
                    + "be: give it a shorter one with socket = PATH in [replicator] (\(path))")
        }
        try Self.removeStale(path)
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Self.failure(path) }
        // Before it has a name: the file is made with these permissions, and no moment with wider ones.
        guard fchmod(descriptor, 0o600) == 0, address.withPointer({ bind(descriptor, $0, $1) }) == 0,
            listen(descriptor, 16) == 0
        else {
            let failure = Self.failure(path)
            close(descriptor)
            throw failure
        }
        self.path = path
        self.descriptor = descriptor
        self.answer = answer
    }

    deinit {
        close(descriptor)
    }

    func start() -> WorkerThread {
        WorkerThread(name: "control") { [self] in
            while !stopping.isSet {
                var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                guard Glibc.poll(&poll, 1, 200) > 0 else { continue }
                let client = accept(descriptor, nil, nil)
                guard client >= 0 else {
                    // Out of descriptors, say: not again at once.
                    _ = stopping.wait(seconds: 0.1)
                    continue
                }
                _ = fcntl(client, F_SETFD, FD_CLOEXEC)
                serve(ControlClientHandle(descriptor: client))
            }
        }
    }

    /// Listens no more, and takes the socket's file away.
    func stop() {
        stopping.set()
        unlink(path)
    }

    private func serve(_ client: ControlClientHandle) {
        let isTooMany = connectionCount.withLock { count in
            count += 1
            return count > Self.maximumConnectionCount
        }
        _ = WorkerThread(name: "client") { [self] in
            defer { connectionCount.withLock { $0 -= 1 } }
            let socket = ControlSocket(descriptor: client.descriptor, seconds: Self.requestSeconds)
            let reply: ControlReply
            if isTooMany {
                reply = ControlReply(error: "too many commands at a time")
            } else {
                guard let line = socket.readLine(limit: Self.requestByteCount) else { return }
                reply = self.reply(to: line)
            }
            guard let bytes = try? ControlJSON.encode(reply) else { return }
            socket.write(bytes + [UInt8(ascii: "\n")])
        }
    }

    private func reply(to line: [UInt8]) -> ControlReply {
        guard let request = try? ControlJSON.decode(ControlRequest.self, from: line) else {
            return ControlReply(error: "the request is not understood: the client may be of another version")
        }
        return answer(request)
    }

    /// A socket whose process is gone (kill -9) is in the way of a new one; one that is served is not ours to take.
    private static func removeStale(_ path: String) throws(ControlSocketError) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            throw ControlSocketError(
                "\(path) is there already and is no socket: remove it, or name the control socket otherwise with "
                    + "socket = PATH in [replicator]")
        }
        do {
            _ = try ControlSocket.connect(to: path, seconds: 1)
        } catch {
            guard error.code == ECONNREFUSED else { throw failure(path, error.code) }
            unlink(path)
            return
        }
        throw ControlSocketError(
            "another process is listening on the control socket \(path): stop it, or give this one a socket of its own "
                + "with socket = PATH in [replicator]")
    }

    private static func failure(_ path: String, _ code: Int32 = errno) -> ControlSocketError {
        ControlSocketError("the control socket \(path) cannot be made: \(SystemError(code: code))")
    }
}

/// A descriptor on its way to the thread that will own it.
private struct ControlClientHandle: Sendable {
    let descriptor: Int32
}

/// Why there is no control socket: one line.
struct ControlSocketError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
