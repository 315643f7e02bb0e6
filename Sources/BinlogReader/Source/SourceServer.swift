public import MySQLClient
public import Rows

/// A server that is followed, asked about itself over a session of its own. The session begins at the first question,
/// and anew where it was lost since the last one. Confined to one thread, but for its ``stopper``. Needs BINLOG MONITOR
/// (MySQL: REPLICATION CLIENT) and, for each table, SELECT.
public final class SourceServer {
    /// Ends a question that waits for the server, from another thread.
    public let stopper: StreamStopper

    let options: ConnectionOptions
    private var session: Connection?
    /// By name; asked for once.
    private var collations: [String: UInt16]?

    /// - Parameter stopper: where several ask in turn and one call is to end whichever is asking.
    public init(_ options: ConnectionOptions, stopper: StreamStopper = StreamStopper()) {
        self.stopper = stopper
        var options = options
        options.database = nil
        if options.readTimeoutSeconds == nil { options.readTimeoutSeconds = 60 }
        if options.writeTimeoutSeconds == nil { options.writeTimeoutSeconds = 60 }
        self.options = options
    }

    /// A file of the server's binary log.
    public struct BinaryLog: Equatable, Sendable {
        public var name: String
        public var byteCount: UInt64
    }

    /// Where the log ends now.
    public struct LogEnd: Equatable, Sendable {
        public var position: BinlogPosition
        /// MariaDB: the last GTID of each domain up to there, as `gtid_binlog_pos` prints them. MySQL: the set of those
        /// up to there, but for some that are just being committed. Empty if there is none.
        public var gtid: String
    }

    public func version() throws(StreamError) -> ServerVersion {
        try connection().serverVersion
    }

    /// See ``ServerIdentity``.
    public func identity() throws(StreamError) -> String? {
        try query(ServerIdentity.query).text(0, 0)
    }

    /// The files of the binary log in the server's own order, which is not that of their names as text.
    public func binaryLogs() throws(StreamError) -> [BinaryLog] {
        let result = try query("SHOW BINARY LOGS", needs: try version().logPrivilege)
        return result.rows.indices.compactMap { row in
            guard let name = result.text(row, 0) else { return nil }
            return BinaryLog(name: name, byteCount: result.text(row, 1).flatMap { UInt64($0) } ?? 0)
        }
    }

    // MARK: Positions

    /// The first event of the log's first file.
    public func earliest() throws(StreamError) -> BinlogPosition {
        guard let first = try binaryLogs().first else { throw Self.noLog }
        return BinlogPosition(file: first.name, offset: PositionTracker.firstOffset)
    }

    /// The end of the log: what is written from now on begins there.
    public func end() throws(StreamError) -> BinlogPosition {
        try Self.end(try logStatus())
    }

    /// Likewise, with the GTIDs up to there.
    /// - Parameter serverID: who we are if the log has to be asked for (MariaDB, behind 4 GiB of a file).
    public func latest(serverID: UInt32) throws(StreamError) -> LogEnd {
        let status = try logStatus()
        let position = try Self.end(status)
        if try version().flavour == .mySQL {
            return LogEnd(position: position, gtid: GTIDSet(status.text(0, 4) ?? "")?.description ?? "")
        }
        return LogEnd(position: position, gtid: try gtid(at: position, serverID: serverID) ?? "")
    }

    private static func end(_ status: ResultSet) throws(StreamError) -> BinlogPosition {
        guard !status.rows.isEmpty, let file = status.text(0, 0), let offset = status.text(0, 1).flatMap({ UInt64($0) })
        else { throw noLog }
        return BinlogPosition(file: file, offset: offset)
    }

    /// The file being written, the offset of its end, the databases that it is confined to, and those it leaves out.
    func logStatus() throws(StreamError) -> ResultSet {
        let version = try version()
        return try query(version.logStatusStatement, needs: version.logPrivilege)
    }

    /// MariaDB: the last GTID of each domain up to a position where an event begins or the log ends; MySQL: the set of
    /// those. Nil where the server cannot tell.
    /// - Parameter serverID: who we are if the log has to be asked for (MySQL; MariaDB behind 4 GiB of a file). It is the
    ///   caller's own: a server ends an older stream of the same id.
    public func gtid(at position: BinlogPosition, serverID: UInt32) throws(StreamError) -> String? {
        if try version().flavour == .mySQL { return try gtidSet(at: position, serverID: serverID).description }
        // The function below takes an offset of 32 bits.
        if position.offset > UInt32.max { return try lastGTIDs(at: position, serverID: serverID) }
        let file = try connection().literal(position.file)
        let result = try query("SELECT BINLOG_GTID_POS(\(file), \(position.offset))", needs: try version().logPrivilege)
        return result.rows.isEmpty ? nil : result.text(0, 0)
    }

