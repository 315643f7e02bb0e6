package import Rows

/// The settings of the session that ran a statement, as far as they say what the statement means. Nil where nobody told.
package struct StatementContext: Equatable, Sendable {
    /// The session's default database; empty if none.
    package var database = ""
    /// `"…"` is a name, and not a string.
    package var hasANSIQuotes = false
    package var hasNoBackslashEscapes = false
    /// The character set of the statement's text.
    package var client: Collation?
    /// `collation_server`: what a new database has.
    package var serverCollation: Collation?
    /// `default_collation_for_utf8mb4` (MySQL).
    package var utf8mb4Collation: Collation?
    /// `explicit_defaults_for_timestamp`: a TIMESTAMP without NOT NULL takes NULL.
    package var hasExplicitTimestamps: Bool?

    package init(database: String = "") {
        self.database = database
    }
}
