import Foundation
import MySQLClient
import Rows
import TestSupport
import Testing

@testable import Sinks

/// A database of a real server with target tables, and a pipeline `p` of one lane that writes to it.
final class MySQLSinkFixture: SinkFixture {
    let server: any DatabaseServer
    let database: String
    let sink: any Sink
    var epoch: UInt64 = 0
    var offset: UInt64 = 100

    /// - Parameters:
    ///   - schema: statements separated by semicolons.
    ///   - server: nil for the shared one of its kind.
    ///   - user: who the sink logs in as, without a password.
    init(
        _ schema: String, on kind: ServerKind = .mariaDB, options: [String: String] = [:],
        server: (any DatabaseServer)? = nil, user: String = "root"
    ) throws {
        self.server = try server ?? kind.shared()
        database = try self.server.makeDatabase("target")
        if !schema.isEmpty { try self.server.execute(schema, database: database) }
        sink = try Self.makeSink(user, self.server.port, database, options)
        try claim()
    }

    /// The same pipeline and target, over another port: a proxy's.
    init(reusing other: MySQLSinkFixture, port: UInt16, options: [String: String]) throws {
        server = other.server
        database = other.database
        epoch = other.epoch
        sink = try Self.makeSink("root", port, database, options)
    }

    private static func makeSink(
        _ user: String, _ port: UInt16, _ database: String, _ options: [String: String]
    ) throws -> any Sink {
        var options = SinkOptions(options)
        let sink = try SinkFactory.makeSink(
            url: "mysql://\(user)@127.0.0.1:\(port)/\(database)", options: &options, baseDirectory: "/")
        #expect(options.remaining.isEmpty)
        return sink
    }

    /// What a query answers, as the server prints it.
    func query(_ sql: String) throws -> [[String?]] {
        try server.query(sql, database: database)
    }

    func execute(_ sql: String) throws {
        try server.execute(sql, database: database)
    }
}
