package import Rows

/// The settings of the session that ran a statement, as far as they say what the statement means. Nil where nobody told.
package struct StatementContext: Equatable, Sendable {
    /// The session's default database; empty if none.
    package var database = ""
    /// `sql_mode`, as the servers number it (`MODE_…` in sql/sql_class.h); 0 where nobody told.
    package var sqlMode: UInt64 = 0
    /// The character set of the statement's text; nil: UTF-8.
    package var client: Collation?
    /// `collation_server`: what a new database has.
    package var serverCollation: Collation?
    /// `default_collation_for_utf8mb4` (MySQL).
    package var utf8mb4Collation: Collation?
    /// `character_set_collations` (MariaDB): by the number of a character set's compiled default, what is its default
    /// in the session.
    package var charsetCollations: [UInt16: Collation] = [:]
    /// `explicit_defaults_for_timestamp`: a TIMESTAMP without NOT NULL takes NULL.
    package var hasExplicitTimestamps: Bool?
    /// No statement that was run, but what the server says of a table (`SHOW CREATE TABLE`), or a ``TableSchema`` of itself:
    /// keys stand in the order in which the server has them.
    package var isDescription = false

    package init(database: String = "") {
        self.database = database
    }

    /// For what a server says of a table in `database`.
    package static func description(in database: String) -> StatementContext {
        var context = StatementContext(database: database)
        context.isDescription = true
        return context
    }

    /// `"…"` is a name, and not a string.
    package var hasANSIQuotes: Bool {
        get { has(1 << 2) }
        set { set(1 << 2, newValue) }
    }

    package var hasNoBackslashEscapes: Bool {
        get { has(1 << 20) }
        set { set(1 << 20, newValue) }
    }

    var isRealFloat: Bool { has(1 << 0) }

    /// `ORACLE` and `MAXDB` give types other meanings (a DATE is a DATETIME, a TIMESTAMP as well).
    var hasForeignTypes: Bool { has(1 << 9 | 1 << 12) }

    private func has(_ bits: UInt64) -> Bool { sqlMode & bits != 0 }

    private mutating func set(_ bits: UInt64, _ isSet: Bool) {
        if isSet { sqlMode |= bits } else { sqlMode &= ~bits }
    }
}
