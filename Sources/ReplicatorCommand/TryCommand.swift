import Replicator

/// `replicator try`
enum TryCommand: Command {
    static let name = "try"
    static let summary = "show what a mapping file makes of the source's rows, and what sinks would be sent"
    static let help = """
        replicator try MAPPING [-c FILE] [--start POSITION] [--until POSITION] [--limit N] [--sink NAMES]
                       [--format text|json]

        Takes rows of the tables that the views of MAPPING read, and prints each as it is, as the view makes it, and as
        the statement, command or record that each sink of the configuration would be sent. Changes nothing: not the
        source, no target, no checkpoint. Values print as JSON; - is what a sink is not told, or the log does not have.

        Without --start it takes rows that the tables hold now (what only the log knows of a change, such as
        _commit_time, is then as if they were inserted now); with --start, changes of the log from there on. From binlog
        files there are only changes, from the earliest on.

          MAPPING           a mapping file, or a folder of *.sql; it need not be one that the configuration names
          -c FILE           the configuration (default: replicator.conf)
          --start POSITION  take changes of the log from here on
          --until POSITION  and none behind this (default: latest)
          --limit N         how many changes, or rows of each table (default: 10)
          --sink NAMES      for these sinks only, by commas (default: all)
          --format json     one JSON object for each change and view, with whole values; text cuts long ones

        \(RunCommand.positions)

        Exits 1 if a view cannot be read, or a view or a sink refuses a row. A sink that is down is said beside the rows.

        Examples:
          replicator try mappings/orders.sql -c replicator.conf
          replicator try mappings/orders.sql -c replicator.conf --start -10m --limit 3
        """

    static func run(_ words: [String], until shutdown: ShutdownSignal) throws -> ExitCode {
        let arguments = try Arguments(
            words, valued: ["-c", "--start", "--until", "--limit", "--sink", "--format"])
        try arguments.requireOperands(1...1, "MAPPING")
        guard let limit = Int(arguments.value(of: "--limit") ?? "10"), (1...1_000_000).contains(limit) else {
            throw UsageError("--limit takes a number from 1 to 1000000")
        }
        guard let format = Trial.Format(rawValue: arguments.value(of: "--format") ?? "text") else {
            throw UsageError("there is no such --format; there are text and json")
        }
        if arguments.has("--until"), !arguments.has("--start") {
            throw UsageError("--until goes with --start: without it rows are taken as they are now")
        }
        for option in ["--start", "--until"] {
            if let text = arguments.value(of: option) { _ = try StartPosition(text) }
        }
        shutdown.endProcess()
        let names = (arguments.value(of: "--sink") ?? "").split(separator: ",").map { $0.trimmingBlanks }
        let trial = try Trial(
            configuration: try Configuration(path: arguments.value(of: "-c") ?? "replicator.conf"),
            mapping: arguments.operands[0], start: arguments.value(of: "--start"),
            until: arguments.value(of: "--until"), limit: limit, sinks: names)
        let outcome = try trial.run(format) {
            print($0)
        } say: {
            complain("replicator: \($0)")
        }
        if outcome.changeCount == 0 { complain("replicator: there is no such row or change") }
        return outcome.isClean ? .done : .failed
    }
}

extension Substring {
    fileprivate var trimmingBlanks: String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
