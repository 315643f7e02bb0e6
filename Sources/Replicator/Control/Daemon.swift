import Foundation
import Sinks

/// `replicator run`: all pipelines of a configuration, until they end or a signal asks for it. Plain code on the main
/// thread.
public struct Daemon {
    /// How long a stop may take: what is not applied by then is read again after the restart.
    private static let drainSeconds = 8.0

    private let configuration: Configuration
    private let start: StartRequest
    private let until: StopRequest?
    private let showsProgress: Bool
    private let log: Log

    /// `start` and `until` are what `--start` and `--until` said (nil: not given), `resetsCheckpoint` whether to begin anew over a checkpoint,
    /// `sinks` for whom these are (nil: all), `showsProgress` whether a terminal shows how the pipelines get on.
    public init(
        configuration: Configuration, start: String?, until: String? = nil, resetsCheckpoint: Bool,
        sinks: String? = nil, showsProgress: Bool = true
    ) throws(ConfigurationError) {
        self.configuration = configuration
        var position: StartPosition?
        if let start { position = try StartPosition(start) }
        if resetsCheckpoint, position == nil {
            throw ConfigurationError("--reset-checkpoint needs --start: where to begin anew")
        }
        let names = sinks.map { $0.split(separator: ",").map { String($0.trimmed) } }
        if let names {
            guard position != nil else { throw ConfigurationError("--sink needs --start: for whom that is") }
            let unknown = names.first { name in !configuration.sinks.contains { $0.name == name } }
            if let unknown { throw ConfigurationError("--sink \(unknown): no [sink \(unknown)] in the configuration") }
        }
        self.start = StartRequest(
            start: position, text: start ?? "", resetsCheckpoint: resetsCheckpoint, sinks: names)
        self.until = try until.map { text throws(ConfigurationError) in try StopRequest(text) }
        self.showsProgress = showsProgress
        log = Log(printsJSON: configuration.logsJSON)
    }

    /// Runs until all pipelines have ended; true if none has failed. Throws what kept them from being started.
    public func run(until shutdown: ShutdownSignal) throws -> Bool {
        let shutdown = shutdown.withHangup()
        let stateFile = try StateFile(path: configuration.stateFile)
        let begun = BegunPipelines(path: stateFile.path)
        let pipelines = try PipelineSet(configuration, start: start, until: until, log: log, begun: begun) {
            pipeline throws(SinkError) in
            try stateFile.openStore(pipeline: pipeline)
        }.pipelines
        let source = SourceWatch(try configuration.sourceLocation()) {
            pipelines.lazy.filter { !$0.hasEnded }.compactMap { $0.run.source.followed }.first
        }
        let desk = ControlDesk(pipelines, source: source)
        let control = try ControlServer(path: configuration.socketPath) { desk.answer($0) }
        defer { control.stop() }
        // Kept to the end: it listens as long as it lives.
        let http = try configuration.http.map { try listen($0, desk) }
        defer { withExtendedLifetime(http) {} }
        let isTerminal = isatty(2) == 1
        let display = showsProgress ? ProgressDisplay(printsRows: desk.printsRows) : nil
        defer { display?.end() }
        var notices = ServiceNotices()
        var keeper = StateKeeper(LastStates(path: stateFile.path), log: log)

        for pipeline in pipelines { pipeline.start() }
        _ = control.start()
        _ = source.start()
        defer { source.stop() }
        while !pipelines.allSatisfy(\.hasEnded) {
            let signal = shutdown.wait(seconds: 0.2)
            for pipeline in pipelines { pipeline.observe(source.knowledge) }
            keeper.observe(pipelines)
            display?.show(desk.status)
            notices.observe(pipelines.map { ($0.name, $0.state) })
            guard let signal else { continue }
            // A terminal that is closed takes its programs along; without one, SIGHUP is a daemon's reload.
            if signal == "SIGHUP", !(isTerminal && isatty(2) == 0) {
                log.info("reloading", ["signal": signal])
                notices.reloading(WorkerThread(name: "reload") { _ = desk.answer(ControlRequest(command: .reload)) })
                continue
            }
            log.info("stopping", ["signal": signal])
            notices.stopping()
            stop(pipelines)
            break
        }
        // Threads that hang in a client library even now end with the process.
        let deadline = Timestamp.monotonicSeconds + 1
        for pipeline in pipelines { pipeline.join(within: max(0, deadline - Timestamp.monotonicSeconds)) }
        keeper.finish(pipelines)
        return !pipelines.contains(where: \.hasFailed)
    }

    private func listen(_ address: HTTPAddress, _ desk: ControlDesk) throws -> HTTPServer {
        let endpoints = HTTPEndpoints(desk: desk)
        let server = try HTTPServer(address) { endpoints.answer($0, $1) }
        log.info("answering HTTP", ["address": "\(server.address)"])
        return server
    }

    /// Lets every pipeline drain; those that cannot in time end without it.
    private func stop(_ pipelines: [ManagedPipeline]) {
        for pipeline in pipelines { pipeline.stop() }
        let deadline = Timestamp.monotonicSeconds + Self.drainSeconds
        while Timestamp.monotonicSeconds < deadline, !pipelines.allSatisfy(\.hasEnded) { usleep(20_000) }
        for pipeline in pipelines where !pipeline.hasEnded { pipeline.cancel() }
    }
}
