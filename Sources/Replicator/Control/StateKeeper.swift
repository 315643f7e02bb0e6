import Sinks

/// Has the state file remember how the pipelines are, whenever that changes. Confined to the main thread.
struct StateKeeper {
    private let states: LastStates
    private let log: Log
    private var kept: [String: LastStates.LastState] = [:]

    init(_ states: LastStates, log: Log) {
        self.states = states
        self.log = log
    }

    /// Called a few times a second. A pipeline that is only starting has not come to anything new: what ended it before
    /// stays remembered.
    mutating func observe(_ pipelines: [ManagedPipeline]) {
        for pipeline in pipelines {
            let (state, since) = pipeline.stateNow
            if state != .starting { keep(state, since: since, of: pipeline) }
        }
    }

    /// The process is about to end. A pipeline that hangs in its client ends with it.
    mutating func finish(_ pipelines: [ManagedPipeline]) {
        for pipeline in pipelines {
            let (state, since) = pipeline.stateNow
            if state.isEnd {
                keep(state, since: since, of: pipeline)
            } else {
                keep(.stopped, since: Timestamp.nowMicroseconds, of: pipeline)
            }
        }
    }

    /// Tried once for each change: the log has it too where the state file cannot be written.
    private mutating func keep(_ state: PipelineState, since: Int64, of pipeline: ManagedPipeline) {
        if let last = kept[pipeline.name], last.state == state, last.since == since { return }
        let last = LastStates.LastState(state: state, since: since, failure: pipeline.progress.snapshot.lastFailure)
        kept[pipeline.name] = last
        do throws(SinkError) {
            try states.remember(last, of: pipeline.name)
        } catch {
            log.warn("the state file does not take a state", ["pipeline": pipeline.name, "error": error.message])
        }
    }
}
