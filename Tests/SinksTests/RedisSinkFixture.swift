import Rows
import Synchronization
import TestSupport
import Testing

@testable import Sinks

/// A pipeline of one lane that writes to keys of its own in a Redis.
final class RedisSinkFixture: SinkFixture {
    let server: RedisServer
    let session: RedisSession
    let sink: any Sink
    let settings: RedisSettings
    let pipeline: String
    /// What all keys of the fixture begin with.
    let prefix: String
    var epoch: UInt64 = 0
    var offset: UInt64 = 100
    private static let fixtureCount = Atomic<Int>(0)

    init(
        _ server: RedisServer? = nil, key: String = "{table}:{id}", options: [String: String] = [:]
    ) throws {
        self.server = try server ?? RedisServer.shared()
        session = try RedisSession(port: self.server.port)
        let number = Self.fixtureCount.wrappingAdd(1, ordering: .relaxed).newValue
        prefix = "f\(number).\(UInt32.random(in: 0...UInt32.max)):"
        pipeline = prefix
        var all = options
        all["key"] = prefix + key
        var remaining = SinkOptions(all)
        settings = try RedisSettings(
            url: "//127.0.0.1:\(self.server.port)", options: &remaining, baseDirectory: "/")
        var again = SinkOptions(all)
        sink = try SinkFactory.makeSink(url: self.server.url, options: &again, baseDirectory: "/")
        #expect(again.remaining.isEmpty)
        try claim()
    }

    /// The names of the fixture's keys, without its prefix, sorted.
    func keys() throws -> [String] {
        try session.command(["KEYS", prefix + "*"]).elements.compactMap(\.string)
            .map { String($0.dropFirst(prefix.count)) }.sorted()
    }

    func hash(_ key: String) throws -> [String: String] {
        try session.command(["HGETALL", prefix + key]).fields
    }

    /// Runs a command on one of the fixture's keys; returns its reply if that is a text or a number.
    @discardableResult
    func command(_ name: String, _ key: String, _ words: String...) throws -> String? {
        try session.command([name, prefix + key] + words).string
    }
}
