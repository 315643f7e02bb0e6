import Foundation
import TestSupport
import Testing

/// What a service manager is told (`Type=notify`).
@Suite(.serialized) struct ServiceManagerTests {
    @Test(arguments: [false, true])
    func `READY when the pipelines have started, RELOADING around a reload, STOPPING at the end`(isAbstract: Bool)
        throws
    {
        let shop = try ShopFixture()
        let path = try shop.configuration()
        let name = isAbstract ? "@replicator-test-\(getpid())-\(shop.server.port)" : shop.scratch.file("notify")
        let manager = try FakeServiceManager(name)
        let run = try ReplicatorProcess(
            ["run", "-c", path, "--start", "earliest"],
            environment: ["NOTIFY_SOCKET": name, "WATCHDOG_USEC": "1000000"])
        try manager.wait(for: ["READY=1", "STATUS=2 running"])
        try manager.wait(for: ["WATCHDOG=1"])
        _ = try StatusClient(configuration: path).command("pause", "cache")
        try manager.wait(for: ["STATUS=1 running, 1 paused (cache)"])
        run.signal(SIGHUP)
        try manager.wait(for: ["RELOADING=1", "MONOTONIC_USEC="])
        try manager.wait(for: ["READY=1"])
        run.signal(SIGTERM)
        try manager.wait(for: ["STOPPING=1"])
        #expect(try run.wait() == .exited(0), "\(run.errors)")
    }

    @Test func `READY does not wait for ever for a sink that is down`() throws {
        let shop = try ShopFixture()
        let path = try shop.configuration()
        try shop.redis.stop()
        let manager = try FakeServiceManager(shop.scratch.file("notify"))
        let run = try ReplicatorProcess(
            ["run", "-c", path, "--start", "earliest"], environment: ["NOTIFY_SOCKET": shop.scratch.file("notify")])
        try manager.wait(for: ["READY=1", "(cache)"])
        try run.stop()
    }
}

/// The receiving end of sd_notify(3).
private final class FakeServiceManager {
    private let descriptor: Int32

    init(_ name: String) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var bytes = Array(name.utf8)
        let isAbstract = bytes[0] == UInt8(ascii: "@")
        if isAbstract { bytes[0] = 0 }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let length = socklen_t(2 + bytes.count + (isAbstract ? 0 : 1))
        let bound = withUnsafePointer(to: address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
        }
        guard bound == 0 else { throw TestSupportError("bind: \(String(cString: strerror(errno)))") }
    }

    deinit {
        close(descriptor)
    }

    /// Reads datagrams until one has all `parts`; those before it are dropped.
    func wait(for parts: [String]) throws {
        var seen: [String] = []
        try waitUntil(timeout: 60, "\(parts) among \(seen)") {
            var buffer = [UInt8](repeating: 0, count: 4096)
            let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
            guard count > 0 else { return false }
            let text = String(decoding: buffer[..<count], as: UTF8.self)
            seen.append(text)
            return parts.allSatisfy { text.contains($0) }
        }
    }
}
