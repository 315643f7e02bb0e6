import Replicator

/// `replicator check`
enum CheckCommand: Command {
    static let name = "check"
    static let summary = "look for all that would keep run from working, and say how to mend it"
    static let help = """
        replicator check [-c FILE]

        Reads the configuration and the mapping files, connects to the source and to every sink, and holds settings,
        privileges, mappings and target tables against each other. Changes nothing. Prints a line for each sink, ok or
        what must be mended; exits 3 if something must.

          -c FILE   the configuration (default: replicator.conf)

        Example:
          replicator check -c replicator.conf
        """

    static func run(_ words: [String], until shutdown: ShutdownSignal) throws -> ExitCode {
        let arguments = try Arguments(words, valued: ["-c"])
        try arguments.requireOperands(0...0, "")
        shutdown.endProcess()
        let configuration = try Configuration(path: arguments.value(of: "-c") ?? "replicator.conf")
        let report = Checker(configuration: configuration).run()
        for line in report.lines { print(line) }
        return report.isClean ? .done : .problems
    }
}
