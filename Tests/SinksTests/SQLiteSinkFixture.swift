import Rows
import TestSupport
import Testing

@testable import Sinks

/// A SQLite file with target tables, and a pipeline `p` of one lane that writes to it.
final class SQLiteSinkFixture {
    let folder: ScratchFolder
    let path: String
    let sink: any Sink
    private(set) var epoch: UInt64 = 0
    private var offset: UInt64 = 100

    init(_ schema: String, options: [String: String] = [:], folder: ScratchFolder? = nil) throws {
        self.folder = try folder ?? ScratchFolder()
        let folder = self.folder
        path = folder.file("target.db")
        try SQLiteConnection(path: path, access: .create).execute(schema)
        var options = SinkOptions(options)
        sink = try SinkFactory.makeSink(url: "sqlite:target.db", options: &options, baseDirectory: folder.path)
        #expect(options.remaining.isEmpty)
        try claim()
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

    /// What a query of the file answers, as SQLite itself prints it.
    func query(_ sql: String) throws -> [[String]] {
        var rows: [[String]] = []
        let connection = try SQLiteConnection(path: path, access: .write)
        try connection.query(sql) { row in
            rows.append((0..<row.columnCount).map { row.isNull($0) ? "NULL" : row.text($0) })
        }
        return rows
    }

    func execute(_ sql: String) throws {
        try SQLiteConnection(path: path, access: .write).execute(sql)
    }
}
