import Foundation
import TestSupport
import Testing

/// Servers that take connections and never say a word, as behind a firewall or in a debugger.
@Suite struct SilentSinkTests {
    /// Listens until it is let go of.
    private final class SilentServer {
        let port: UInt16
        private let descriptor: Int32
        private var clients: [Int32] = []

        init() throws {
            descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let descriptor = descriptor
            let isListening = withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
                }
            }
            guard isListening, listen(descriptor, 64) == 0 else { throw TestSupportError("cannot listen: \(errno)") }
            port = UInt16(bigEndian: address.sin_port)
        }

        /// How many clients are connected by now.
        func count() -> Int {
            var ready = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            while poll(&ready, 1, 0) > 0 { clients.append(accept(descriptor, nil, nil)) }
            return clients.count
        }

        deinit {
            for client in clients { close(client) }
            close(descriptor)
        }
    }

    @Test func `however many pipelines hang, a stop takes ten seconds at most`() throws {
        let shop = try ShopFixture()
        let silent = try SilentServer()
        _ = try shop.configuration(sinks: [])
        var text = try String(contentsOfFile: shop.scratch.file("replicator.conf"), encoding: .utf8)
        for number in 1...8 {
            text += "[sink s\(number)]\nurl = redis://127.0.0.1:\(silent.port)/\(number)\ntimeout = 600\n"
        }
        let path = try shop.scratch.write(text, to: "replicator.conf")
        let run = try ReplicatorProcess(["run", "-c", path, "--start", "earliest"])
        // The source thread of each waits for an answer.
        try waitUntil(timeout: 60) { silent.count() == 8 }
        run.signal(SIGTERM)
        let start = ContinuousClock.now
        _ = try run.wait(timeout: 40)
        // Eight for the rows, one for threads that hang, and some more on a machine that is busy.
        #expect(ContinuousClock.now - start < .seconds(12.5), "\(run.errors.suffix(2000))")
        withExtendedLifetime(silent) {}
    }
}
