internal import MySQLClient

/// What has to be known of a server before it takes another one's place.
extension SourceServer {
    /// One line that is the same as long as positions in the server's log mean the same, and another one on every other
    /// server: MySQL's UUID, and what MariaDB, which has none, goes by.
    public func logIdentity() throws(StreamError) -> String {
        Self.logIdentity(try query(Self.logIdentityQuery(try version().flavour)))
    }

    static func logIdentityQuery(_ flavour: ServerVersion.Flavour) -> String {
        flavour == .mySQL ? "SELECT @@server_uuid" : ServerIdentity.query
    }

    static func logIdentity(_ result: ResultSet) -> String {
        String((result.text(0, 0) ?? "").map { $0.isNewline ? " " : $0 })
    }

    /// Throws if `connection` leads to another server than the one of that identity, where there is one. Asked on the
    /// connection that is to be read from: an address may lead to one server now, and to another a moment later.
    static func require(_ identity: String?, of connection: Connection, _ options: ConnectionOptions) throws {
        guard let identity else { return }
        let query = logIdentityQuery(connection.serverVersion.flavour)
        guard logIdentity(try connection.query(query)) == identity else {
            throw StreamError(.anotherServer, "\(options) is another server than the one that was followed")
        }
    }

    /// Those of `gtids` that the server has never had; empty: it has had them all. MariaDB: one a domain, each of which
    /// stands for those before it; MySQL: a set. Throws if they are another kind of server's.
    ///
    /// A MariaDB tells by `gtid_binlog_state` the last number that each server had in each domain, and by `gtid_slave_pos`
    /// the last one of each domain that it took over, which its log may lack (a replica made of a backup).
    public func missing(of gtids: String) throws(StreamError) -> String {
        let version = try version()
        if version.flavour == .mySQL {
            guard let set = GTIDSet(gtids) else { throw Self.otherKind(gtids, version) }
            let executed = GTIDSet(try query("SELECT @@gtid_executed").text(0, 0) ?? "") ?? GTIDSet()
            return set.subtracting(executed).description
        }
        let wanted = MariaDBGTID.list(gtids)
        guard wanted.count == gtids.split(separator: ",").count else { throw Self.otherKind(gtids, version) }
        let state = try query("SELECT @@gtid_binlog_state, @@gtid_slave_pos")
        let logged = MariaDBGTID.list(state.text(0, 0) ?? "")
        let taken = MariaDBGTID.list(state.text(0, 1) ?? "")
        return wanted.filter { gtid in
            !taken.contains(gtid)
                && !logged.contains {
                    $0.domain == gtid.domain && $0.serverID == gtid.serverID && $0.number >= gtid.number
                }
        }.map(\.description).joined(separator: ",")
    }

    /// Whether the log has all that the server ever had, as far as it tells: then who has had nothing may begin with its first
    /// file. A MySQL knows what it has purged. A MariaDB that was made of another one's backup knows of nothing before; but
    /// its log does not begin with a domain's first transaction.
    public func hasWholeLog(serverID: UInt32) throws(StreamError) -> Bool {
        let first = try earliest()
        guard try gtid(at: first, serverID: serverID)?.isEmpty != false else { return false }
        if try version().flavour == .mySQL { return try query("SELECT @@gtid_purged").text(0, 0)?.isEmpty == true }
        var search = FirstEventSearch()
        var found: FirstEventSearch.Found?
        try scan(from: .position(first), serverID: serverID) { event in
            found = try search.found(event)
            return found == nil
        }
        guard let found else { return true }
        return found.gtid.flatMap { MariaDBGTID($0) }?.number == 1
    }

    private static func otherKind(_ gtids: String, _ version: ServerVersion) -> StreamError {
        StreamError(
            .unsuitable, "the server is \(version), which has no GTIDs such as \(gtids): it is no replica of the other")
    }

    /// What keeps the server from being one of several that are followed in turn, each with the statement that mends it:
    /// places are found again by GTID alone, so all that it logs and all that it takes over must have one.
    public func failoverProblems() throws(StreamError) -> [String] {
        let isMySQL = try version().flavour == .mySQL
        let wanted = isMySQL ? [("gtid_mode", "ON"), ("log_replica_updates", "ON")] : [("log_slave_updates", "ON")]
        let names = wanted.map { "'\($0.0)'" }.joined(separator: ", ")
        let result = try query("SHOW GLOBAL VARIABLES WHERE Variable_name IN (\(names))")
        var settings: [String: String] = [:]
        for row in result.rows.indices {
            if let name = result.text(row, 0) { settings[name] = result.text(row, 1) ?? "" }
        }
        return wanted.compactMap { name, value in
            // MySQL 8.0 before 8.0.26 has only the older name, and ON by default.
            guard let found = settings[name], found != value else { return nil }
            return
                "\(name) is \(found), and with several hosts in url it has to be \(value) on each, since a place in one "
                + "server's log is found in another's by GTID: "
                + (name == "gtid_mode"
                    ? "see \"Enabling GTID Transactions Online\" in MySQL's manual"
                    : "\(name) = ON in the [mysqld] group of its option file, and restart it")
        }
    }

    /// What may stay as it is where several servers are followed in turn, and is worth knowing.
    public func failoverNotices() throws(StreamError) -> [String] {
        guard try version().flavour == .mariaDB, try query("SELECT @@GLOBAL.gtid_strict_mode").text(0, 0) != "1" else {
            return []
        }
        return [
            "gtid_strict_mode is OFF: what this server alone logs in a domain that another writes too lies before or behind the "
                + "other's by chance, so that a failover may pass over it, and nothing tells; with SET GLOBAL gtid_strict_mode = ON "
                + "on each, replication between them stops at such a transaction"
        ]
    }
}
