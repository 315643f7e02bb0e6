import Foundation
import MySQLClient
import Rows
import TestSupport
import Testing

@testable import Sinks

/// A database of a real server with target tables, and a pipeline `p` of one lane that writes to it.
final class MySQLSinkFixture {
    let server: any DatabaseServer
    let database: String
    let sink: any Sink
    private(set) var epoch: UInt64 = 0
    private var offset: UInt64 = 100

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

    /// Takes the pipeline over, and gives it a first checkpoint.
    func claim() throws {
        let store = try #require(try sink.makeCheckpointStore(pipeline: "p"))
        epoch = try store.claim().epoch
        try store.replace(
            with: PipelineCheckpoint(keyBy: "table", mapping: "", start: "earliest", lanes: [checkpoint(4)]),
            epoch: epoch)
    }

    func makeWriter() throws -> any LaneWriter {
        try sink.makeWriter(pipeline: "p", lane: 0, epoch: epoch)
    }

    func checkpoint(_ offset: UInt64) -> LaneCheckpoint {
        LaneCheckpoint(
            resume: ResumePosition(
                position: BinlogPosition(file: "binlog.000001", offset: offset), gtids: "", commitMicroseconds: 0),
            applied: nil)
    }

    /// Writes `batches` with a checkpoint beyond all before.
    @discardableResult
    func write(_ batches: RowBatch..., to writer: (any LaneWriter)? = nil) throws -> WriteCounts {
        offset += 1
        return try (writer ?? makeWriter()).write(batches, checkpoint: checkpoint(offset))
    }

    func storedCheckpoint() throws -> LaneCheckpoint? {
        try sink.makeCheckpointStore(pipeline: "p")?.read()?.lanes.first
    }

    /// The canonical text of a table's rows, sorted.
    func rows(of table: Table) throws -> [[String?]] {
        var rows: [[String?]] = []
        try sink.makeReader()?.readRows(of: table) { row in
            rows.append(row.map { $0.map { String(decoding: $0, as: UTF8.self) } })
        }
        return rows.sorted { "\($0)" < "\($1)" }
    }

    /// What a query answers, as the server prints it.
    func query(_ sql: String) throws -> [[String?]] {
        try server.query(sql, database: database)
    }

    func execute(_ sql: String) throws {
        try server.execute(sql, database: database)
    }
}
