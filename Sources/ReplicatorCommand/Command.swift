import Replicator

/// A subcommand of `replicator`.
protocol Command {
    static var name: String { get }
    /// One line for the overview.
    static var summary: String { get }
    /// What `replicator NAME --help` prints, with an example.
    static var help: String { get }

    static func run(_ words: [String], until shutdown: ShutdownSignal) throws -> ExitCode
}

enum Commands {
    static var all: [any Command.Type] {
        [
            RunCommand.self, StatusCommand.self, PauseCommand.self, ResumeCommand.self, ReloadCommand.self,
            TailCommand.self, CheckCommand.self, TryCommand.self, VerifyCommand.self,
        ]
    }

    /// Named in the design, and not there yet: refused as such rather than as unknown.
    static let later: Set<String> = ["replay", "copy", "parked", "dead-letters"]

    static var version: String { replicatorVersion }

    static var overview: String {
        let width = all.map { $0.name.count }.max() ?? 0
        let lines = all.map { command in
            "  \(command.name)\(String(repeating: " ", count: width - command.name.count + 2))\(command.summary)"
        }
        return """
            replicator follows the binary log of MySQL or MariaDB and keeps other stores equal to it.

            Usage: replicator COMMAND [OPTIONS]

            \(lines.joined(separator: "\n"))

            replicator COMMAND --help tells more about one, with an example; replicator --version prints the version.
            Exit codes: 0 done, 1 failed, 2 wrong usage or configuration, 3 check or verify found problems.
            """
    }
}
