import Foundation
import Synchronization

/// A network that can fail: forwards connections on a port of 127.0.0.1 to another one, cuts them, and stalls them.
public final class TCPProxy: Sendable {
    /// Where it listens.
    public let port: UInt16
    private let listener: Listener
    private let state: Mutex<State>

    private struct State {
        var target: UInt16
        var cuts: [Int]
        var isStalled = false
        var isClosed = false
        var cutCount = 0
        var largestAnswer = 0
    }

    /// Forwards to `target`.
    /// - Parameter cuts: a connection that has got so many bytes from the server is cut, whatever they are in the middle
    ///   of. Each cut is made once, in their order; then nothing is cut any more.
    public init(to target: UInt16, cuts: [Int] = []) throws {
        state = Mutex(State(target: target, cuts: cuts))
        let descriptor = try Self.socket()
        let listener = Listener(descriptor)
        self.listener = listener
        var address = Self.address(0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let failed = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(descriptor, generic, length) != 0 || listen(descriptor, 64) != 0
                    || getsockname(descriptor, generic, &length) != 0
            }
        }
        port = UInt16(bigEndian: address.sin_port)
        guard !failed else {
            listener.close()
            throw TestSupportError("no port for a proxy: \(String(cString: strerror(errno)))")
        }
        Thread { [weak self] in
            while true {
                let client = accept(descriptor, nil, nil)
                if client < 0 {
                    if errno == EINTR || errno == ECONNABORTED { continue }
                    break
                }
                guard let self, !self.state.withLock(\.isClosed) else {
                    close(client)
                    break
                }
                Thread { self.forward(client) }.start()
            }
            listener.close()
        }.start()
    }

    deinit {
        listener.wake()
    }

    /// Ends all connections, and takes no more.
    public func stop() {
        state.withLock { $0.isClosed = true }
        listener.wake()
    }

    /// The listening socket, which the thread that accepts closes: from then on its number is another's, and must not be
    /// shut down, since that could be the leash of a server.
    private final class Listener: Sendable {
        private let descriptor: Mutex<Int32?>

        init(_ descriptor: Int32) { self.descriptor = Mutex(descriptor) }

        /// Wakes the thread that accepts.
        func wake() {
            descriptor.withLock { if let descriptor = $0 { _ = shutdown(descriptor, Int32(SHUT_RDWR)) } }
        }

        func close() {
            descriptor.withLock {
                if let descriptor = $0 { _ = Foundation.close(descriptor) }
                $0 = nil
            }
        }
    }

    /// From now on bytes are kept back, in both directions and of connections to come too; they stay open.
    public func stall() { state.withLock { $0.isStalled = true } }

    /// Bytes flow again, those kept back first.
    public func resume() { state.withLock { $0.isStalled = false } }

    /// Connections to come go to another port; those that are there stay where they are.
    public func redirect(to port: UInt16) { state.withLock { $0.target = port } }

    /// How many connections were cut so far.
    public var cutCount: Int { state.withLock(\.cutCount) }

    /// The most bytes that one connection has got from the server.
    public var largestAnswer: Int { state.withLock(\.largestAnswer) }

    /// Whether all cuts asked for have been made.
    public var isDoneCutting: Bool { state.withLock(\.cuts.isEmpty) }

    /// One connection, to its end.
    private func forward(_ client: Int32) {
        defer { close(client) }
        guard let server = try? Self.connect(to: state.withLock(\.target)) else { return }
        defer { close(server) }
        var received = 0
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 16 * 1024, alignment: 1)
        defer { buffer.deallocate() }
        while true {
            let (isStalled, isClosed) = state.withLock { ($0.isStalled, $0.isClosed) }
            if isClosed { return }
            if isStalled {
                usleep(5000)
                continue
            }
            var ends = [client, server].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            if poll(&ends, 2, 20) <= 0 { continue }
            if ends[0].revents != 0, Self.pass(from: client, to: server, buffer, limit: .max) == 0 { return }
            guard ends[1].revents != 0 else { continue }
            let limit = state.withLock { $0.cuts.first.map { $0 - received } } ?? .max
            if limit > 0 {
                let count = Self.pass(from: server, to: client, buffer, limit: limit)
                guard count > 0 else { return }
                received += count
                state.withLock { $0.largestAnswer = max($0.largestAnswer, received) }
                guard count >= limit else { continue }
            }
            state.withLock { state in
                if !state.cuts.isEmpty { state.cuts.removeFirst() }
                state.cutCount += 1
            }
            return
        }
    }

    /// Passes on what there is, up to `limit` bytes; how much, or 0 at the end.
    private static func pass(
        from source: Int32, to target: Int32, _ buffer: UnsafeMutableRawBufferPointer, limit: Int
    ) -> Int {
        let count = read(source, buffer.baseAddress, min(limit, buffer.count))
        guard count > 0, write(UnsafeRawBufferPointer(rebasing: buffer[..<count]), to: target) else { return 0 }
        return count
    }

    private static func write(_ bytes: UnsafeRawBufferPointer, to target: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = send(
                target, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count, Int32(MSG_NOSIGNAL))
            if count <= 0 { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    private static func socket() throws -> Int32 {
        let descriptor = Foundation.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw TestSupportError("socket: \(String(cString: strerror(errno)))") }
        return descriptor
    }

    private static func address(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }

    private static func connect(to port: UInt16) throws -> Int32 {
        let descriptor = try socket()
        var address = address(port)
        let failed = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Foundation.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) != 0
            }
        }
        guard !failed else {
            close(descriptor)
            throw TestSupportError("nobody listens on port \(port)")
        }
        return descriptor
    }
}
