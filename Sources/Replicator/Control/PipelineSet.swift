import Foundation
import Sinks

/// The pipelines of a configuration, made and not yet started.
struct PipelineSet {
    let pipelines: [ManagedPipeline]

    /// Reads mapping files and makes sinks. Throws on the first that is wrong; nothing is connected yet.
    init(
        _ configuration: Configuration, start: StartRequest, until: StopRequest? = nil, log: Log,
        openStateStore: @escaping @Sendable (_ pipeline: String) throws(SinkError) -> any CheckpointStore
    ) throws {
        pipelines = try configuration.sinks.map { section in
            let sink = try configuration.makeSink(section)
            let pipeline = Pipeline(
                name: section.name,
                plan: try configuration.plan(for: section, isKeyed: sink.isKeyed),
                sink: sink,
                source: try configuration.makeSource(pipeline: section.name, command: "run"),
                settings: Pipeline.Settings(
                    start: start, until: try until.map { try StopRequest($0.text) }, keyBy: section.keyBy,
                    lanes: section.lanes,
                    transactionByteCount: configuration.transactionByteCount, openStateStore: openStateStore),
                log: log)
            return ManagedPipeline(pipeline) { try configuration.plan(for: section, isKeyed: sink.isKeyed) }
        }
    }
}

extension Configuration {
    func makeSink(_ section: Sink) throws -> any Sinks.Sink {
        var options = SinkOptions(section.options)
        let sink: any Sinks.Sink
        do {
            sink = try makeSinks(url: section.url, options: &options)
        } catch {
            throw ConfigurationError("[sink \(section.name)]: \(error.message)", file: path, line: section.line)
        }
        if let unknown = options.remaining.keys.min() {
            throw ConfigurationError(
                "unknown key \"\(unknown)\" in [sink \(section.name)]", file: path, line: section.line)
        }
        return sink
    }

    private func makeSinks(url: String, options: inout SinkOptions) throws(SinkError) -> any Sinks.Sink {
        try SinkFactory.makeSink(url: url, options: &options, baseDirectory: folder.isEmpty ? "." : folder)
    }

    func plan(for section: Sink, isKeyed: Bool) throws -> TargetPlan {
        let views = try section.mappings.map { try Mappings.load(resolve($0)) } ?? []
        if views.isEmpty, section.unmapped == .ignore {
            throw ConfigurationError(
                "[sink \(section.name)] has no mappings and unmapped = ignore, so nothing would reach it",
                file: path, line: section.line)
        }
        return TargetPlan(
            views: views, unmapped: section.unmapped, tables: source.tables, lanes: section.lanes, isKeyed: isKeyed,
            sink: section.name)
    }
}
