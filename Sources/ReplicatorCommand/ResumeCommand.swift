import Replicator

/// `replicator resume`
enum ResumeCommand: Command {
    static let name = "resume"
    static let summary = "let paused or failed pipelines of a running replicator go on"
    static let help = """
        replicator resume [SINK…] [-c FILE]

        A paused pipeline goes on where it was. One that has failed tries again from its checkpoint: mend first what
        replicator status names.

          SINK      pipelines to resume (default: all)
          -c FILE   the configuration (default: replicator.conf)

        Example:
          replicator resume warehouse -c replicator.conf
        """

    static func run(_ words: [String], until shutdown: ShutdownSignal) throws -> ExitCode {
        try perform(.resume, words)
    }
}