    /// Makes sure that the server can send its log from `position`: its file is there, and an event begins or the log
    /// ends there.
    public func check(_ position: BinlogPosition) throws(StreamError) {
        let logs = try binaryLogs()
        guard let log = logs.first(where: { $0.name == position.file }) else {
            throw StreamError(
                MySQLError(code: 1373, sqlState: "HY000", message: ""), streamFrom: .position(position),
                logs: logs.map(\.name))
        }
        let end = log.name == logs.last?.name ? try end().offset : log.byteCount
        guard position.offset <= end else {
            throw StreamError(.unknownPosition, "\(position): \(position.file) has \(end) bytes")
        }
        if position.offset == PositionTracker.firstOffset || position.offset == end { return }
        guard try listing(at: position) != nil else {
            throw StreamError(
                .unknownPosition,
                "\(position): no event begins there (SHOW BINLOG EVENTS IN '\(position.file)' lists where they do)")
        }
    }

    /// What SHOW BINLOG EVENTS lists of the event at `position`: type and text are columns 2 and 5. Nil if none begins
    /// there.
    func listing(at position: BinlogPosition) throws(StreamError) -> ResultSet? {
        let file = try connection().literal(position.file)
        let privilege = try version().logPrivilege
        do {
            let result = try ask("SHOW BINLOG EVENTS IN \(file) FROM \(position.offset) LIMIT 1")
            // From a place inside an event MySQL lists the one that follows.
            return !result.rows.isEmpty && result.text(0, 1) == "\(position.offset)" ? result : nil
        } catch let error as MySQLError where error.code == 1220 {  // ER_ERROR_WHEN_EXECUTING_COMMAND
            return nil
        } catch {
            throw explain(error, needs: privilege)
        }
    }

    /// Where the first event after `gtid` begins (MariaDB: one GTID a domain, `0-1-100,1-1-7`; MySQL: the first one that
    /// is not in this set, `uuid:1-5`); the end of the log where none follows. Asks the server for its log, as the replica
    /// `serverID`.
    public func position(after gtid: String, serverID: UInt32) throws(StreamError) -> BinlogPosition {
        let version = try version()
        guard (GTIDSet(gtid) != nil) == (version.flavour == .mySQL) || gtid.isEmpty else {
            throw StreamError(
                .unknownPosition,
                "cannot start at GTID \(gtid): the server is \(version), whose GTIDs look like "
                    + (version.flavour == .mySQL ? "uuid:1-5" : "0-1-100"))
        }
        let end = try end()
        var search = FirstEventSearch()
        var found: FirstEventSearch.Found?
        try scan(from: .gtid(gtid), serverID: serverID) { event in
            found = try search.found(event)
            return found == nil
        }
        // Nothing follows, or it was written since.
        guard let found else { return end }
        return try widen(found)
    }

    static let noLog = StreamError(
        .unsuitable,
        "the server writes no binary log: set log_bin in the [mysqld] group of its option file, and restart it")

    // MARK: Questions

    /// The session.
    func connection() throws(StreamError) -> Connection {
        if let session { return session }
        try stopper.checkNotStopped()
        do {
            let session = try Connection(options)
            try stopper.watch(session.interrupter)
            // What `TableDefinition` reads is printed as it expects.
            try session.execute("SET SESSION sql_mode = '', sql_quote_show_create = 1")
            // MySQL from 8.0.30 on: the log has a generated invisible primary key whatever this says.
            if session.serverVersion.flavour == .mySQL {
                _ = try? session.execute("SET SESSION show_gipk_in_create_table_and_information_schema = ON")
            }
            self.session = session
            return session
        } catch {
            throw explain(error)
        }
    }

    /// The server's numbers of its collations, by name.
    func collationIDs() throws(StreamError) -> [String: UInt16] {
        if let collations { return collations }
        // Since 10.10 a collation may serve several character sets, and has a number for each.
        let version = try version()
        let isSplit = version.flavour == .mariaDB && version.isAtLeast(10, 10)
        let result = try query(
            isSplit
                ? "SELECT FULL_COLLATION_NAME, ID FROM information_schema.COLLATION_CHARACTER_SET_APPLICABILITY"
                : "SELECT COLLATION_NAME, ID FROM information_schema.COLLATIONS")
        var ids: [String: UInt16] = [:]
        for row in result.rows.indices {
            if let name = result.text(row, 0), let id = result.text(row, 1).flatMap({ UInt16($0) }) { ids[name] = id }
        }
        collations = ids
        return ids
    }

    /// Asks something that changes nothing, in a new session should this one have been lost since the last question.
    /// - Parameter privilege: what the account lacks if it is refused.
    func query(_ sql: String, needs privilege: String? = nil) throws(StreamError) -> ResultSet {
        do {
            return try ask(sql)
        } catch {
            throw explain(error, needs: privilege)
        }
    }

    /// Likewise; what the server refuses is thrown as the ``MySQLError`` that it is.
    func ask(_ sql: String) throws -> ResultSet {
        let isOld = session != nil
        do {
            return try connection().query(sql)
        } catch let error as MySQLError where error.isConnectionLost {
            session = nil
            if stopper.isStopped || !isOld { throw error }
        }
        return try connection().query(sql)
    }

    /// What an error of a question means.
    /// - Parameter privilege: what the account lacks if it is refused.
    func explain(_ error: any Error, needs privilege: String? = nil) -> StreamError {
        StreamError(error) { error in
            if stopper.isStopped { return StreamError(.stopped, "the question to \(options) was stopped") }
            if let privilege, let session, Self.lacksPrivilege(error) { return Self.missing(privilege, session) }
            return StreamError(error)
        }
    }
}
