import Rows

/// Pieces of SQL for the source server.
enum SQLText {
    /// A name in backticks.
    static func quoted(_ name: String) -> String {
        "`" + name.split(separator: "`", omittingEmptySubsequences: false).joined(separator: "``") + "`"
    }

    /// A string literal.
    static func literal(_ text: String) -> String {
        var result = "'"
        for scalar in text.unicodeScalars {
            if scalar == "'" || scalar == "\\" { result.unicodeScalars.append("\\") }
            result.unicodeScalars.append(scalar)
        }
        return result + "'"
    }

    /// What was written, with `_database` and `_table` as literals, and columns by their bare names.
    static func text(of expression: Expression, _ scope: ColumnScope) -> String {
        let source = scope.view.source
        var text = ""
        var position = expression.span.start
        for (span, replacement) in replacements(in: expression, scope) {
            text += source.slice(SourceSpan(start: position, end: span.start)) + replacement
            position = span.end
        }
        return text + source.slice(SourceSpan(start: position, end: expression.span.end))
    }

    /// In the order of the text.
    private static func replacements(in expression: Expression, _ scope: ColumnScope) -> [(SourceSpan, String)] {
        switch expression.kind {
        case .input(.database): [(expression.span, literal(scope.table.database))]
        case .input(.table): [(expression.span, literal(scope.table.name))]
        case .column(let reference) where reference.table != nil: [(expression.span, quoted(reference.name))]
        default: expression.children.flatMap { replacements(in: $0, scope) }
        }
    }
}
