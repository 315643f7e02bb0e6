import BinlogReader
import Rows
import Sinks

extension StatusReport {
    /// What the checkpoints of the named pipelines say, or of all, and how the process left them, while none runs. Changes
    /// nothing; a target that cannot be asked is named in its pipeline's last error.
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
        var status = PipelineStatus(unknown: section.name, sink: section.url)
        var last: Progress.Failure?
        var problems: [String] = []
        do {
            if let stored = try LastStates(path: configuration.stateFile).last(of: section.name) {
                last = stored.failure
                // A state that no process ends in is one that it was killed in.
                if stored.state.isEnd {
                    status.state = stored.state
                    status.since = Timestamp.text(microseconds: stored.since)
                }
            }
        } catch {
            problems.append("how it ended is not known: \(error)")
        }
        do {
            let sink = try configuration.makeSink(section)
            status.sink = sink.label
            if let stored = try configuration.storedCheckpoint(of: section, in: sink) {
                status.position = stored.lanes.map(\.resume).min { $0.position.isBefore($1.position) }.map { .init($0) }
                do {
                    status.prepared = .init(
                        try WaitingTransactions(in: configuration.preparedFolder(of: section), log: stored.server))
                } catch {
                    problems.append("what is prepared is not known: \(error)")
                }
                let plan = try TargetPlan(
                    text: stored.mapping, lanes: stored.lanes.count, isKeyed: sink.isKeyed, sink: section.name)
                status.mapping = .init(version: plan.mappingVersion, since: nil, error: nil)
            }
        } catch {
            problems.append("its checkpoint cannot be read: \(error)")
        }
        // What ended it is the one to know; what cannot be asked now comes behind.
        let messages = [last?.message].compactMap(\.self) + problems
        if !messages.isEmpty {
            status.lastError = PipelineStatus.Failure(
                time: Timestamp.text(microseconds: last?.microseconds ?? Timestamp.nowMicroseconds),
                message: messages.joined(separator: "; and "))
        }
        return status
    }
}

extension PipelineStatus {
    /// Of a pipeline of which nobody knows anything.
    init(unknown name: String, sink: String) {
        self.init(
            name: name, sink: sink, state: nil, since: nil, host: nil, position: nil,
            lag: .init(seconds: nil, bytes: nil),
            rows: .init(total: nil, perSecond: nil), queue: .init(rows: nil, bytes: nil), write: nil,
            prepared: .init(count: nil, file: nil, offset: nil, since: nil),
            duplicateInserts: nil, missingUpdates: nil, missingDeletes: nil, parked: nil, deadLetters: nil,
            retries: nil, skippedStatements: nil, failovers: nil, lastError: nil,
            retention: .init(seconds: nil, bytes: nil, purged: nil), mapping: nil)
    }
}

extension PipelineState {
    /// A process leaves its pipelines in one of these, unless it is killed.
    var isEnd: Bool {
        switch self {
        case .stopped, .failed, .done: true
        case .starting, .running, .paused, .unhealthy: false
        }
    }
}

extension Configuration {
    /// Where the sink's pipeline keeps what is prepared.
    func preparedFolder(of section: Sink) -> String { "\(stateFile).xa/\(section.name)" }

    /// What messages call the source; never with a password.
    var sourceLabel: String {
        get throws(ConfigurationError) { SourceWatch(try sourceLocation()).label }
    }

    /// The checkpoint of a sink's pipeline, in the target or in the state file; nil where there is none. Changes nothing.
    func storedCheckpoint(of section: Sink, in sink: any Sinks.Sink) throws(SinkError) -> PipelineCheckpoint? {
        if let store = try sink.makeCheckpointStore(pipeline: section.name) { return try store.read() }
        guard let connection = try StateFile.openReading(stateFile) else { return nil }
        return try SQLiteCheckpointStore(connection: connection, pipeline: section.name).read()
    }
}
