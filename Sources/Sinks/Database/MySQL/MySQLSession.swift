import MySQLClient

/// A connection to the target, its session set as values need it. Confined to one thread.
final class MySQLSession {
    let connection: Connection
    let settings: MySQLSettings
    /// The largest statement that the server takes, in bytes.
    let packetByteCount: Int
    /// Of the last ``run(_:)``: one a statement that was done.
    private(set) var outcomes: [StatementOutcome] = []
    /// How many changes the next ``run(_:changes:)`` may have.
    private(set) var pace = RoundTripPace()
    /// Beats at each answer.
    private let pulse: Pulse?

    init(_ settings: MySQLSettings, pulse: Pulse? = nil) throws(SinkError) {
        self.settings = settings
        self.pulse = pulse
        let options = try settings.connectionOptions()
        do throws(MySQLError) {
            connection = try Connection(options)
            for statement in Self.contract(settings, connection.serverVersion) { try connection.execute(statement) }
            let packet = try connection.query("SELECT @@max_allowed_packet").text(0, 0).flatMap { Int($0) }
            // The packet has a header and the command's byte besides the statement.
            packetByteCount = max(1024, packet ?? 0) - 16
        } catch {
            throw SinkError(error, target: settings.label)
        }
    }

    var isMariaDB: Bool { connection.serverVersion.flavour == .mariaDB }

    static let strictMode = "STRICT_ALL_TABLES,NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES"
    /// For a row with a value that no strict mode lets be written, such as the ENUM value 0; its warnings are checked.
    static let lenientMode = "NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES"

    /// What makes values arrive as they are: an id of 0 would become the next number, an invalid date zero, a text that
    /// is too long its beginning, and a TIMESTAMP would move by the server's time zone.
    private static func contract(_ settings: MySQLSettings, _ version: ServerVersion) -> [String] {
        [
            """
            SET SESSION sql_mode = '\(strictMode)', time_zone = '+00:00', autocommit = 1, sql_notes = 1, \
            sql_safe_updates = 0, sql_select_limit = DEFAULT, unique_checks = 1, \
            foreign_key_checks = \(settings.enforcesForeignKeys ? 1 : 0), \
            innodb_lock_wait_timeout = \(max(1, min(50, settings.timeoutSeconds / 2)))
            """,
            "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED, READ WRITE",
            version.flavour == .mariaDB
                ? "SET SESSION max_statement_time = 0, check_constraint_checks = 1"
                : "SET SESSION max_execution_time = 0",
        ]
    }

    /// Runs statements that hold the data of `count` changes, in one round trip: see ``Connection/run(_:_:answered:)``.
    func run(_ statements: [UInt8], changes count: Int = 1) throws(MySQLError) {
        let start = ContinuousClock.now
        try connection.run(statements, &outcomes) { pulse?.beat() }
        pace.took((ContinuousClock.now - start) / .seconds(1), for: count)
    }

    /// Runs one statement of ours, without row data.
    @discardableResult
    func execute(_ sql: String) throws(SinkError) -> UInt64 {
        do throws(MySQLError) {
            let start = ContinuousClock.now
            let count = try connection.execute(sql)
            pace.answered((ContinuousClock.now - start) / .seconds(1))
            pulse?.beat()
            return count
        } catch {
            throw SinkError(error, target: settings.label)
        }
    }

    /// Likewise, with rows.
    func query(_ sql: String) throws(SinkError) -> ResultSet {
        do throws(MySQLError) {
            let result = try connection.query(sql)
            pulse?.beat()
            return result
        } catch {
            throw SinkError(error, target: settings.label)
        }
    }

    /// Leaves the transaction. False: the session is over, and the server rolls back by itself.
    @discardableResult
    func rollBack() -> Bool {
        do {
            // The mode, too: a row may have been refused while it was another.
            try connection.execute("ROLLBACK")
            try connection.execute("SET SESSION sql_mode = '\(Self.strictMode)'")
            return true
        } catch {
            return false
        }
    }
}
