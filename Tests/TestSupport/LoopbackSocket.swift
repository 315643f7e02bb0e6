import Foundation

/// A TCP socket on 127.0.0.1 that reads and writes whole pieces. Whoever has it closes it, once.
struct LoopbackSocket: Sendable {
    let descriptor: Int32

    /// Nil: nobody listens there.
    init?(connectingTo port: UInt16) {
        guard let descriptor = Self.make() else { return nil }
        var address = Self.address(port)
        let failed = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) != 0
            }
        }
        guard !failed else {
            Foundation.close(descriptor)
            return nil
        }
        self.descriptor = descriptor
    }

    /// Listens, on a port that the system chooses.
    static func listener() throws -> (LoopbackSocket, port: UInt16) {
        guard let descriptor = make() else { throw TestSupportError("no socket") }
        var address = address(0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let failed = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(descriptor, generic, length) != 0 || listen(descriptor, 64) != 0
                    || getsockname(descriptor, generic, &length) != 0
            }
        }
        guard !failed else {
            Foundation.close(descriptor)
            throw TestSupportError("no port to listen on")
        }
        return (LoopbackSocket(descriptor), UInt16(bigEndian: address.sin_port))
    }

    private init(_ descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// The next connection; nil once the listener is shut down.
    func accepted() -> LoopbackSocket? {
        while true {
            let client = accept(descriptor, nil, nil)
            if client >= 0 { return LoopbackSocket(client) }
            if errno != EINTR, errno != ECONNABORTED { return nil }
        }
    }

    /// So many bytes; nil at the connection's end.
    func read(_ count: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let got = bytes.withUnsafeMutableBytes { buffer in
                recv(
                    descriptor, UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]).baseAddress, count - filled,
                    0)
            }
            if got < 0, errno == EINTR { continue }
            guard got > 0 else { return nil }
            filled += got
        }
        return bytes
    }

    func write(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// Ends the connection for both sides, and wakes who reads; it is still to be closed.
    func shutDown() {
        shutdown(descriptor, Int32(SHUT_RDWR))
    }

    func close() {
        Foundation.close(descriptor)
    }

    private static func make() -> Int32? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        return descriptor >= 0 ? descriptor : nil
    }

    private static func address(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }
}
