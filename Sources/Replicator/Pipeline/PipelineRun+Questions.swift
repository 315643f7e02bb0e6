import Rows
import Sinks

/// What the source thread asks on its way: the sink while rows wait, and all that must be answered before the first one.
extension PipelineRun {
    /// Asks the sink about a target that rows at `position` are about to reach, and whether another one of `storages` is
    /// kept in the same place.
    func admit(_ target: Table, _ position: BinlogPosition, _ storages: TargetStorages) throws {
        let finding =
            try storages.add(target) ?? answer { try pipeline.sink.findings(for: [target]) }.first
        guard let finding else { return }
        throw PlanError("\(target.targetName) at \(position): \(pipeline.sink.naming(finding))")
    }

    func askTies(_ targets: Set<TableName>) throws -> TargetTies {
        try answer { try TargetTies(of: targets, in: pipeline.sink) }
    }

    /// What a question is answered with that rows cannot be routed without. Throws where the pipeline is asked to stop
    /// before there is an answer.
    private func answer<Value>(_ question: () throws -> Value) throws -> Value {
        guard let answer = try asking(question) else { throw StoppedEarly() }
        return answer
    }

    /// What the sink answers while the pipeline runs, asked again and again while it fails in a way that may pass. Nil: the
    /// pipeline was asked to stop.
    func asking<Value>(_ question: () throws -> Value) throws -> Value? {
        try untilDone(.question) { try pipeline.progress.asking(pipeline.sink.label, for: .question, question) }
    }

    /// Ends the reading; what is asked to stop shows no error.
    private struct StoppedEarly: Error {}

    /// Does `work`, again and again while it fails in a way that may pass. Nil: the pipeline was asked to stop.
    func untilDone<Value>(_ part: Progress.Part, _ work: () throws -> Value) throws -> Value? {
        var backoff = Backoff()
        while !pipeline.stopping.isSet {
            do {
                let value = try work()
                if backoff.failures > 0 { pipeline.progress.succeeded(part) }
                return value
            } catch {
                // A question that was ended.
                if pipeline.stopping.isSet { return nil }
                guard goesOn(after: error) else { throw error }
                let seconds = backoff.next(random: Double.random(in: 0..<1))
                pipeline.progress.retried(String(describing: error), part)
                log.warn(
                    part == .start ? "cannot start yet; trying again" : "the sink did not answer; trying again",
                    ["error": String(describing: error), "wait": "\(Int(seconds * 1000))ms"])
                if pipeline.stopping.wait(seconds: seconds) { return nil }
            }
        }
        return nil
    }

    private func goesOn(after error: any Error) -> Bool {
        if let error = error as? SinkError { return error.disposition == .retriable }
        return pipeline.source.goesOn(after: error)
    }
}

extension Sink {
    /// `finding`, which may not say of which target it is: where there is no heading that does.
    func naming(_ finding: String) -> String { finding.contains(label) ? finding : "\(label): \(finding)" }
}
