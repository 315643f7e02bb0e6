import Sinks

/// What the state file remembers of pipelines whose checkpoints are in their targets: that they have begun, and where.
/// A target that has lost all would else look like one that never had anything. Each call opens the file anew.
struct BegunPipelines: Sendable {
    /// The state file's.
    let path: String

    /// Which target the pipeline last ran with; nil: none. Changes nothing.
    func target(of pipeline: String) throws(SinkError) -> String? {
        guard let connection = try StateFile.openReading(path, table: "replicator_begun") else { return nil }
        return try SinkError.wrapping { () throws(SQLiteError) in
            var target: String?
            try connection.query("SELECT target FROM replicator_begun WHERE pipeline = ?1", [.text(pipeline)]) {
                target = $0.text(0)
            }
            return target
        }
    }

    func remember(_ pipeline: String, at target: String) throws(SinkError) {
        try SinkError.wrapping { () throws(SQLiteError) in
            let connection = try SQLiteConnection(path: path, access: .create)
            try connection.execute(
                "CREATE TABLE IF NOT EXISTS replicator_begun (pipeline TEXT PRIMARY KEY, target TEXT NOT NULL)")
            try connection.query(
                "INSERT OR REPLACE INTO replicator_begun VALUES (?1, ?2)", [.text(pipeline), .text(target)])
        }
    }
}
