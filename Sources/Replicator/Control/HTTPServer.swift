import CMicrohttpd
import Glibc

/// What is answered over HTTP.
struct HTTPResponse: Sendable {
    var status: UInt32 = 200
    var contentType = "text/plain; charset=utf-8"
    var body: [UInt8]
    /// Of a 405: the methods that there are.
    var allow: String?
}

/// Answers requests without a body on one thread of the library's own. The owner of a `MHD_Daemon*`; ends with it.
final class HTTPServer {
    /// More are turned away, and those that say nothing so long are closed: nobody outside can use the process up.
    private static let maximumConnectionCount: UInt32 = 64
    private static let idleSeconds: UInt32 = 10

    typealias Answer = @Sendable (_ method: String, _ path: String) -> HTTPResponse

    /// Where it listens: with the port that the system picked, if that was asked for.
    let address: HTTPAddress
    private let daemon: OpaquePointer
    private let context: Context

    /// What the library hands to its callback.
    private final class Context {
        let answer: Answer

        init(_ answer: @escaping Answer) {
            self.answer = answer
        }
    }

    /// `answer` is called on the library's thread, for one request at a time. Throws in one line why the address cannot
    /// be had.
    init(_ address: HTTPAddress, answer: @escaping Answer) throws(HTTPServerError) {
        let context = Context(answer)
        let (descriptor, port) = try Self.listen(address)
        // SAFETY: the daemon has the context unretained; `deinit` stops it before the context goes.
        let started = replicator_http_start(
            descriptor, Self.maximumConnectionCount, Self.idleSeconds, Self.callback,
            Unmanaged.passUnretained(context).toOpaque())
        guard let started else {
            close(descriptor)
            throw HTTPServerError("http = \(address): the HTTP server does not start")
        }
        daemon = started
        self.context = context
        self.address = HTTPAddress(host: address.host, port: port)
    }

    deinit {
        MHD_stop_daemon(daemon)
    }

    private static let callback: MHD_AccessHandlerCallback = { context, connection, path, method, _, _, _, _ in
        guard let context, let connection, let path, let method else { return .NO }
        // SAFETY: the server keeps its context until the daemon has stopped.
        let answer = Unmanaged<Context>.fromOpaque(context).takeUnretainedValue().answer
        let response = answer(String(cString: method), String(cString: path))
        let made = response.body.withUnsafeBytes {
            // The library copies the bytes before the call returns, and writes to none of them.
            MHD_create_response_from_buffer(
                $0.count, UnsafeMutableRawPointer(mutating: $0.baseAddress), .RESPMEM_MUST_COPY)
        }
        guard let made else { return .NO }
        defer { MHD_destroy_response(made) }
        MHD_add_response_header(made, "Content-Type", response.contentType)
        MHD_add_response_header(made, "Cache-Control", "no-store")
        if let allow = response.allow { MHD_add_response_header(made, "Allow", allow) }
        return MHD_queue_response(connection, response.status, made)
    }

    /// A listening socket and its port. Our own, since the library does not tell why it got none.
    private static func listen(_ address: HTTPAddress) throws(HTTPServerError) -> (descriptor: Int32, port: UInt16) {
        func fail(_ code: Int32) -> HTTPServerError {
            let reason = String(cString: strerror(code))
            return HTTPServerError(
                "http = \(address) cannot be listened on: \(reason)"
                    + (code == EADDRINUSE ? "; name a free port in [replicator], or end what has it" : ""))
        }
        let isSix = address.host.contains(":")
        let descriptor = socket(
            isSix ? AF_INET6 : AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw fail(errno) }
        var yes: Int32 = 1
        // A port that was in use a moment ago, by this program's last run, is no reason to fail.
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        if isSix { setsockopt(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &yes, socklen_t(MemoryLayout<Int32>.size)) }
        var port: UInt16?
        if isSix {
            var wanted = sockaddr_in6()
            wanted.sin6_family = sa_family_t(AF_INET6)
            wanted.sin6_port = address.port.bigEndian
            if inet_pton(AF_INET6, address.host, &wanted.sin6_addr) == 1 {
                port = bound(descriptor, &wanted) { $0.sin6_port }
            } else {
                errno = EADDRNOTAVAIL
            }
        } else {
            var wanted = sockaddr_in()
            wanted.sin_family = sa_family_t(AF_INET)
            wanted.sin_port = address.port.bigEndian
            if inet_pton(AF_INET, address.host, &wanted.sin_addr) == 1 {
                port = bound(descriptor, &wanted) { $0.sin_port }
            } else {
                errno = EADDRNOTAVAIL
            }
        }
        guard let port, Glibc.listen(descriptor, 64) == 0 else {
            let failure = fail(errno)
            close(descriptor)
            throw failure
        }
        return (descriptor, port)
    }

    /// Binds, and returns the port that came of it; nil with `errno` set if that fails.
    private static func bound<Address>(
        _ descriptor: Int32, _ address: inout Address, port: (Address) -> in_port_t
    ) -> UInt16? {
        var length = socklen_t(MemoryLayout<Address>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            // SAFETY: every socket address begins as `sockaddr` does.
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        return isBound ? UInt16(bigEndian: port(address)) : nil
    }
}

/// Why there is no HTTP server: one line.
struct HTTPServerError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
