import Replicator

/// `replicator tail`
enum TailCommand: Command {
    static let name = "tail"
    static let summary = "print the row changes of a server or of binlog files"
    static let help = """
        replicator tail SOURCE [--tables PATTERNS] [--format json] [--start POSITION] [--until POSITION]
                        [--schema FILE] [--statement-changes stop|skip] [--password-file FILE] [--no-checksums]

        Prints one JSON object a row change on stdout, in the order of the binary log. SOURCE is file:PATH (a binlog
        file, or a folder of them) or mysql://USER@HOST:PORT. From files, what the log does not name prints as the
        bytes it looks like: UUID and INET columns as base64, JSON as a string; columns without names as @1, @2, …,
        unless --schema tells them.

          --tables PATTERNS     which tables, such as 'shop.*, !shop.tmp_*' (default: all)
          --format json         the only format so far
          --start POSITION      where to begin; default: earliest of files, latest of servers
          --until POSITION      print what comes before it, and end: what begins before FILE:OFFSET, is committed at
                                TIME or earlier, is among the GTIDs, or is logged by now (latest)
          --schema FILE         the tables of files whose log does not name columns, as they were where reading begins:
                                CREATE TABLE statements, as mysqldump --no-data prints them; the log's own move them on
          --statement-changes skip
                                pass over changes that were logged as text, and say how many; default: stop there
          --password-file FILE  the password's file; else MYSQL_PWD or ~/.my.cnf
          --no-checksums        do not verify the events' checksums: to see what a damaged file holds, or to save
                                the time. What is printed may then be wrong

        \(RunCommand.positions)

        Examples:
          replicator tail file:/var/lib/mysql/binlog.000007
          replicator tail mysql://replicator@127.0.0.1:3306 --tables 'shop.orders'
          replicator tail mysql://replicator@127.0.0.1:3306 --start -10m --until latest
        """

    static func run(_ words: [String], until shutdown: ShutdownSignal) throws -> ExitCode {
        let arguments = try Arguments(
            words,
            valued: [
                "--tables", "--format", "--start", "--until", "--schema", "--statement-changes", "--password-file",
            ],
            flags: ["--no-checksums"])
        try arguments.requireOperands(1...1, "SOURCE")
        switch arguments.value(of: "--format") ?? "json" {
        case "json": break
        case "debezium", "canal", "maxwell", "sql":
            throw UsageError("this --format is not supported yet; there is json")
        default: throw UsageError("there is no such --format; there is json")
        }
        let statementChanges = arguments.value(of: "--statement-changes") ?? "stop"
        guard ["stop", "skip"].contains(statementChanges) else {
            throw UsageError("--statement-changes is stop or skip")
        }
        let tail = try Tail(
            source: arguments.operands[0], tables: arguments.value(of: "--tables"),
            start: arguments.value(of: "--start"), until: arguments.value(of: "--until"),
            schema: arguments.value(of: "--schema"),
            passwordFile: arguments.value(of: "--password-file"),
            verifiesChecksums: !arguments.has("--no-checksums"), skipsStatementChanges: statementChanges == "skip")
        try tail.run(until: shutdown) { complain("replicator: \($0)") }
        return .done
    }
}
