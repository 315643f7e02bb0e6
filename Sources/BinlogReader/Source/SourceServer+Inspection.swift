internal import MySQLClient

/// What a server is set to, as far as following it depends on that.
public struct SourceInspection: Equatable, Sendable {
    /// `MariaDB 10.11.14`, `MySQL 9.7.4`
    public var server: String
    /// What must be mended before rows can be replicated; each with the statement that mends it.
    public var problems: [String] = []
    /// What may be as it is, and is worth knowing.
    public var notices: [String] = []
}

extension SourceServer {
    /// Looks at what following the server depends on: its settings, and the account's privileges.
    public func inspect() throws(StreamError) -> SourceInspection {
        let version = try version()
        var inspection = SourceInspection(server: version.description)
        guard version.flavour == .mariaDB ? version.isAtLeast(10, 3) : version.isAtLeast(5, 6) else {
            inspection.problems.append(
                "\(version): MariaDB 10.3 and MySQL 5.6 are the oldest that can be followed")
            return inspection
        }
        let settings = try settings()
        guard settings["log_bin"] == "ON" else {
            inspection.problems.append(
                "the server writes no binary log: set log_bin in the [mysqld] group of its option file, and restart it")
            return inspection
        }
        inspection.problems += Self.settingProblems(settings)
        inspection.problems += try privilegeProblems()
        inspection.notices += Self.settingNotices(settings)
        if inspection.problems.isEmpty { inspection.notices += try filterNotices() }
        return inspection
    }

    /// Global settings by name.
    private func settings() throws(StreamError) -> [String: String] {
        let result = try query(
            """
            SHOW GLOBAL VARIABLES WHERE Variable_name IN ('log_bin', 'binlog_format', 'binlog_row_image',
            'binlog_row_metadata', 'server_id', 'sync_binlog')
            """)
        var settings: [String: String] = [:]
        for row in result.rows.indices {
            if let name = result.text(row, 0) { settings[name] = result.text(row, 1) ?? "" }
        }
        return settings
    }

    private static func settingProblems(_ settings: [String: String]) -> [String] {
        let required = [
            (
                "binlog_format", "ROW",
                "(sessions that are open keep what they have: let applications connect anew, or restart the server)"
            ),
            ("binlog_row_image", "FULL", "(sessions that are open keep what they have)"),
        ]
        var problems: [String] = []
        for (name, value, remark) in required where settings[name] != value {
            problems.append(
                "\(name) is \(settings[name] ?? "unknown") and has to be \(value): SET GLOBAL \(name) = '\(value)', and "
                    + "\(name) = \(value) in the [mysqld] group of the server's option file \(remark)")
        }
        if settings["server_id"] == "0" {
            problems.append(
                "the server has no server_id: SET GLOBAL server_id = 1, and server_id = 1 in its option file")
        }
        return problems
    }

    private static func settingNotices(_ settings: [String: String]) -> [String] {
        var notices: [String] = []
        if let sync = settings["sync_binlog"], sync != "1" {
            notices.append(
                "sync_binlog is \(sync): a power failure of the server may take back changes that were replicated already; "
                    + "SET GLOBAL sync_binlog = 1 prevents it")
        }
        let metadata = settings["binlog_row_metadata"]
        if metadata != "FULL" {
            notices.append(
                (metadata.map { "binlog_row_metadata is \($0)" } ?? "the server has no binlog_row_metadata")
                    + ": the log does not name the columns of tables, so all of them are read by a schema history, which "
                    + "the statements of the log move on"
                    + (metadata == nil
                        ? ""
                        : "; SET GLOBAL binlog_row_metadata = 'FULL', and binlog_row_metadata = FULL in the [mysqld] "
                            + "group of the server's option file, has the log tell them itself"))
        }
        return notices
    }

    /// Each privilege is tried, since it may come from a role or from PUBLIC.
    private func privilegeProblems() throws(StreamError) -> [String] {
        var problems: [String] = []
        do {
            _ = try logStatus()
        } catch {
            guard error.kind == .denied else { throw error }
            problems.append(error.description)
        }
        let connection = try connection()
        do throws(MySQLError) {
            // Lasts until the session ends; nobody has this id, so nobody's entry in SHOW REPLICA HOSTS is replaced.
            try connection.send(
                .registerReplica, ServerStream.registration(serverID: UInt32.max, host: "replicator check"))
            try connection.readPacket()
        } catch {
            guard Self.lacksPrivilege(error) else { throw StreamError(error) }
            problems.append(Self.missing("REPLICATION SLAVE", connection).description)
        }
        return problems
    }

    /// Databases that the server leaves out of its log.
    private func filterNotices() throws(StreamError) -> [String] {
        let result = try logStatus()
        guard !result.rows.isEmpty else { return [] }
        var notices: [String] = []
        if let only = result.text(0, 2), !only.isEmpty {
            notices.append(
                "the server logs only the databases \(only) (binlog_do_db): changes of others are never seen")
        }
        if let but = result.text(0, 3), !but.isEmpty {
            notices.append(
                "the server does not log the databases \(but) (binlog_ignore_db): their changes are never seen")
        }
        return notices
    }
}
