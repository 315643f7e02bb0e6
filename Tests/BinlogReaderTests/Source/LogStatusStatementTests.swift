import MySQLClient
import Testing

@testable import BinlogReader

/// The statement that tells where the log ends, by the server's version. MySQL 8.2 has a new name for it, and 8.4 lacks the
/// old one. Of these only MariaDB and MySQL 9.7 are run by the tests: for the others this is all that shows the choice.
@Suite struct LogStatusStatementTests {
    @Test(arguments: [
        ("8.0.11", "SHOW MASTER STATUS"), ("8.0.46", "SHOW MASTER STATUS"), ("8.0.36-28-log", "SHOW MASTER STATUS"),
        ("8.1.0", "SHOW MASTER STATUS"), ("8.2.0", "SHOW BINARY LOG STATUS"), ("8.4.6", "SHOW BINARY LOG STATUS"),
        ("8.4.6-6.1", "SHOW BINARY LOG STATUS"), ("9.7.4-2", "SHOW BINARY LOG STATUS"),
        ("10.0.0", "SHOW BINARY LOG STATUS"), ("10.5.29-MariaDB-log", "SHOW MASTER STATUS"),
        ("10.11.14-MariaDB-0+deb12u2-log", "SHOW MASTER STATUS"), ("11.8.3-MariaDB", "SHOW MASTER STATUS"),
        // What a proxy or an old replication prefix makes of it.
        ("5.5.5-10.11.14-MariaDB-log", "SHOW MASTER STATUS"),
    ])
    func `is the one that the version has`(version: String, statement: String) {
        #expect(ServerVersion(version).logStatusStatement == statement)
    }

    @Test func `the privilege that it needs is called as the server calls it`() {
        #expect(ServerVersion("8.0.46").logPrivilege == "REPLICATION CLIENT")
        #expect(ServerVersion("10.11.14-MariaDB").logPrivilege == "BINLOG MONITOR")
    }
}
