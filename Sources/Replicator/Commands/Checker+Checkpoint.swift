import BinlogReader
import Sinks

extension Checker {
    /// What is prepared and waits for its end in a sink's pipeline, as far as it has read.
    func preparedNotices(of section: Configuration.Sink, _ sink: (any Sinks.Sink)?) -> [String] {
        // Where it cannot be read, that is a finding of `checkpointFindings`, and nobody comes here.
        guard let sink, let stored = try? configuration.storedCheckpoint(of: section, in: sink) else { return [] }
        do {
            let waiting = try WaitingTransactions(in: configuration.preparedFolder(of: section), log: stored.server)
            return [PipelineStatus.Prepared(waiting).sentence].compactMap(\.self)
        } catch {
            return [error.description]
        }
    }

    /// What would keep `run` from going on from the checkpoint of a sink's pipeline, as far as the source answers. Throws
    /// where the checkpoint cannot be read.
    func checkpointFindings(
        _ section: Configuration.Sink, _ sink: any Sinks.Sink, _ plan: TargetPlan, _ source: Source?
    ) throws(SinkError) -> [String] {
        let stored = try configuration.storedCheckpoint(of: section, in: sink)
        guard let source, source.answers || stored == nil else { return [] }
        let settings = Pipeline.Settings(
            start: StartRequest(start: nil, text: "", resetsCheckpoint: false), until: nil, keyBy: section.keyBy,
            lanes: section.lanes, transactionByteCount: configuration.transactionByteCount,
            ignoresCascades: section.ignoresCascades,
            openStateStore: { _ throws(SinkError) in throw SinkError(.fatal, "check writes no checkpoint") },
            begun: BegunPipelines(path: configuration.stateFile))
        // Never started: it is only asked what its start would find.
        let pipeline = Pipeline(
            name: section.name, plan: plan, sink: sink, source: source.source, settings: settings, log: Log())
        do {
            try PipelineStart(pipeline).check(stored)
            return []
        } catch {
            return [Pipeline.naming(section.name, in: String(describing: error))]
        }
    }
}
