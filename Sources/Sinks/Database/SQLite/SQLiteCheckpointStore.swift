import Rows

/// Keeps a pipeline's checkpoint in a SQLite file: in the target, or in the state file. Unsigned numbers are stored
/// as the signed ones of the same bits.
public final class SQLiteCheckpointStore: CheckpointStore {
    private let connection: SQLiteConnection
    private let pipeline: String

    /// Uses `connection`, which must be able to write for all but `read`, in transactions of its own.
    public init(connection: SQLiteConnection, pipeline: String) {
        self.connection = connection
        self.pipeline = pipeline
    }

    public func read() throws(SinkError) -> PipelineCheckpoint? {
        try SinkError.wrapping { () throws(SQLiteError) in
            guard try hasTables else { return nil }
            let stored = try stored()
            if let checkpoint = stored.checkpoint, checkpoint.lanes.count != stored.laneCount {
                throw SQLiteError(
                    code: SQLiteCode.corruptCheckpoint,
                    message: "\(CheckpointTable.lanes) has \(checkpoint.lanes.count) of the \(stored.laneCount) rows "
                        + "of pipeline \(pipeline): rows were changed by hand; begin anew with run --start earliest "
                        + "--reset-checkpoint --sink \(pipeline)",
                    path: connection.path)
            }
            return stored.checkpoint
        }
    }

    public func epoch() throws(SinkError) -> UInt64? {
        try SinkError.wrapping { () throws(SQLiteError) in
            let epoch = try hasTables ? stored().epoch : 0
            return epoch > 0 ? epoch : nil
        }
    }

    private var hasTables: Bool {
        get throws(SQLiteError) {
            var count = 0
            try connection.query(
                "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name IN (?1, ?2)",
                [.text(CheckpointTable.pipelines), .text(CheckpointTable.lanes)]
            ) { _ in count += 1 }
            return count == 2
        }
    }

    /// Besides, switches the file to a write-ahead log, before lanes open it side by side.
    public func claim() throws(SinkError) -> (epoch: UInt64, checkpoint: PipelineCheckpoint?) {
        try SinkError.wrapping { () throws(SQLiteError) in try connection.useWriteAheadLog() }
        return try claimEpoch()
    }

    private func claimEpoch() throws(SinkError) -> (epoch: UInt64, checkpoint: PipelineCheckpoint?) {
        try connection.withTransaction { () throws(SinkError) in
            try SinkError.wrapping { () throws(SQLiteError) in
                try connection.execute(Self.createTables)
                try connection.query(
                    """
                    INSERT INTO \(CheckpointTable.pipelines) VALUES (?1, 1, 0, '', '', '') \
                    ON CONFLICT (pipeline) DO UPDATE SET epoch = epoch + 1
                    """, [.text(pipeline)])
                let stored = try stored()
                try connection.query(
                    "UPDATE \(CheckpointTable.lanes) SET epoch = ?2 WHERE pipeline = ?1",
                    [.text(pipeline), .integer(Int64(bitPattern: stored.epoch))])
                // What is not whole was refused by `read`, or is to be replaced.
                let isWhole = stored.checkpoint?.lanes.count == stored.laneCount
                return (stored.epoch, isWhole ? stored.checkpoint : nil)
            }
        }
    }

    public func replace(with checkpoint: PipelineCheckpoint, epoch: UInt64) throws(SinkError) {
        precondition(!checkpoint.lanes.isEmpty, "a checkpoint has at least one lane")
        let key: [SQLiteArgument] = [.text(pipeline), .integer(Int64(bitPattern: epoch))]
        try connection.withTransaction { () throws(SinkError) in
            let isMine = try SinkError.wrapping { () throws(SQLiteError) in
                try connection.query(
                    """
                    UPDATE \(CheckpointTable.pipelines) SET lanes = ?3, key_by = ?4, mapping = ?5, start = ?6 \
                    WHERE pipeline = ?1 AND epoch = ?2
                    """,
                    key + [
                        .integer(Int64(checkpoint.lanes.count)), .text(checkpoint.keyBy), .text(checkpoint.mapping),
                        .text(checkpoint.start),
                    ])
                guard connection.changes == 1 else { return false }
                try connection.query(
                    "DELETE FROM \(CheckpointTable.lanes) WHERE pipeline = ?1", [.text(pipeline)])
                let insert = try connection.prepare(Self.insertLane)
                for (index, lane) in checkpoint.lanes.enumerated() {
                    let row: [SQLiteArgument] = [
                        .text(pipeline), .integer(Int64(index)), .integer(Int64(bitPattern: epoch)),
                    ]
                    try insert.run(row + SQLiteLaneCheckpoint.arguments(lane))
                }
                return true
            }
            guard isMine else { throw SinkError(fencing: pipeline, epoch: epoch, target: connection.path) }
        }
    }

