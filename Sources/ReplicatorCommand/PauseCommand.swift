import Replicator

/// `replicator pause`
enum PauseCommand: Command {
    static let name = "pause"
    static let summary = "let pipelines of a running replicator wait"
    static let help = """
        replicator pause [SINK…] [-c FILE]

        What was read reaches the sink, the checkpoint is stored, and the connection to the source is closed. The
        pipeline then waits for replicator resume, also over a reload. A replicator that is started anew runs all its
        pipelines. Mind how long the source keeps its binary log: replicator status tells.

          SINK      pipelines to pause (default: all)
          -c FILE   the configuration (default: replicator.conf)

        Example:
          replicator pause warehouse -c replicator.conf
        """

    static func run(_ words: [String], until shutdown: ShutdownSignal) throws -> ExitCode {
        try perform(.pause, words)
    }
}

extension Command {
    /// Has a running replicator carry out `action`, and prints what came of it, a line a pipeline.
    static func perform(_ action: ControlClient.Action, _ words: [String]) throws -> ExitCode {
        let arguments = try Arguments(words, valued: ["-c"])
        let configuration = try Configuration(path: arguments.value(of: "-c") ?? "replicator.conf")
        let outcomes = try ControlClient(configuration: configuration).perform(action, on: arguments.operands)
        for outcome in outcomes {
            if outcome.isDone { print(outcome.line) } else { complain("replicator: \(outcome.line)") }
        }
        return outcomes.allSatisfy(\.isDone) ? .done : .failed
    }
}
