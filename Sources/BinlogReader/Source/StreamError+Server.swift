public import MySQLClient
import Rows

extension StreamError {
    /// What an error of the server or the client library means for the stream from `start`.
    /// - Parameters:
    ///   - logs: the binary logs that the server has, if that is known.
    ///   - serverID: as whom it was asked for; 0: not known.
    public init(_ error: MySQLError, streamFrom start: StreamStart, logs: [String] = [], serverID: UInt32 = 0) {
        let said = String(error.message.map { $0.isNewline ? " " : $0 })
        switch error.code {
        case 1236:  // ER_MASTER_FATAL_ERROR_READING_BINLOG: what is wrong is told by its text alone.
            self = Self.readingLog(said, start, logs, serverID)
        case 4052:  // ER_SLAVE_SAME_ID (MariaDB)
            self = Self.replaced(start, serverID)
        case 1373:  // ER_UNKNOWN_TARGET_BINLOG
            self = Self.missingLog(start, logs)
        default:
            self.init(error)
        }
    }

    /// What an error of the server or the client library means for who follows it.
    public init(_ error: MySQLError) {
        switch error.code {
        case 1045, 1698, 1044, 1049, 1129, 1130, 1142, 1143, 1227, 2058, 2059:
            self.init(.denied, error.description)
        case 1317:  // ER_QUERY_INTERRUPTED: the KILL of a session that was just at work
            self.init(.connectionLost, error.description)
        default:
            self.init(Kind(error), error.description)
        }
    }

    /// Any error on the way to a server's answer: one of ours stays what it is, and what one of the server or of the client
    /// library means is `explain`'s to say.
    init(_ error: any Error, explain: (MySQLError) -> StreamError) {
        switch error {
        case let error as StreamError: self = error
        case let error as MySQLError: self = explain(error)
        default: self.init(.other, "\(error)")
        }
    }

    /// Error 1236 by its texts, which are those of `mysql_binlog_send` (sql/sql_repl.cc, MariaDB; sql/rpl_binlog_sender.cc,
    /// MySQL) and of `Log_event::read_log_event`.
    private static func readingLog(
        _ said: String, _ start: StreamStart, _ logs: [String], _ serverID: UInt32
    ) -> Self {
        let has = { (text: String) in said.contains(text) }
        if has("same server_uuid/server_id") {
            return replaced(start, serverID)
        }
        if has("Could not find first log file name") || has("Could not find GTID state") || has("has purged")
            || has("could not find next log") || has("Could not open log file")
        {
            return missingLog(start, logs)
        }
        if has("purged required") {
            // MySQL: … and the missing transactions are 'SET'.
            let missing = said.split(separator: "missing transactions are '").dropFirst().first?.prefix { $0 != "'" }
            return StreamError(
                .purged,
                "the server has purged transactions that follow GTID \(start): "
                    + (missing.map { "\($0) is gone from its log" } ?? "they are gone from its log") + ". \(waysOut)")
        }
        if has("AUTO_POSITION mode") {
            return StreamError(
                .unsuitable, "the server has no GTIDs (gtid_mode is not ON): give --start a timestamp or FILE:OFFSET")
        }
        if has("impossible position") || has("position > file size") {
            return StreamError(
                .unknownPosition,
                "the server's log ends before \(start): it lost its end in a crash (sync_binlog is not 1?), or this is "
                    + "another server. \(waysOut)")
        }
        if has("not in the master's binlog") || has("is missing the GTID") || has("has diverged")
            || has("more GTIDs than the") || has("Start position cannot have repeated domain")
        {
            return StreamError(.unknownPosition, "cannot start at GTID \(start): \(said). \(waysOut)")
        }
        if has("Binary log is not open") {
            return StreamError(
                .unsuitable,
                "the server writes no binary log: set log_bin in the [mysqld] group of its option file, and restart it")
        }
        if has("server id was not set") || has("server_id was not set") {
            return StreamError(
                .unsuitable, "the server has no server_id: SET GLOBAL server_id = 1, and in its option file")
        }
        if has("max_allowed_packet") {
            // Also what the server says where the offset is in the middle of an event.
            return StreamError(
                .corrupt,
                "the server cannot read its log from \(start) on: \(said). If that place is right: "
                    + "SET GLOBAL max_allowed_packet = 1073741824")
        }
        if has("truncated in the middle"), let file = lastFile(in: said), let index = logs.firstIndex(of: file),
            index + 1 < logs.count
        {
            return StreamError(
                .corrupt,
                "the server's \(file) ends in the middle of an event: \(said). If it crashed there (its error log says so), "
                    + "the transaction that it was writing was not committed, and nothing is missing: go on in the next "
                    + "file with run --start \(logs[index + 1]):4 --reset-checkpoint. Else the file is damaged, and what "
                    + "is gone from it must come to the target by other means")
        }
        if has("bogus data") || has("truncated in the middle") || has("reading log event") || has("checksum")
            || has("while reading log") || has("Error reading log") || has("decrypt")
        {
            return StreamError(
                .corrupt,
                "the server cannot read its log from \(start) on: \(said). Either no event begins there, or the file is "
                    + "damaged: see it with mariadb-binlog (MySQL: mysqlbinlog) on the server")
        }
        return StreamError(.other, "the server cannot send its log from \(start): \(said)")
    }

