import Foundation
import MySQLClient
import TestSupport

/// The shop on a server that has a replica: by GTID, with a log of its own, whose offsets are others. What is written comes
/// to it a moment later, as it does by default, so that a crash may lose some.
final class ReplicatedShop: Sendable {
    let shop: ShopFixture
    let replica: any DatabaseServer
    var primary: any DatabaseServer { shop.server }
    private var kind: ServerKind { shop.kind }

    init(_ kind: ServerKind = .mariaDB, replica options: [String] = []) throws {
        shop = try ShopFixture(kind)
        replica = try kind.start(options: ["--server-id=2", "--binlog-row-event-max-size=2048"] + options)
        // No file of the same name holds the same.
        for _ in 0..<3 { try replica.flushLogs() }
        try follow(shop.server, by: replica)
    }

    /// Both servers, the primary first, for ``ShopFixture/configuration``.
    var hosts: String { "127.0.0.1:\(primary.port),127.0.0.1:\(replica.port)" }

    /// Has `replica` take over all that `primary` logs and it has not.
    func follow(_ primary: any DatabaseServer, by replica: any DatabaseServer) throws {
        switch kind {
        case .mariaDB:
            try replica.execute(
                """
                SET GLOBAL gtid_slave_pos = @@gtid_binlog_pos;
                CHANGE MASTER TO MASTER_HOST = '127.0.0.1', MASTER_PORT = \(primary.port), MASTER_USER = 'root',
                    MASTER_USE_GTID = slave_pos, MASTER_CONNECT_RETRY = 1;
                START SLAVE
                """)
        case .mySQL:
            try replica.execute(
                """
                CHANGE REPLICATION SOURCE TO SOURCE_HOST = '127.0.0.1', SOURCE_PORT = \(primary.port),
                    SOURCE_USER = 'root', SOURCE_AUTO_POSITION = 1, SOURCE_CONNECT_RETRY = 1, GET_SOURCE_PUBLIC_KEY = 1;
                START REPLICA
                """)
        }
    }

    /// Waits until `replica` has all that `primary` has.
    func catchUp(_ replica: (any DatabaseServer)? = nil, with primary: (any DatabaseServer)? = nil) throws {
        let (replica, primary) = (replica ?? self.replica, primary ?? self.primary)
        let (all, wait) =
            kind == .mariaDB
            ? ("@@gtid_binlog_pos", "MASTER_GTID_WAIT") : ("@@gtid_executed", "WAIT_FOR_EXECUTED_GTID_SET")
        let gtids = try primary.query("SELECT REPLACE(\(all), '\\n', '')")[0][0] ?? ""
        guard try replica.query("SELECT \(wait)('\(gtids)', 120)")[0][0] == "0" else {
            throw TestSupportError("the replica has not come to \(gtids):\n\(replica.errorLog)")
        }
    }

    /// Stops taking over; `thread` for one half of it: fetching (IO), or applying (SQL).
    func stopReplica(_ thread: String = "") throws {
        try replica.execute("STOP \(noun) \(thread)")
    }

    func startReplica(_ thread: String = "") throws {
        try replica.execute("START \(noun) \(thread)")
    }

    /// Makes the replica a server of its own.
    func promote() throws {
        try replica.execute("STOP \(noun); RESET \(noun) ALL")
    }

    private var noun: String { kind == .mariaDB ? "SLAVE" : "REPLICA" }
}
