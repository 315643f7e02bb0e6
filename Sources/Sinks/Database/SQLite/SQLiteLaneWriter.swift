import Rows

/// Writes a lane's changes and its checkpoint to a SQLite file, in one transaction a call.
final class SQLiteLaneWriter: LaneWriter {
    private let path: String
    private let settings: SQLiteSettings
    private let pipeline: String
    private let lane: Int
    private let epoch: UInt64
    /// Nil after a failure: the next call opens the file anew.
    private var session: SQLiteWriteSession?
    /// The last call's outcome, where its COMMIT failed in a way that may have reached the disk after all.
    private var doubtful: (checkpoint: LaneCheckpoint, counts: WriteCounts)?
    let pulse: Pulse? = Pulse()

    init(path: String, settings: SQLiteSettings, pipeline: String, lane: Int, epoch: UInt64) throws(SinkError) {
        self.path = path
        self.settings = settings
        self.pipeline = pipeline
        self.lane = lane
        self.epoch = epoch
        session = try makeSession()
    }

    func write(_ batches: [RowBatch], checkpoint: LaneCheckpoint) throws(SinkError) -> WriteCounts {
        let session = if let session { session } else { try makeSession() }
        self.session = nil
        do throws(SinkError) {
            try session.begin()
            if let doubtful, doubtful.checkpoint == checkpoint, try session.stored() == checkpoint {
                session.rollBack()
                self.session = session
                self.doubtful = nil
                return doubtful.counts
            }
            doubtful = nil
            let counts = try session.apply(batches, checkpoint, pulse)
            doubtful = (checkpoint, counts)
            try session.commit()
            doubtful = nil
            self.session = session
            return counts
        } catch {
            session.rollBack()
            throw error
        }
    }

    private func makeSession() throws(SinkError) -> SQLiteWriteSession {
        try SQLiteWriteSession(path: path, settings: settings, pipeline: pipeline, lane: lane, epoch: epoch)
    }
}

/// One connection of a lane's writer, with what is prepared on it.
private final class SQLiteWriteSession {
    private let settings: SQLiteSettings
    private let connection: SQLiteConnection
    private let laneCheckpoint: SQLiteLaneCheckpoint
    private let schemaVersionQuery: SQLiteStatement
    private var schemaVersion: Int64 = -1
    private var tables: [SQLiteTableWriter] = []

    init(path: String, settings: SQLiteSettings, pipeline: String, lane: Int, epoch: UInt64) throws(SinkError) {
        self.settings = settings
        do throws(SQLiteError) {
            connection = try SQLiteConnection(
                path: path, access: .write, busyMilliseconds: settings.busyMilliseconds)
            try connection.useWriteAheadLog()
            try connection.execute("PRAGMA foreign_keys = \(settings.enforcesForeignKeys ? "ON" : "OFF")")
            schemaVersionQuery = try connection.prepare("PRAGMA schema_version")
        } catch {
            throw SinkError(error)
        }
        laneCheckpoint = try SQLiteLaneCheckpoint(of: pipeline, lane: lane, epoch: epoch, on: connection)
    }

    func begin() throws(SinkError) {
        guard !connection.hasMoved else {
            throw SinkError(
                .fatal,
                "SQLite file \(connection.path) was deleted or replaced while it was being written; put the right file "
                    + "there and start again")
        }
        try SinkError.wrapping { () throws(SQLiteError) in
            try connection.beginImmediate()
            // Someone may have altered a table since its statements were made: its columns are looked at again then.
            var version: Int64 = 0
            try schemaVersionQuery.query { version = $0.integer(0) }
            if version != schemaVersion {
                tables.removeAll()
                schemaVersion = version
            }
        }
    }

    func stored() throws(SinkError) -> LaneCheckpoint? {
        try laneCheckpoint.stored()
    }

    /// The fence first: where another process has taken over, no row is touched.
    func apply(
        _ batches: [RowBatch], _ checkpoint: LaneCheckpoint, _ pulse: Pulse?
    ) throws(SinkError) -> WriteCounts {
        try laneCheckpoint.store(checkpoint)
        var counts = WriteCounts()
        for batch in batches {
            let table: SQLiteTableWriter
            do throws(SinkError) { table = try writer(for: batch.table) } catch { throw error.located(at: batch) }
            for row in batch.rows {
                try table.apply(row, of: batch, &counts)
            }
            pulse?.beat()
        }
        return counts
    }

    func commit() throws(SinkError) {
        try SinkError.wrapping { () throws(SQLiteError) in try connection.commit() }
    }

    func rollBack() {
        connection.rollBack()
    }

    private func writer(for table: Table) throws(SinkError) -> SQLiteTableWriter {
        if let known = tables.first(where: { $0.table === table }) { return known }
        if let known = tables.first(where: { $0.adopt(table) }) { return known }
        // The target has one table of this name: another shape of it takes the older one's place.
        tables.removeAll { $0.table.database == table.database && $0.table.name == table.name }
        let new = try SQLiteTableWriter(table: table, settings: settings, on: connection)
        tables.append(new)
        return new
    }
}
