import Foundation
import Replicator

/// `replicator status`
enum StatusCommand: Command {
    static let name = "status"
    static let summary = "tell what a running replicator is doing"
    static let help = """
        replicator status [SINK…] [-c FILE] [--json]

        Asks the running replicator of a configuration about its pipelines: state, position, lag in seconds and in
        bytes of log, rows, retries, parked changes, dead letters, the last error, how long the source will keep the
        position, and the mappings' version. Where none runs, says so, prints what the checkpoints hold, and exits 1.

          SINK      pipelines to show (default: all)
          -c FILE   the configuration (default: replicator.conf)
          --json    one JSON object, with keys that stay the same (docs/operations.md lists them)

        Example:
          replicator status -c replicator.conf
        """

    static func run(_ words: [String], until shutdown: ShutdownSignal) throws -> ExitCode {
        let arguments = try Arguments(words, valued: ["-c"], flags: ["--json"])
        let configuration = try Configuration(path: arguments.value(of: "-c") ?? "replicator.conf")
        let client = ControlClient(configuration: configuration)
        let running = try client.status(of: arguments.operands)
        if running == nil { complain("replicator: \(client.notRunning)") }
        let report = try running ?? StatusReport(checkpointsOf: configuration, only: arguments.operands)
        if arguments.has("--json") {
            print(try report.json())
        } else {
            let isTerminal = isatty(1) == 1 && ProcessInfo.processInfo.environment["NO_COLOR"] == nil
            print(report.table(colours: isTerminal))
        }
        return running == nil ? .failed : .done
    }
}
