import Foundation
import TestSupport

/// A `replicator tail mysql://…` that is running.
final class LiveTail: Sendable {
    let process: ReplicatorProcess

    /// Follows `server`, or what listens on `port` in between.
    convenience init(_ server: MariaDBServer, _ options: [String], port: UInt16? = nil) throws {
        try self.init(hosts: "127.0.0.1:\(port ?? server.port)", options)
    }

    init(hosts: String, _ options: [String]) throws {
        process = try ReplicatorProcess(["tail", "mysql://root@\(hosts)"] + options)
    }

    /// The whole lines so far.
    func lines() throws -> [TailLine] {
        let output = process.output
        guard let end = output.utf8.lastIndex(of: 0x0A) else { return [] }
        return try output.utf8[..<end].split(separator: 0x0A).map { try TailLine($0) }
    }

    /// Waits until there are `count` lines, or more.
    @discardableResult
    func wait(lines count: Int, timeout: Double = 60) throws -> [TailLine] {
        try waitUntil(timeout: timeout, "\(count) lines: \(process.errors)") {
            guard process.end == nil else { throw TestSupportError("tail has ended: \(process.errors)") }
            return process.output.utf8.count { $0 == 0x0A } >= count
        }
        return try lines()
    }

    /// Ends it, and returns all its lines, of which the last is whole too.
    func stop(_ signal: Int32 = SIGTERM) throws -> [TailLine] {
        try process.stop(signal)
        let output = process.output
        guard output.isEmpty || output.hasSuffix("\n") else { throw TestSupportError("the last line has no end") }
        return try lines()
    }
}

extension [TailLine] {
    /// The `id` of each row, as it is after the change.
    var ids: [Int] {
        map { line in
            guard case .number(let text)? = line.after?.first(where: { $0.name == "id" })?.value else { return -1 }
            return Int(text) ?? -1
        }
    }
}