    public func store(_ checkpoint: LaneCheckpoint, lane: Int, epoch: UInt64) throws(SinkError) {
        let row = try SQLiteLaneCheckpoint(of: pipeline, lane: lane, epoch: epoch, on: connection)
        try connection.withTransaction { () throws(SinkError) in
            try row.store(checkpoint)
        }
    }

    /// Everything that is stored of the pipeline; epoch 0 where nothing is. It may have fewer lanes than it should.
    private func stored() throws(SQLiteError) -> (epoch: UInt64, laneCount: Int, checkpoint: PipelineCheckpoint?) {
        var epoch: UInt64 = 0
        var laneCount = 0
        var checkpoint = PipelineCheckpoint(keyBy: "", mapping: "", start: "", lanes: [])
        let settings = CheckpointTable.pipelineColumns.joined(separator: ", ")
        try connection.query(
            "SELECT \(settings) FROM \(CheckpointTable.pipelines) WHERE pipeline = ?1", [.text(pipeline)]
        ) { row in
            epoch = UInt64(bitPattern: row.integer(1))
            laneCount = Int(row.integer(2))
            checkpoint.keyBy = row.text(3)
            checkpoint.mapping = row.text(4)
            checkpoint.start = row.text(5)
        }
        guard laneCount > 0 else { return (epoch, 0, nil) }
        var rowCount = 0
        let progress = CheckpointTable.laneColumns.joined(separator: ", ")
        try connection.query(
            "SELECT \(progress) FROM \(CheckpointTable.lanes) WHERE pipeline = ?1 ORDER BY lane", [.text(pipeline)]
        ) { row in
            rowCount += 1
            if let lane = SQLiteLaneCheckpoint.read(row) { checkpoint.lanes.append(lane) }
        }
        return (epoch, laneCount, rowCount == 0 ? nil : checkpoint)
    }

    private static let createTables = """
        CREATE TABLE IF NOT EXISTS \(CheckpointTable.pipelines) (
            pipeline TEXT NOT NULL PRIMARY KEY, epoch INTEGER NOT NULL, lanes INTEGER NOT NULL,
            key_by TEXT NOT NULL, mapping TEXT NOT NULL, start TEXT NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS \(CheckpointTable.lanes) (
            pipeline TEXT NOT NULL, lane INTEGER NOT NULL, epoch INTEGER NOT NULL,
            resume_file TEXT NOT NULL, resume_offset INTEGER NOT NULL, resume_gtids TEXT NOT NULL,
            resume_commit_us INTEGER NOT NULL, applied_generation INTEGER, applied_sequence INTEGER,
            applied_offset INTEGER, applied_row INTEGER, PRIMARY KEY (pipeline, lane)
        ) WITHOUT ROWID
        """

    private static let insertLane: String = {
        let columns = CheckpointTable.laneKeyColumns + CheckpointTable.laneColumns
        let values = columns.indices.map { "?\($0 + 1)" }
        return """
            INSERT INTO \(CheckpointTable.lanes) (\(columns.joined(separator: ", "))) \
            VALUES (\(values.joined(separator: ", ")))
            """
    }()
}

extension SinkError {
    /// Says that `target` knows a newer owner of `pipeline`.
    init(fencing pipeline: String, epoch: UInt64, target: String) {
        self.init(
            .fenced,
            "\(target): another process has taken over pipeline \(pipeline) (ours was epoch \(epoch)), or its "
                + "checkpoint was deleted; this one stops")
    }
}
