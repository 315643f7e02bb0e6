import Foundation
import Sinks

/// `replicator run`: all pipelines of a configuration, until they end or a signal asks for it. Plain code on the main
/// thread.
public struct Daemon {
    /// How long a stop may take: what is not applied by then is read again after the restart.
    private static let drainSeconds = 8.0

    private let configuration: Configuration
    private let start: StartRequest
    private let log: Log

    /// `start` is what `--start` said (nil: not given), `resetsCheckpoint` whether to begin anew over a checkpoint.
    public init(configuration: Configuration, start: String?, resetsCheckpoint: Bool) throws(ConfigurationError) {
        self.configuration = configuration
        var position: StartPosition?
        if let start { position = try StartPosition(start) }
        if resetsCheckpoint, position == nil {
            throw ConfigurationError("--reset-checkpoint needs --start: where to begin anew")
        }
        self.start = StartRequest(start: position, text: start ?? "", resetsCheckpoint: resetsCheckpoint)
        log = Log(printsJSON: configuration.logsJSON)
    }

    /// Runs until all pipelines have ended; true if none has failed. Throws what kept them from being started.
    public func run(until shutdown: ShutdownSignal) throws -> Bool {
        let stateFile = try StateFile(path: configuration.stateFile)
        let set = try PipelineSet(configuration, start: start, log: log) { pipeline throws(SinkError) in
            try stateFile.openStore(pipeline: pipeline)
        }
        let threads = set.pipelines.map { $0.start() }
        while !set.pipelines.allSatisfy(\.hasEnded) {
            guard let signal = shutdown.wait(seconds: 0.2) else { continue }
            log.info("stopping", ["signal": signal])
            stop(set.pipelines)
            break
        }
        // A thread that hangs in a client library even now ends with the process.
        for thread in threads { _ = thread.join(within: 1) }
        return !set.pipelines.contains { $0.hasFailed }
    }

    /// Lets every pipeline drain; those that cannot in time end without it.
    private func stop(_ pipelines: [Pipeline]) {
        for pipeline in pipelines { pipeline.stop() }
        let deadline = Date(timeIntervalSinceNow: Self.drainSeconds)
        while Date() < deadline, !pipelines.allSatisfy(\.hasEnded) { usleep(20_000) }
        for pipeline in pipelines where !pipeline.hasEnded { pipeline.cancel() }
    }
}

extension Pipeline {
    var hasEnded: Bool {
        switch currentState {
        case .done, .failed: true
        case .starting, .running: false
        }
    }

    var hasFailed: Bool {
        if case .failed = currentState { true } else { false }
    }
}
