import Foundation
import Sinks
import Synchronization

/// The pipelines of a configuration, made and not yet started.
struct PipelineSet {
    let pipelines: [ManagedPipeline]

    /// Reads mapping files and makes sinks. Throws on the first that is wrong; nothing is connected yet.
    init(
        _ configuration: Configuration, start: StartRequest, until: StopRequest? = nil, log: Log,
        begun: BegunPipelines? = nil,
        openStateStore: @escaping @Sendable (_ pipeline: String) throws(SinkError) -> any CheckpointStore
    ) throws {
        let running = RunningPlans()
        let sinks = try configuration.sinks.map { section in
            let sink = try configuration.makeSink(section)
            return NeighbourSink(
                name: section.name, sink: sink,
                loadPlan: { try configuration.plan(for: section, isKeyed: sink.isKeyed) },
                planInForce: { running.plan(of: section.name) })
        }
        pipelines = try zip(configuration.sinks, sinks).map { section, own in
            let pipeline = Pipeline(
                name: section.name,
                plan: try own.loadPlan(),
                sink: own.sink,
                source: try configuration.makeSource(pipeline: section.name, command: "run"),
                settings: Pipeline.Settings(
                    start: start.of(section.name), until: try until.map { try StopRequest($0.text) },
                    keyBy: section.keyBy,
                    lanes: section.lanes, transactionByteCount: configuration.transactionByteCount,
                    ignoresCascades: section.ignoresCascades, openStateStore: openStateStore, begun: begun,
                    neighbours: sinks.filter { $0.name != section.name },
                    preparedFolder: configuration.preparedFolder(of: section),
                    skipsStatementChanges: section.skipsStatementChanges),
                log: log)
            return ManagedPipeline(pipeline, loadPlan: own.loadPlan)
        }
        running.follow(pipelines)
    }
}

/// The plans that pipelines run with, for one another; they do not keep one another alive.
private final class RunningPlans: Sendable {
    private struct Reference: Sendable {
        weak let pipeline: ManagedPipeline?
    }

    private let pipelines = Mutex<[Reference]>([])

    func follow(_ followed: [ManagedPipeline]) {
        pipelines.withLock { $0 = followed.map { Reference(pipeline: $0) } }
    }

    /// The plan of one that has not ended for good.
    func plan(of name: String) -> TargetPlan? {
        let references = pipelines.withLock { $0 }
        guard let run = references.lazy.compactMap(\.pipeline).first(where: { $0.name == name })?.run else {
            return nil
        }
        switch run.currentState {
        case .failed, .done: return nil
        case .starting, .running, .stopped: return run.plan
        }
    }
}

extension Configuration {
    func makeSink(_ section: Sink) throws(ConfigurationError) -> any Sinks.Sink {
        var options = SinkOptions(section.options)
        let sink: any Sinks.Sink
        do {
            sink = try SinkFactory.makeSink(
                url: section.url, options: &options, baseDirectory: folder.isEmpty ? "." : folder)
        } catch {
            // A sink looks at each value when it takes it, and at the URL first.
            let line = section.lines[options.lastTaken ?? "url"] ?? section.line
            throw ConfigurationError("[sink \(section.name)]: \(error.message)", file: path, line: line)
        }
        if let unknown = options.remaining.keys.min() {
            throw ConfigurationError(
                "unknown key \"\(unknown)\" in [sink \(section.name)]", file: path,
                line: section.lines[unknown] ?? section.line)
        }
        return sink
    }

    func plan(for section: Sink, isKeyed: Bool) throws -> TargetPlan {
        let views = try section.mappings.map { try Mappings.load(resolve($0)) } ?? []
        return TargetPlan(
            views: views, unmapped: section.unmapped, tables: source.tables, lanes: section.lanes, isKeyed: isKeyed,
            sink: section.name)
    }
}