    /// The file of `the last event read from 'FILE' at OFFSET`.
    private static func lastFile(in said: String) -> String? {
        let parts = said.split(separator: "'", omittingEmptySubsequences: false)
        return parts.indices.dropLast().first { parts[$0].hasSuffix("the last event read from ") }
            .map { String(parts[$0 + 1]) }
    }

    private static func replaced(_ start: StreamStart, _ serverID: UInt32) -> Self {
        let id = serverID == 0 ? "" : " \(serverID)"
        return StreamError(
            .replaced,
            "the server ended the stream from \(start), because another replica came with the same server id\(id): "
                + "\(ownServerID); SHOW REPLICA HOSTS (MySQL: SHOW REPLICAS) and SHOW PROCESSLIST on the server tell who "
                + "it is")
    }

    private static func missingLog(_ start: StreamStart, _ logs: [String]) -> Self {
        guard case .position(let position) = start else {
            return StreamError(
                .purged,
                "the server has purged the binary logs that GTID \(start) needs\(range(logs)). \(waysOut)")
        }
        if let sequence = position.sequence,
            let last = logs.last.flatMap({ BinlogPosition(file: $0, offset: 4).sequence }), sequence > last
        {
            return StreamError(
                .unknownPosition,
                "the server has no \(position.file) (to read from \(start))\(range(logs)): its log was reset, or this is "
                    + "another server. \(waysOut)")
        }
        return StreamError(
            .purged,
            "the server no longer has \(position.file) (to read from \(start))\(range(logs)): what changed between is gone "
                + "from its log. \(waysOut)")
    }

    private static func range(_ logs: [String]) -> String {
        guard let first = logs.first, let last = logs.last else { return "" }
        return first == last ? "; it has \(first)" : "; it has \(first) to \(last)"
    }

    /// What to say of a log that lacks what was read of it: where it ends now, and what was read.
    public static func anotherLog(_ end: String, _ read: String) -> String {
        "the server's log is not the one that was read: \(end), and was read up to \(read). It was reset (RESET MASTER, "
            + "RESET BINARY LOGS AND GTIDS), lost its end in a crash (sync_binlog is not 1?), or this is another server. "
            + waysOut
    }

    private static let ownServerID = "give each its own, by another server-id-base in [source]"
    private static let waysOut =
        "Ways out: restore the missing file on the server; or give up what is missing, with --start earliest "
        + "--reset-checkpoint (or another position), after bringing the target up to date by other means"
}

extension StreamError.Kind {
    /// What keeps a session from coming about, or has ended it.
    fileprivate init(_ error: MySQLError) {
        self =
            error.isBusy
            ? .busy : error.isUnreachable ? .unreachable : error.isConnectionLost ? .connectionLost : .other
    }
}
