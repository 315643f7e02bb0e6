import Glibc

/// A connected Unix stream socket with short messages on it. Confined to one thread.
final class ControlSocket {
    /// No message is longer: what is has come to the wrong door.
    static let maximumMessageByteCount = 16 << 20

    private let descriptor: Int32

    /// Takes over a descriptor; a read or write that waits longer than `seconds` fails.
    init(descriptor: Int32, seconds: Int) {
        self.descriptor = descriptor
        var time = timeval(tv_sec: seconds, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit {
        close(descriptor)
    }

    /// Connects to the daemon that listens at `path`; throws the error's number.
    static func connect(to path: String, seconds: Int) throws(SystemError) -> ControlSocket {
        guard let address = UnixAddress(path: path) else { throw SystemError(code: ENAMETOOLONG) }
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw SystemError(code: errno) }
        let socket = ControlSocket(descriptor: descriptor, seconds: seconds)
        guard address.withPointer({ Glibc.connect(descriptor, $0, $1) }) == 0 else { throw SystemError(code: errno) }
        return socket
    }

    /// Reads up to the end of a line, which is left out, or of the stream. Nil: too long, too late, or broken off.
    func readLine(limit: Int = ControlSocket.maximumMessageByteCount) -> [UInt8]? {
        var message: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while message.count <= limit {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return nil }
            if count == 0 { return message.isEmpty ? nil : message }
            if let end = buffer[..<count].firstIndex(of: UInt8(ascii: "\n")) { return message + buffer[..<end] }
            message += buffer[..<count]
        }
        return nil
    }

    /// False: the other end has gone, or takes nothing.
    @discardableResult
    func write(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }
}

/// An error number of the system.
struct SystemError: Error, CustomStringConvertible {
    let code: Int32

    var description: String { String(cString: strerror(code)) }
}

/// The address of a Unix socket.
struct UnixAddress {
    /// Of a path, without the zero behind it (unix(7): 108 bytes with it).
    static let maximumByteCount = 107

    private var address = sockaddr_un()
    private let length: socklen_t

    /// A path; nil: it is too long, or empty. One that begins with `@` names no file but an abstract socket.
    init?(path: String, mayBeAbstract: Bool = false) {
        var bytes = Array(path.utf8)
        guard !bytes.isEmpty, bytes.count <= Self.maximumByteCount, !bytes.contains(0) else { return nil }
        let isAbstract = mayBeAbstract && bytes[0] == UInt8(ascii: "@")
        if isAbstract { bytes[0] = 0 } else { bytes.append(0) }
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        length = socklen_t(MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? 2) + socklen_t(bytes.count)
    }

    func withPointer<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        withUnsafePointer(to: address) { pointer in
            // SAFETY: every socket address begins as `sockaddr` does.
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, length) }
        }
    }
}
