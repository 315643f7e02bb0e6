import MySQLClient
import Rows

/// Keeps a pipeline's checkpoint in the target database. Connects anew after an error. Confined to one thread at a time.
final class MySQLCheckpointStore: CheckpointStore {
    private let settings: MySQLSettings
    private let pipeline: String
    private var session: MySQLSession?

    init(settings: MySQLSettings, pipeline: String) throws(SinkError) {
        self.settings = settings
        self.pipeline = pipeline
        session = try MySQLSession(settings)
    }

    func read() throws(SinkError) -> PipelineCheckpoint? {
        try withSession { (session) throws(SinkError) in
            guard try hasTables(session) else { return nil }
            let stored = try stored(session)
            if let checkpoint = stored.checkpoint, checkpoint.lanes.count != stored.laneCount {
                throw SinkError(
                    .fatal,
                    "\(settings.label): \(CheckpointTable.lanes) has \(checkpoint.lanes.count) of the "
                        + "\(stored.laneCount) rows of pipeline \(pipeline): rows were changed by hand; begin anew with run --start earliest "
                        + "--reset-checkpoint --sink \(pipeline)")
            }
            return stored.checkpoint
        }
    }

    func epoch() throws(SinkError) -> UInt64? {
        try withSession { (session) throws(SinkError) in
            let epoch = try hasTables(session) ? stored(session).epoch : 0
            return epoch > 0 ? epoch : nil
        }
    }

    private func hasTables(_ session: MySQLSession) throws(SinkError) -> Bool {
        let tables = try session.query(
            """
            SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() \
            AND TABLE_NAME IN ('\(CheckpointTable.pipelines)', '\(CheckpointTable.lanes)')
            """)
        return tables.text(0, 0) == "2"
    }

    func claim() throws(SinkError) -> (epoch: UInt64, checkpoint: PipelineCheckpoint?) {
        try withSession { (session) throws(SinkError) in
            for statement in Self.createTables { try session.execute(statement) }
            try Self.checkEngines(session)
            try endWriters(session)
            return try transaction(session) { () throws(SinkError) in
                let pipeline = session.connection.literal(pipeline)
                try session.execute(
                    """
                    INSERT INTO \(CheckpointTable.pipelines) (pipeline, epoch, lanes, key_by, mapping, start) \
                    VALUES (\(pipeline), 1, 0, '', '', '') ON DUPLICATE KEY UPDATE epoch = epoch + 1
                    """)
                // Waits for what a predecessor's transactions still do: they hold the rows of their lanes.
                try session.execute(
                    """
                    UPDATE \(CheckpointTable.lanes) SET epoch = (SELECT epoch FROM \(CheckpointTable.pipelines) \
                    WHERE pipeline = \(pipeline)) WHERE pipeline = \(pipeline)
                    """)
                // What is not whole was refused by `read`, or is to be replaced.
                let stored = try stored(session)
                let isWhole = stored.checkpoint?.lanes.count == stored.laneCount
                return (stored.epoch, isWhole ? stored.checkpoint : nil)
            }
        }
    }

    func replace(with checkpoint: PipelineCheckpoint, epoch: UInt64) throws(SinkError) {
        precondition(!checkpoint.lanes.isEmpty, "a checkpoint has at least one lane")
        try withSession { (session) throws(SinkError) in
            try transaction(session) { () throws(SinkError) in
                let literal = { (text: String) in session.connection.literal(text) }
                let found = try session.execute(
                    """
                    UPDATE \(CheckpointTable.pipelines) SET lanes = \(checkpoint.lanes.count), \
                    key_by = \(literal(checkpoint.keyBy)), mapping = \(literal(checkpoint.mapping)), \
                    start = \(literal(checkpoint.start)) WHERE pipeline = \(literal(pipeline)) AND epoch = \(epoch)
                    """)
                guard found == 1 else { throw SinkError(fencing: pipeline, epoch: epoch, target: settings.label) }
                try session.execute("DELETE FROM \(CheckpointTable.lanes) WHERE pipeline = \(literal(pipeline))")
                let columns = (CheckpointTable.laneKeyColumns + CheckpointTable.laneColumns).joined(separator: ", ")
                for (index, lane) in checkpoint.lanes.enumerated() {
                    let values =
                        [literal(pipeline), "\(index)", "\(epoch)"]
                        + MySQLLaneCheckpoint.literals(lane, literal)
                    try session.execute(
                        "INSERT INTO \(CheckpointTable.lanes) (\(columns)) VALUES (\(values.joined(separator: ", ")))")
                }
            }
        }
    }

    func store(_ checkpoint: LaneCheckpoint, lane: Int, epoch: UInt64) throws(SinkError) {
        let row = MySQLLaneCheckpoint(pipeline: pipeline, lane: lane, epoch: epoch)
        try withSession { (session) throws(SinkError) in
            let found = try session.execute(row.update(to: checkpoint, session.connection))
            guard found == 1 else { throw SinkError(fencing: pipeline, epoch: epoch, target: settings.label) }
        }
    }

