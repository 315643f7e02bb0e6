import Replicator

/// `replicator run`
enum RunCommand: Command {
    static let name = "run"
    static let summary = "replicate to all sinks of a configuration, until stopped"
    static let help = """
        replicator run [-c FILE] [--start POSITION] [--reset-checkpoint] [--sink NAMES] [--until POSITION] [--no-progress]

        Replicates from the source to every sink of the configuration. Runs until SIGTERM or SIGINT (then it drains,
        writes its checkpoints and exits 0 within 10 s), or until binlog files given as source come to their end, or up to
        --until.

          -c FILE             the configuration (default: replicator.conf)
          --start POSITION    where a pipeline without a checkpoint begins
          --until POSITION    apply all that comes before it, and exit 0: what begins before FILE:OFFSET, is committed
                              at TIME or earlier, is among the GTIDs, or is logged by now (latest)
          --reset-checkpoint  begin at --start even where a checkpoint says otherwise
          --sink NAMES        for whom --start and --reset-checkpoint are, by commas; the other sinks go on from their
                              checkpoints (default: for all)
          --no-progress       on a terminal, print the log only, and no line for each pipeline below it

        \(positions)

        Examples:
          replicator run -c replicator.conf --start earliest
          replicator run -c replicator.conf --start '2026-11-20 10:00:00'
          replicator run -c replicator.conf --until latest
          replicator run -c replicator.conf --start binlog.000007:4711 --reset-checkpoint --sink warehouse
        """

    /// The forms of POSITION, for each help that takes one.
    static let positions = """
        POSITION is one of
          earliest, latest          the oldest change that the source still has; now
          FILE:OFFSET               binlog.000003:154, a place between two transactions
          GTID                      right after it: 0-1-100 (MariaDB; several domains by commas), or a set of MySQL's,
                                    3e11fa47-71ca-11e1-9e33-c80aa9429562:1-5 (several servers by commas)
          TIME                      '2026-11-20 10:00:00' (local zone), 2026-11-20T10:00:00Z, 2026-11-20T10:00:00.5+02:00,
                                    or before now: -45s, -30m, -2h, -7d
        """

    static func run(_ words: [String], until shutdown: ShutdownSignal) throws -> ExitCode {
        let arguments = try Arguments(
            words, valued: ["-c", "--start", "--until", "--sink"], flags: ["--reset-checkpoint", "--no-progress"])
        try arguments.requireOperands(0...0, "")
        for option in ["--start", "--until"] {
            if let text = arguments.value(of: option) { _ = try StartPosition(text) }
        }
        let configuration = try Configuration(path: arguments.value(of: "-c") ?? "replicator.conf")
        let daemon = try Daemon(
            configuration: configuration, start: arguments.value(of: "--start"),
            until: arguments.value(of: "--until"), resetsCheckpoint: arguments.has("--reset-checkpoint"),
            sinks: arguments.value(of: "--sink"),
            showsProgress: !arguments.has("--no-progress"))
        return try daemon.run(until: shutdown) ? .done : .failed
    }
}
