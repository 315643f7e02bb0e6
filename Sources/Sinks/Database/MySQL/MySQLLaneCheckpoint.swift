import MySQLClient
import Rows

/// One lane's row of the checkpoint table: what a lane's transaction begins with.
struct MySQLLaneCheckpoint {
    let pipeline: String
    let lane: Int
    let epoch: UInt64

    /// The statement that stores the lane's progress. It finds no row where another process has claimed the pipeline.
    func update(to checkpoint: LaneCheckpoint, _ connection: Connection) -> String {
        let assignments = zip(
            CheckpointTable.laneColumns, Self.literals(checkpoint) { connection.literal($0) }
        ).map { "\($0) = \($1)" }
        return """
            UPDATE \(CheckpointTable.lanes) SET \(assignments.joined(separator: ", ")) \
            WHERE pipeline = \(connection.literal(pipeline)) AND lane = \(lane) AND epoch = \(epoch)
            """
    }

    /// False: another process has claimed the pipeline. Waits for nobody, and holds nothing.
    func isOurs(_ session: MySQLSession) throws(SinkError) -> Bool {
        let found = try session.query(
            """
            SELECT epoch FROM \(CheckpointTable.lanes) \
            WHERE pipeline = \(session.connection.literal(pipeline)) AND lane = \(lane)
            """)
        return found.text(0, 0) == "\(epoch)"
    }

    /// What is stored for the lane; nil if its row is gone. Waits for a transaction that still holds the row, and holds
    /// it itself then: an earlier session of ours may be at its COMMIT.
    func lock(_ session: MySQLSession) throws(SinkError) -> LaneCheckpoint? {
        let rows = try session.query(
            """
            SELECT \(CheckpointTable.laneColumns.joined(separator: ", ")) FROM \(CheckpointTable.lanes) \
            WHERE pipeline = \(session.connection.literal(pipeline)) AND lane = \(lane) FOR UPDATE
            """)
        return rows.rows.isEmpty ? nil : Self.read(rows, 0)
    }

    /// In the order of ``CheckpointTable/laneColumns``.
    static func literals(_ checkpoint: LaneCheckpoint, _ literal: (String) -> String) -> [String] {
        let resume = checkpoint.resume
        let applied =
            checkpoint.applied.map { ["\($0.generation)", "\($0.sequence)", "\($0.offset)", "\($0.row)"] }
            ?? ["NULL", "NULL", "NULL", "NULL"]
        return [
            literal(resume.position.file), "\(resume.position.offset)", literal(checkpoint.gtidText),
            "\(resume.commitMicroseconds)",
        ] + applied
    }

    /// The reverse; nil where a number is none.
    static func read(_ rows: ResultSet, _ row: Int) -> LaneCheckpoint? {
        guard let file = rows.text(row, 0), let offset = rows.text(row, 1).flatMap({ UInt64($0) }),
            let gtids = rows.text(row, 2), let commit = rows.text(row, 3).flatMap({ Int64($0) })
        else { return nil }
        let resume = ResumePosition(
            position: BinlogPosition(file: file, offset: offset), gtids: "", commitMicroseconds: commit)
        guard let generation = rows.text(row, 4) else {
            return LaneCheckpoint(resume: resume, applied: nil, gtidText: gtids)
        }
        guard let generation = UInt32(generation), let sequence = rows.text(row, 5).flatMap({ UInt64($0) }),
            let offset = rows.text(row, 6).flatMap({ UInt64($0) }),
            let index = rows.text(row, 7).flatMap({ UInt32($0) })
        else { return nil }
        return LaneCheckpoint(
            resume: resume,
            applied: ChangeVersion(generation: generation, sequence: sequence, offset: offset, row: index),
            gtidText: gtids)
    }
}
