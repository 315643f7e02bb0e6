import MySQLClient

extension SourceServer {
    /// What must be mended at the server before its rows can be followed, each in one line with the statement that
    /// mends it. Empty: nothing.
    public func findings() throws(StreamError) -> [String] {
        let version = try version()
        guard version.flavour == .mariaDB else {
            return ["\(version): Oracle MySQL as a source is not supported yet; MariaDB is"]
        }
        return try settingFindings() + privilegeFindings()
    }

    private func settingFindings() throws(StreamError) -> [String] {
        let result = try query(
            "SELECT @@global.log_bin, @@global.binlog_format, @@global.binlog_row_image, @@global.binlog_row_metadata")
        func value(_ column: Int) -> String { result.text(0, column)?.uppercased() ?? "" }
        guard value(0) == "1" else {
            return [
                "the server writes no binary log: set log_bin in the [mysqld] group of its option file, and restart it"
            ]
        }
        var findings: [String] = []
        if value(1) != "ROW" {
            findings.append(
                "the server logs statements instead of rows (binlog_format = \(value(1))): SET GLOBAL binlog_format = ROW; "
                    + "sessions that are open keep the old format until they connect anew")
        }
        if value(2) != "FULL" {
            findings.append(
                "the server does not log whole rows (binlog_row_image = \(value(2))): SET GLOBAL binlog_row_image = FULL; "
                    + "sessions that are open keep the old one until they connect anew")
        }
        if value(3) != "FULL" {
            findings.append(
                "the server does not log the names of columns (binlog_row_metadata = \(value(3))): "
                    + "SET GLOBAL binlog_row_metadata = FULL;")
        }
        return findings
    }

    /// Global privileges, as `SHOW GRANTS` lists them. A privilege that comes by a role that is not the default one is
    /// not ours either.
    private func privilegeFindings() throws(StreamError) -> [String] {
        let result = try query("SHOW GRANTS")
        var granted: Set<String> = []
        for row in result.rows.indices {
            guard let grant = result.text(row, 0) else { continue }
            let words = grant.split(separator: " ").map(String.init)
            guard let on = words.firstIndex(of: "ON"), words.indices.contains(on + 1), words[on + 1] == "*.*" else {
                continue
            }
            for privilege in words[1..<on].joined(separator: " ").split(separator: ",") {
                granted.insert(privilege.split(separator: " ").joined(separator: " ").uppercased())
            }
        }
        if granted.contains("ALL PRIVILEGES") { return [] }
        let account = Self.account(try connection())
        // MariaDB 10.5 renamed REPLICATION CLIENT; SUPER still implies it.
        let monitor: Set<String> = ["BINLOG MONITOR", "REPLICATION CLIENT", "SUPER"]
        var findings: [String] = []
        if granted.isDisjoint(with: ["REPLICATION SLAVE", "REPLICATION REPLICA"]) {
            findings.append("the account may not read the binary log: GRANT REPLICATION SLAVE ON *.* TO \(account);")
        }
        if granted.isDisjoint(with: monitor) {
            findings.append(
                "the account may not ask for the binary log's position: GRANT BINLOG MONITOR ON *.* TO \(account);")
        }
        return findings
    }
}
