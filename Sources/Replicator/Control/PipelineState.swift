/// What a pipeline is doing, as `status`, the log and the metrics say it.
public enum PipelineState: String, Codable, CaseIterable, Sendable {
    /// Looking at source, mappings and target, and taking the checkpoint over.
    case starting
    case running
    /// Asked to wait: nothing is read, and all that was read is applied.
    case paused
    /// The sink or the source has been failing, or the sink has not answered, for a while. The position is kept and the work tried again, with growing
    /// waits, until it succeeds.
    case unhealthy
    /// Asked to end with the process.
    case stopped
    /// Ended by an error that trying again would not mend.
    case failed
    /// The source, which was files or bounded, came to its end.
    case done

    /// How long something may fail, or a write or a question may be without an answer, before the pipeline counts as
    /// unhealthy: an ordinary restart of a server passes unnoticed.
    static let patienceSeconds = 5.0
}