    /// Ends the sessions of those who wrote before; what they have not committed is undone.
    private func endWriters(_ session: MySQLSession) throws(SinkError) {
        let lanes = try session.query(
            "SELECT lane FROM \(CheckpointTable.lanes) WHERE pipeline = \(session.connection.literal(pipeline))")
        for row in lanes.rows.indices {
            guard let lane = lanes.text(row, 0).flatMap({ Int($0) }) else { continue }
            try MySQLLaneLock(session: session, pipeline: pipeline, lane: lane).endHolder()
        }
    }

    /// Everything that is stored of the pipeline; epoch 0 where nothing is. It may have fewer lanes than it should.
    private func stored(
        _ session: MySQLSession
    ) throws(SinkError) -> (epoch: UInt64, laneCount: Int, checkpoint: PipelineCheckpoint?) {
        let name = session.connection.literal(pipeline)
        let settings = try session.query(
            """
            SELECT epoch, lanes, key_by, mapping, start FROM \(CheckpointTable.pipelines) WHERE pipeline = \(name)
            """)
        guard !settings.rows.isEmpty, let epoch = settings.text(0, 0).flatMap({ UInt64($0) }) else {
            return (0, 0, nil)
        }
        let laneCount = settings.text(0, 1).flatMap { Int($0) } ?? 0
        guard laneCount > 0 else { return (epoch, 0, nil) }
        let rows = try session.query(
            """
            SELECT \(CheckpointTable.laneColumns.joined(separator: ", ")) FROM \(CheckpointTable.lanes) \
            WHERE pipeline = \(name) ORDER BY lane
            """)
        let lanes = rows.rows.indices.compactMap { MySQLLaneCheckpoint.read(rows, $0) }
        guard !rows.rows.isEmpty else { return (epoch, laneCount, nil) }
        return (
            epoch, laneCount,
            PipelineCheckpoint(
                keyBy: settings.text(0, 2) ?? "", mapping: settings.text(0, 3) ?? "", start: settings.text(0, 4) ?? "",
                lanes: lanes)
        )
    }

    private func withSession<Value>(_ body: (MySQLSession) throws(SinkError) -> Value) throws(SinkError) -> Value {
        let session = if let session { session } else { try MySQLSession(settings) }
        self.session = nil
        let value = try body(session)
        self.session = session
        return value
    }

    private func transaction<Value>(
        _ session: MySQLSession, _ body: () throws(SinkError) -> Value
    ) throws(SinkError) -> Value {
        try session.execute("START TRANSACTION")
        do throws(SinkError) {
            let value = try body()
            try session.execute("COMMIT")
            return value
        } catch {
            session.rollBack()
            throw error
        }
    }

    /// A server without InnoDB makes tables of another engine, with no more than a warning.
    private static func checkEngines(_ session: MySQLSession) throws(SinkError) {
        let engines = try session.query(
            """
            SELECT TABLE_NAME, ENGINE FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() \
            AND TABLE_NAME IN ('\(CheckpointTable.pipelines)', '\(CheckpointTable.lanes)') AND ENGINE <> 'InnoDB'
            """)
        guard engines.rows.isEmpty else {
            let table = engines.text(0, 0) ?? CheckpointTable.lanes
            throw SinkError(
                .fatal,
                "\(session.settings.label): table \(table) has the engine \(engines.text(0, 1) ?? "?"), which has no "
                    + "transactions: ALTER TABLE \(table) ENGINE = InnoDB;")
        }
    }

    private static let createTables = [
        """
        CREATE TABLE IF NOT EXISTS \(CheckpointTable.pipelines) (
            pipeline VARCHAR(64) NOT NULL PRIMARY KEY, epoch BIGINT UNSIGNED NOT NULL, lanes INT UNSIGNED NOT NULL,
            key_by VARCHAR(64) NOT NULL, mapping LONGTEXT NOT NULL, start LONGTEXT NOT NULL
        ) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
        """,
        """
        CREATE TABLE IF NOT EXISTS \(CheckpointTable.lanes) (
            pipeline VARCHAR(64) NOT NULL, lane INT UNSIGNED NOT NULL, epoch BIGINT UNSIGNED NOT NULL,
            resume_file VARCHAR(512) NOT NULL, resume_offset BIGINT UNSIGNED NOT NULL, resume_gtids LONGTEXT NOT NULL,
            resume_commit_us BIGINT NOT NULL, applied_generation INT UNSIGNED, applied_sequence BIGINT UNSIGNED,
            applied_offset BIGINT UNSIGNED, applied_row INT UNSIGNED, PRIMARY KEY (pipeline, lane)
        ) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
        """,
    ]
}
