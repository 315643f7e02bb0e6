/// The two tables that a target database keeps its pipelines' checkpoints in. A lane's transaction touches one short
/// row of the second; the first has the epoch also where no checkpoint is stored yet.
package enum CheckpointTable {
    /// One row a pipeline: its epoch, and the settings that all lanes share.
    package static let pipelines = "replicator_pipeline"
    static let pipelineColumns = ["pipeline", "epoch", "lanes", "key_by", "mapping", "start"]

    /// One row a lane, with the epoch again: a lane's transaction is fenced by the row that it updates.
    package static let lanes = "replicator_checkpoint"
    static let laneKeyColumns = ["pipeline", "lane", "epoch"]
    static let laneColumns = [
        "resume_file", "resume_offset", "resume_gtids", "resume_commit_us", "applied_generation", "applied_sequence",
        "applied_offset", "applied_row",
    ]
}
