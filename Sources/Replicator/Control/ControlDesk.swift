import Foundation
import Sinks
import Synchronization

/// Carries out what comes in over the control socket, over HTTP, and by signal.
final class ControlDesk: Sendable {
    private let pipelines: [ManagedPipeline]
    private let source: SourceWatch
    private let since = Timestamp.nowMicroseconds

    init(_ pipelines: [ManagedPipeline], source: SourceWatch) {
        self.pipelines = pipelines
        self.source = source
    }

    func answer(_ request: ControlRequest) -> ControlReply {
        let chosen: [ManagedPipeline]
        do {
            chosen = try pipelines(named: request.pipelines)
        } catch {
            return ControlReply(error: error.description)
        }
        switch request.command {
        case .status: return ControlReply(status: status(of: chosen))
        case .pause: return each(chosen) { pipeline throws(ControlError) in try pipeline.pause() }
        case .resume: return each(chosen) { pipeline throws(ControlError) in try pipeline.resume() }
        case .reload: return each(chosen) { pipeline throws(ControlError) in try pipeline.reload() }
        }
    }

    var status: StatusReport { status(of: pipelines) }

    var metrics: String {
        let status = status
        return Metrics(
            pipelines: zip(pipelines, status.pipelines).map { .init(status: $1, snapshot: $0.progress.snapshot) },
            source: status.source, startMicroseconds: since
        ).text
    }

    /// Whether rows go to standard output.
    var printsRows: Bool { pipelines.contains { $0.run.sink.label == "stdout:" } }

    private func status(of pipelines: [ManagedPipeline]) -> StatusReport {
        let knowledge = source.knowledge
        return StatusReport(
            version: replicatorVersion, process: getpid(), since: Timestamp.text(microseconds: since),
            source: SourceStatus(
                url: source.label, end: knowledge.end.map { .init($0) },
                asked: knowledge.answered.map { Timestamp.text(microseconds: $0) }, error: knowledge.error),
            pipelines: pipelines.map { $0.status(knowledge) })
    }

    private func pipelines(named names: [String]) throws(ControlError) -> [ManagedPipeline] {
        if names.isEmpty { return pipelines }
        var chosen: [ManagedPipeline] = []
        for name in names {
            guard let pipeline = pipelines.first(where: { $0.name == name }) else {
                let known = pipelines.map(\.name).joined(separator: ", ")
                throw ControlError("there is no sink \(name): the running replicator has \(known)")
            }
            if !chosen.contains(where: { $0 === pipeline }) { chosen.append(pipeline) }
        }
        return chosen
    }

    /// All at once: one that takes long to drain does not hold up the others.
    private func each(
        _ pipelines: [ManagedPipeline], _ work: @escaping @Sendable (ManagedPipeline) throws(ControlError) -> String
    ) -> ControlReply {
        let outcomes = Monitor<[String: ControlReply.Outcome]>([:])
        let threads = pipelines.map { pipeline in
            WorkerThread(name: "command") {
                let outcome: ControlReply.Outcome
                do throws(ControlError) {
                    outcome = .init(name: pipeline.name, done: true, message: try work(pipeline))
                } catch {
                    outcome = .init(name: pipeline.name, done: false, message: error.description)
                }
                outcomes.update { $0[pipeline.name] = outcome }
            }
        }
        for thread in threads { _ = thread.join() }
        return ControlReply(outcomes: pipelines.compactMap { pipeline in outcomes.read { $0[pipeline.name] } })
    }
}
