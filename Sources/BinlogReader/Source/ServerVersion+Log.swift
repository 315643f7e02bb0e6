internal import MySQLClient

/// What servers call differently.
extension ServerVersion {
    /// Says where the binary log ends.
    var logStatusStatement: String {
        flavour == .mySQL && isAtLeast(8, 2) ? "SHOW BINARY LOG STATUS" : "SHOW MASTER STATUS"
    }

    /// What an account needs to ask about the binary log.
    var logPrivilege: String {
        flavour == .mySQL ? "REPLICATION CLIENT" : "BINLOG MONITOR"
    }
}
