import Rows
import Testing

@testable import Sinks

/// A sink over a real target, and a pipeline of one lane that writes to it.
protocol SinkFixture: AnyObject {
    var sink: any Sink { get }
    var pipeline: String { get }
    /// Of the last claim.
    var epoch: UInt64 { get set }
    /// Of the last checkpoint that was written.
    var offset: UInt64 { get set }
}

extension SinkFixture {
    var pipeline: String { "p" }

    /// Takes the pipeline over, and gives it a first checkpoint.
    func claim() throws {
        let store = try #require(try sink.makeCheckpointStore(pipeline: pipeline))
        epoch = try store.claim().epoch
        try store.replace(
            with: PipelineCheckpoint(keyBy: "table", mapping: "", start: "earliest", lanes: [checkpoint(4)]),
            epoch: epoch)
    }

    func makeWriter() throws -> any LaneWriter {
        try sink.makeWriter(pipeline: pipeline, lane: 0, epoch: epoch)
    }

    func checkpoint(_ offset: UInt64) -> LaneCheckpoint {
        LaneCheckpoint(
            resume: ResumePosition(
                position: BinlogPosition(file: "binlog.000001", offset: offset), gtids: "0-1-7", commitMicroseconds: 0),
            applied: nil)
    }

    /// Beyond all before.
    func checkpoint() -> LaneCheckpoint {
        offset += 1
        return checkpoint(offset)
    }

    /// Writes `batches` with a checkpoint beyond all before.
    @discardableResult
    func write(_ batches: RowBatch..., to writer: (any LaneWriter)? = nil) throws -> WriteCounts {
        try (writer ?? makeWriter()).write(batches, checkpoint: checkpoint())
    }

    func storedCheckpoint() throws -> LaneCheckpoint? {
        try sink.makeCheckpointStore(pipeline: pipeline)?.read()?.lanes.first
    }

    /// The canonical text of a table's rows, sorted.
    func rows(of table: Table) throws -> [[String?]] {
        var rows: [[String?]] = []
        try sink.makeReader()?.readRows(of: table) { row in
            rows.append(row.map { $0.map { String(decoding: $0, as: UTF8.self) } })
        }
        return rows.sorted { "\($0)" < "\($1)" }
    }
}
