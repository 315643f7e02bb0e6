import Replicator

/// `replicator reload`
enum ReloadCommand: Command {
    static let name = "reload"
    static let summary = "have a running replicator take over edited mapping files"
    static let help = """
        replicator reload [SINK…] [-c FILE]

        Reads the mapping files again and holds them against the source's tables and the sink. If all is well, the
        pipeline drains and goes on with them: rows from the printed position on go through the new mappings. If not,
        the old ones stay, and the error is printed here, by replicator status, and in the log. SIGHUP does the same.
        The configuration file itself is read at the start only.

          SINK      pipelines to reload (default: all)
          -c FILE   the configuration (default: replicator.conf)

        Example:
          replicator reload warehouse -c replicator.conf
        """

    static func run(_ words: [String], until shutdown: ShutdownSignal) throws -> ExitCode {
        try perform(.reload, words)
    }
}
