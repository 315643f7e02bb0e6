import MySQLClient

/// The name that a lane's session goes by at the server, as one of the server's own locks, which end with the session.
///
/// After a network cut a server keeps the old session, and with it the locks of its transaction, until it notices. The
/// next one finds it by this name and ends it: a user may end sessions of its own. No promise rests on it: where that is
/// not permitted, or the server has no such locks, the old session's end is waited for.
struct MySQLLaneLock {
    /// How long an ended session is waited for, in seconds.
    private static let patience = 5

    let session: MySQLSession
    let pipeline: String
    let lane: Int

    /// An expression; at most 64 characters long, and of this database's pipeline only. (MySQL 9.6 took SHA1 away.)
    private var name: String {
        let place = "CONCAT(DATABASE(), '/', \(session.connection.literal(pipeline)))"
        return "CONCAT('replicator:', LEFT(SHA2(\(place), 256), 40), ':', \(lane))"
    }

    /// Ends whichever session goes by the name, and takes it on.
    func take() throws(SinkError) {
        try endHolder()
        try ask("SELECT GET_LOCK(\(name), \(Self.patience))")
    }

    /// Ends whichever other session goes by the name.
    func endHolder() throws(SinkError) {
        guard let found = try ask("SELECT IS_USED_LOCK(\(name)), CONNECTION_ID()"), let holder = found.text(0, 0),
            holder != found.text(0, 1), let number = UInt64(holder)
        else { return }
        try ask("KILL CONNECTION \(number)")
    }

    /// Nil: the server does not want to, or has nothing to say.
    @discardableResult
    private func ask(_ sql: String) throws(SinkError) -> ResultSet? {
        do throws(MySQLError) {
            guard sql.hasPrefix("SELECT") else {
                try session.connection.execute(sql)
                return nil
            }
            return try session.connection.query(sql)
        } catch {
            if error.isConnectionLost { throw SinkError(error, target: session.settings.label) }
            return nil
        }
    }
}
