import Rows
import TestSupport
import Testing

@testable import Sinks

struct RedisFindingsTests {
    let users = Table("users", [("id", .int), ("kind", .varchar)], keyCount: 2)

    private func findings(_ tables: [Table], _ options: [String: String] = [:]) throws -> [String] {
        var options = SinkOptions(options)
        return try SinkFactory.makeSink(url: RedisServer.shared().url, options: &options, baseDirectory: "/")
            .findings(for: tables)
    }

    @Test func `tables that fit have none`() throws {
        let orders = Table("orders", [("id", .int)])
        #expect(try findings([users, orders]) == [])
        #expect(try findings([users], ["key": "u:{id}:{kind}", "format": "string"]) == [])
    }

    @Test(arguments: [
        ("{table}:{id}", "lacks {kind} of the primary key of shop.users"),
        ("{table}", "lacks {id} and {kind} of the primary key"),
        ("{table}:{id}:{kid}", "shop.users has no column kid (its columns are id, kind)"),
        ("{id}:{kind}", "could get the keys replicator:checkpoint:"),
        ("replicator:{id}:{kind}", "are the replicator's own"),
    ])
    func `a template that does not fit is found`(key: String, finding: String) throws {
        let findings = try findings([users], ["key": key])
        #expect(findings.count == 1)
        #expect(findings.first?.contains(finding) == true, "\(findings)")
    }

    @Test func `tables that would share keys are found`() throws {
        let other = Table("users", [("kind", .varchar), ("id", .int)], keyCount: 2, database: "other")
        let orders = Table("orders", [("id", .int), ("kind", .int)], keyCount: 2)
        let found = try findings([users, other])
        #expect(found.count == 1)
        #expect(found.first?.contains("shop.users and other.users would get the same keys") == true)
        #expect(try findings([users, other], ["key": "{database}:{table}:{id}:{kind}"]) == [])
        #expect(try findings([users, orders], ["key": "k:{id}:{kind}"]).count == 1)
        let keyless = Table("t", [("id", .int)], keyCount: 0)
        #expect(try findings([keyless]).first?.contains("shop.t has no primary key") == true)
    }

    @Test func `a server that drops keys is found unless that is accepted`() throws {
        let server = try RedisServer(options: ["--maxmemory", "64mb", "--maxmemory-policy", "allkeys-lru"])
        for (value, count) in [("refuse", 1), ("allow", 0)] {
            var options = SinkOptions(["eviction": value])
            let sink = try SinkFactory.makeSink(url: server.url, options: &options, baseDirectory: "/")
            let findings = try sink.findings(for: [users])
            #expect(findings.count == count)
        }
    }

    @Test func `a server that is not there is one clear line`() throws {
        var options = SinkOptions([:])
        let sink = try SinkFactory.makeSink(url: "redis://127.0.0.1:1", options: &options, baseDirectory: "/")
        let error = #expect(throws: SinkError.self) { try sink.findings(for: [users]) }
        #expect(
            error?.message == "redis://127.0.0.1:1/0: cannot connect: Connection refused: is it up, and is url right?")
        #expect(error?.disposition == .retriable)
    }
}
