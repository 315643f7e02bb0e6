import MySQLClient

/// What a refusal says of the account.
extension SourceServer {
    /// ER_SPECIFIC_ACCESS_DENIED_ERROR, or ER_ACCESS_DENIED_ERROR in a session that had been let in.
    static func lacksPrivilege(_ error: MySQLError) -> Bool {
        error.server == nil && (error.code == 1227 || error.code == 1045)
    }

    /// The account lacks a global privilege.
    static func missing(_ privilege: String, _ connection: Connection) -> StreamError {
        StreamError(
            .denied,
            "the account may not read the binary log: GRANT \(privilege) ON *.* TO \(account(connection))")
    }

    /// The account of a session, as GRANT takes it: `'cdc'@'%'`.
    static func account(_ connection: Connection) -> String {
        guard let result = try? connection.query("SELECT CURRENT_USER()"), !result.rows.isEmpty,
            let text = result.text(0, 0), let at = text.lastIndex(of: "@")
        else { return "CURRENT_USER()" }
        return
            "\(connection.literal(String(text[..<at])))@\(connection.literal(String(text[text.index(after: at)...])))"
    }
}
