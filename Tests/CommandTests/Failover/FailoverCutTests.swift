import Foundation
import TestSupport
import Testing

/// The network to a primary breaks in the middle of an event, and stays so.
@Suite struct FailoverCutTests {
    @Test func `a pipeline and a tail that are cut off go on at the replica, with each row once`() throws {
        let pair = try ReplicatedShop()
        let shop = pair.shop
        try shop.logChanges()
        // Events are of 8 KB. From the first cut on no handshake comes through.
        let cuts = [60_001] + Array(repeating: 40, count: 1_000)
        let proxies = try (0..<2).map { _ in try TCPProxy(to: pair.primary.port, cuts: cuts) }
        defer { for proxy in proxies { proxy.stop() } }
        let hosts = proxies.map { "127.0.0.1:\($0.port),127.0.0.1:\(pair.replica.port)" }
        let path = try shop.configuration(sinks: ["warehouse"], hosts: hosts[0])
        let run = try ReplicatorProcess(["run", "-c", path, "--start", "earliest"])
        let tail = try LiveTail(hosts: hosts[1], ["--start", "earliest", "--tables", "shop.slots"])
        func insert(_ ids: ClosedRange<Int>) throws {
            try pair.primary.execute(
                "INSERT INTO slots SELECT seq, CONCAT('c', seq), seq FROM seq_\(ids.lowerBound)_to_\(ids.upperBound)",
                database: "shop")
        }
        func wait(_ count: Int) throws {
            try waitUntil(timeout: 60, "\(count) rows: \(run.errors.suffix(3000))") {
                guard run.end == nil else { throw TestSupportError("it has ended: \(run.errors.suffix(3000))") }
                return try shop.sqlite("SELECT COUNT(*) FROM slots") == "\(count)\n"
            }
            try tail.wait(lines: count)
        }
        try insert(1...1)
        try wait(1)
        #expect(proxies.allSatisfy { $0.cutCount == 0 })
        try insert(2...8_000)
        try wait(8_000)
        #expect(proxies.allSatisfy { $0.cutCount > 0 })
        try insert(8_001...8_001)
        try wait(8_001)
        #expect(run.errors.contains("another server is followed now"), "\(run.errors)")
        #expect(tail.process.errors.contains("another server answers"), "\(tail.process.errors)")
        let ids = try tail.stop().ids
        #expect(ids == Array(1...8_001))
        try run.stop()
        try shop.expectExactlyOnce(of: pair.replica)
    }
}
