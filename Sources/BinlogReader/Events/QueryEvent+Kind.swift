internal import Rows

extension QueryEvent {
    /// What the statement is, its text read as the session meant it that ran it: in which character set, and what a backslash
    /// in a string is, decide where the string ends, and what stands behind it.
    var kind: StatementKind {
        get throws(DecodeError) {
            // Most texts mean the same in every session.
            guard text.contains(where: { $0 >= 0x80 || $0 == UInt8(ascii: "\\") }) else { return StatementKind(text) }
            let context = try context
            var dialect = StatementDialect()
            dialect.hasBackslashEscapes = !context.hasNoBackslashEscapes
            if let text = SchemaStatement.text(of: text, in: context.client) {
                return StatementKind(text, dialect: dialect)
            }
            guard case .change(var change) = StatementKind(text, dialect: dialect) else {
                return StatementKind(text, dialect: dialect)
            }
            change.table = nil
            return .change(change)
        }
    }
}
