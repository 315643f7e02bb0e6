import Replicator

/// `replicator verify`
enum VerifyCommand: Command {
    static let name = "verify"
    static let summary = "compare every sink with the source, row by row and column by column"
    static let help = """
        replicator verify [TABLE…] [-c FILE] [--wait SECONDS]

        Asks the source for each view (with the SELECT of its mapping file) and compares the result with what the sink
        holds: rows are counted and compared column by column. Meant for tables that nothing writes to meanwhile.
        First waits until each sink has caught up with the source. Columns that only the binary log knows
        (_commit_time, _gtid, …) are not compared, and said. Exits 3 if anything differs.

          TABLE            target tables to compare (default: all)
          -c FILE          the configuration (default: replicator.conf)
          --wait SECONDS   how long to wait for each sink to catch up (default 30)

        Example:
          replicator verify orders -c replicator.conf
        """

    static func run(_ words: [String], until shutdown: ShutdownSignal) throws -> ExitCode {
        let arguments = try Arguments(words, valued: ["-c", "--wait"])
        shutdown.endProcess()
        let configuration = try Configuration(path: arguments.value(of: "-c") ?? "replicator.conf")
        guard let wait = Double(arguments.value(of: "--wait") ?? "30"), wait >= 0, wait < 1e6 else {
            throw UsageError("--wait takes a number of seconds")
        }
        let report = Verifier(configuration: configuration, only: arguments.operands, waitSeconds: wait).run()
        for line in report.lines { print(line) }
        return report.isClean ? .done : .problems
    }
}
