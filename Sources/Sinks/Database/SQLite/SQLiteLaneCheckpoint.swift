import Rows

/// One lane's row of the checkpoint table: what a lane's transaction begins with.
final class SQLiteLaneCheckpoint {
    private let pipeline: String
    private let lane: Int
    private let epoch: UInt64
    private let path: String
    private let connection: SQLiteConnection
    private let update: SQLiteStatement

    init(of pipeline: String, lane: Int, epoch: UInt64, on connection: SQLiteConnection) throws(SinkError) {
        self.pipeline = pipeline
        self.lane = lane
        self.epoch = epoch
        self.path = connection.path
        self.connection = connection
        let assignments = CheckpointTable.laneColumns.enumerated().map { "\($1) = ?\($0 + 4)" }
        let sql = """
            UPDATE \(CheckpointTable.lanes) SET \(assignments.joined(separator: ", ")) \
            WHERE pipeline = ?1 AND lane = ?2 AND epoch = ?3
            """
        update = try SinkError.wrapping { () throws(SQLiteError) in try connection.prepare(sql) }
    }

    /// Stores the lane's progress; throws `fenced` where another process has claimed the pipeline. Must run in a
    /// transaction that writes, before the rows that it stands for.
    func store(_ checkpoint: LaneCheckpoint) throws(SinkError) {
        let row: [SQLiteArgument] = [.text(pipeline), .integer(Int64(lane)), .integer(Int64(bitPattern: epoch))]
        try SinkError.wrapping { () throws(SQLiteError) in try update.run(row + Self.arguments(checkpoint)) }
        guard connection.changes == 1 else { throw SinkError(fencing: pipeline, epoch: epoch, target: path) }
    }

    /// What is stored for the lane now; nil if its row is gone.
    func stored() throws(SinkError) -> LaneCheckpoint? {
        var checkpoint: LaneCheckpoint?
        let columns = CheckpointTable.laneColumns.joined(separator: ", ")
        try SinkError.wrapping { () throws(SQLiteError) in
            try connection.query(
                "SELECT \(columns) FROM \(CheckpointTable.lanes) WHERE pipeline = ?1 AND lane = ?2",
                [.text(pipeline), .integer(Int64(lane))]
            ) { row in checkpoint = Self.read(row) }
        }
        return checkpoint
    }

    /// In the order of ``CheckpointTable/laneColumns``.
    static func arguments(_ checkpoint: LaneCheckpoint) -> [SQLiteArgument] {
        let resume = checkpoint.resume
        let applied: [SQLiteArgument] =
            checkpoint.applied.map {
                [
                    .integer(Int64($0.generation)), .integer(Int64(bitPattern: $0.sequence)),
                    .integer(Int64(bitPattern: $0.offset)), .integer(Int64($0.row)),
                ]
            } ?? [.null, .null, .null, .null]
        return [
            .text(resume.position.file), .integer(Int64(bitPattern: resume.position.offset)),
            .text(checkpoint.gtidText),
            .integer(resume.commitMicroseconds),
        ] + applied
    }

    /// The reverse, from a row of those columns; nil where a value is none that ``arguments(_:)`` makes. SQLite keeps text in
    /// a column of numbers, and takes it for 0.
    static func read(_ row: SQLiteStatement) -> LaneCheckpoint? {
        guard row.storageClass(0) == .text, row.storageClass(1) == .integer, row.storageClass(2) == .text,
            row.storageClass(3) == .integer
        else { return nil }
        let resume = ResumePosition(
            position: BinlogPosition(file: row.text(0), offset: UInt64(bitPattern: row.integer(1))),
            gtids: "", commitMicroseconds: row.integer(3))
        if (4...7).allSatisfy({ row.isNull($0) }) {
            return LaneCheckpoint(resume: resume, applied: nil, gtidText: row.text(2))
        }
        guard (4...7).allSatisfy({ row.storageClass($0) == .integer }),
            let generation = UInt32(exactly: row.integer(4)), let index = UInt32(exactly: row.integer(7))
        else { return nil }
        return LaneCheckpoint(
            resume: resume,
            applied: ChangeVersion(
                generation: generation, sequence: UInt64(bitPattern: row.integer(5)),
                offset: UInt64(bitPattern: row.integer(6)), row: index),
            gtidText: row.text(2))
    }
}
