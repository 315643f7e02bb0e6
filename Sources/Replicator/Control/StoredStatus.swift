import Foundation
import Rows
import Sinks

extension StatusReport {
    /// What the checkpoints of the named pipelines say, or of all, while no daemon runs. Changes nothing; a target that
    /// cannot be asked is named in its pipeline's last error.
    public init(checkpointsOf configuration: Configuration, only names: [String]) throws(ConfigurationError) {
        for name in names where !configuration.sinks.contains(where: { $0.name == name }) {
            throw ConfigurationError("there is no [sink \(name)]", file: configuration.path)
        }
        self.init(
            version: replicatorVersion, process: nil, since: nil,
            source: SourceStatus(url: try configuration.sourceLabel, end: nil, asked: nil, error: nil),
            pipelines: configuration.sinks.filter { names.isEmpty || names.contains($0.name) }.map { section in
                Self.stored(section, configuration)
            })
    }

    private static func stored(_ section: Configuration.Sink, _ configuration: Configuration) -> PipelineStatus {
        var resume: ResumePosition?
        var failure: PipelineStatus.Failure?
        var mapping: PipelineStatus.Mapping?
        var label = section.url
        do {
            let sink = try configuration.makeSink(section)
            label = sink.label
            let store: (any CheckpointStore)?
            if let own = try sink.makeCheckpointStore(pipeline: section.name) {
                store = own
            } else {
                // Opening it would make it.
                let exists = FileManager.default.fileExists(atPath: configuration.stateFile)
                store = exists ? try StateFile.openStore(path: configuration.stateFile, pipeline: section.name) : nil
            }
            if let stored = try store?.read() {
                resume = stored.lanes.map(\.resume).min { $0.position.isBefore($1.position) }
                let plan = try TargetPlan(
                    text: stored.mapping, lanes: stored.lanes.count, isKeyed: sink.isKeyed, sink: section.name)
                mapping = .init(version: plan.mappingVersion, since: nil, error: nil)
            }
        } catch {
            failure = .init(
                time: Timestamp.text(microseconds: Timestamp.nowMicroseconds), message: String(describing: error))
        }
        return PipelineStatus(
            name: section.name, sink: label, state: nil, since: nil, position: resume.map { .init($0) },
            lag: .init(seconds: nil, bytes: nil), rows: .init(total: 0, perSecond: 0), queue: .init(rows: 0, bytes: 0),
            write: nil,
            duplicateInserts: 0, missingUpdates: 0, missingDeletes: 0, parked: 0, deadLetters: 0, retries: 0,
            lastError: failure, retention: .init(seconds: nil, bytes: nil, purged: false), mapping: mapping)
    }
}

extension Configuration {
    /// What messages call the source; never with a password.
    var sourceLabel: String {
        get throws(ConfigurationError) { SourceWatch(try sourceLocation()).label }
    }
}
