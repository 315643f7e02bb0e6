import Foundation
import TestSupport
import Testing

/// Orders of the shop that the view shows, for tests that follow a table's changes.
extension ShopFixture {
    /// One transaction each, told apart by every value; on another server than the shop's, if one is named.
    func insertOrders(_ ids: ClosedRange<Int>, on other: (any DatabaseServer)? = nil) throws {
        for id in ids {
            try (other ?? server).execute(
                "INSERT INTO orders (id, status, unit_price, quantity, note) VALUES (\(id), 'open', \(id).5, 2, 'n\(id)')",
                database: "shop")
        }
    }

    /// Waits until the sinks of the configuration at `path` have all, and expects them equal, with as many orders.
    func expectEqual(_ path: String, orders count: Int, at place: SourceLocation = #_sourceLocation) throws {
        let (end, output, errors) = try verify(path)
        #expect(end == .exited(0), "\(output)\(errors)", sourceLocation: place)
        #expect(try sqlite("SELECT count(*) FROM open_orders") == "\(count)\n", sourceLocation: place)
    }

    /// The configuration at `path` for a process that stands by: it has a state file of its own.
    func standby(of path: String) throws -> String {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        return try scratch.write(
            text.replacing("state = replicator.state", with: "state = standby.state"), to: "standby.conf")
    }
}

extension ReplicatorProcess {
    /// Starts `run` with the configuration at `path`, and waits until its pipelines, of that number, read.
    static func reading(_ path: String, _ options: [String] = [], pipelines: Int = 1) throws -> ReplicatorProcess {
        let run = try ReplicatorProcess(["run", "-c", path] + options)
        try run.waitUntilReading(times: pipelines)
        return run
    }

    /// Waits until its log has said so often that a pipeline reads; throws, with what it said, if it ends before.
    func waitUntilReading(times: Int = 1) throws {
        try waitUntil("\(times) times \"reading\": \(errors.suffix(3000))") {
            guard end == nil else { throw TestSupportError("it has ended: \(errors.suffix(3000))") }
            return errors.matches(of: /msg=reading/).count >= times
        }
    }
}
