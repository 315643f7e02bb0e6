import Sinks

/// What the state file remembers of how pipelines last were, for `status` where no process runs any more. Errors name no
/// values of rows and no passwords, so neither is in the file. Each call opens the file anew.
struct LastStates: Sendable {
    struct LastState: Equatable, Sendable {
        var state: PipelineState
        /// When it began, microseconds since 1970 UTC.
        var since: Int64
        /// The last error then.
        var failure: Progress.Failure?
    }

    /// The state file's.
    let path: String

    private static let table = "replicator_last_states"
    /// How long a file that someone has locked is waited for: the main thread writes.
    private static let busyMilliseconds: Int32 = 500

    /// Nil where nothing is remembered. Changes nothing.
    func last(of pipeline: String) throws(SinkError) -> LastState? {
        guard let connection = try StateFile.openReading(path, table: Self.table) else { return nil }
        return try SinkError.wrapping { () throws(SQLiteError) in
            var last: LastState?
            try connection.query(
                "SELECT state, since_us, error, error_us FROM \(Self.table) WHERE pipeline = ?1", [.text(pipeline)]
            ) { row in
                guard let state = PipelineState(rawValue: row.text(0)) else { return }
                let failure =
                    row.isNull(2) ? nil : Progress.Failure(message: row.text(2), microseconds: row.integer(3))
                last = LastState(state: state, since: row.integer(1), failure: failure)
            }
            return last
        }
    }

    /// One statement, and so a transaction: what is there is whole, also after a crash.
    func remember(_ last: LastState, of pipeline: String) throws(SinkError) {
        try SinkError.wrapping { () throws(SQLiteError) in
            let connection = try SQLiteConnection(
                path: path, access: .create, busyMilliseconds: Self.busyMilliseconds)
            try connection.execute(
                """
                CREATE TABLE IF NOT EXISTS \(Self.table) (pipeline TEXT PRIMARY KEY, state TEXT NOT NULL, \
                since_us INTEGER NOT NULL, error TEXT, error_us INTEGER)
                """)
            try connection.query(
                "INSERT OR REPLACE INTO \(Self.table) VALUES (?1, ?2, ?3, ?4, ?5)",
                [
                    .text(pipeline), .text(last.state.rawValue), .integer(last.since),
                    last.failure.map { .text($0.message) } ?? .null,
                    last.failure.map { .integer($0.microseconds) } ?? .null,
                ])
        }
    }
}
