package import MySQLClient

/// What a session's settings, and the server's version, make of a statement's text.
package struct StatementDialect: Sendable {
    package enum DoubleQuotes: Sendable {
        /// As under `ANSI_QUOTES`; also where nobody told, so that no name is missed.
        case names
        case strings
    }

    package var doubleQuotes = DoubleQuotes.names
    /// Not under `NO_BACKSLASH_ESCAPES`.
    package var hasBackslashEscapes = true
    /// Which decides about `/*!80000 … */`; nil: all such text counts.
    package var version: ServerVersion?

    package init() {}

    /// Whether the server runs what stands in such a comment (`lex_one_token`, sql/sql_lex.cc).
    /// - Parameter number: `80000` or `100100`; nil: the comment has none.
    func runs(commentFor number: Int?, isForMariaDB: Bool) -> Bool {
        guard let version else { return true }
        if isForMariaDB && version.flavour == .mySQL { return false }
        guard let number else { return true }
        // MariaDB passes over what is for MySQL only: from 5.7 on.
        if version.flavour == .mariaDB, !isForMariaDB, (50_700...99_999).contains(number) { return false }
        return number <= version.major * 10_000 + version.minor * 100 + version.patch
    }
}
