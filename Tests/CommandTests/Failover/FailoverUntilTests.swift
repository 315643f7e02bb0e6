import Foundation
import TestSupport
import Testing

/// `--until` where several servers are named: a place in one's log says nothing in another's.
@Suite struct FailoverUntilTests {
    private func run(_ path: String, _ until: String, _ options: [String] = []) throws -> (
        end: ProcessEnd, errors: String
    ) {
        let (end, _, errors) = try ReplicatorProcess.run(["run", "-c", path, "--until", until] + options, timeout: 60)
        return (end, errors)
    }

    @Test func `what it means is asked of the server whose log is followed`() throws {
        let pair = try ReplicatedShop()
        let shop = pair.shop
        try pair.catchUp()
        func insert(_ id: Int) throws {
            try pair.primary.execute("INSERT INTO slots VALUES (\(id), 'c\(id)', \(id))", database: "shop")
            try pair.catchUp()
        }
        func expect(_ ids: ClosedRange<Int>, sourceLocation: SourceLocation = #_sourceLocation) throws {
            let rows = ids.map { "\($0)\n" }.joined()
            #expect(try shop.sqlite("SELECT id FROM slots ORDER BY id") == rows, sourceLocation: sourceLocation)
        }
        // The checkpoint is one of the replica, whose files have higher numbers than those of the URL's first host.
        let replica = try shop.configuration(sinks: ["warehouse"], hosts: "127.0.0.1:\(pair.replica.port)")
        let first = try run(replica, "latest", ["--start", "earliest"])
        try #require(first.end == .exited(0), "\(first.errors)")
        let path = try shop.configuration(sinks: ["warehouse"], hosts: pair.hosts)
        try insert(1)
        let now = ISO8601DateFormatter().string(from: Date())
        try waitUntil { ISO8601DateFormatter().string(from: Date()) > now }
        for (until, id) in [(now, 1), ("latest", 2)] {
            if id > 1 { try insert(id) }
            let (end, errors) = try run(path, until)
            #expect(end == .exited(0) && !errors.contains("followed now"), "\(until): \(errors)")
            try expect(1...id)
        }

        // A place in the log of a server that is down, and a bound that is none.
        try insert(3)
        let place = try pair.primary.binlogEnd()
        try pair.replica.kill()
        let refused = try run(path, "\(place.file):\(place.offset)")
        #expect(
            refused.end == .exited(1) && refused.errors.contains("in the log of another server"), "\(refused.errors)")
        try expect(1...2)
        let moved = try run(path, "latest")
        #expect(moved.end == .exited(0) && moved.errors.contains("another server is followed now"), "\(moved.errors)")
        try expect(1...3)

        // Likewise where the server is lost on the way.
        try pair.replica.start()
        let under = try ReplicatorProcess(["run", "-c", path, "--until", "\(place.file):\(1 << 40)"])
        try insert(4)
        try waitUntil(timeout: 30, "the row: \(under.errors)") { try shop.sqlite("SELECT MAX(id) FROM slots") == "4\n" }
        try pair.primary.kill()
        #expect(try under.wait(timeout: 60) == .exited(1))
        #expect(under.errors.contains("in the log of another server"), "\(under.errors)")
    }
}
