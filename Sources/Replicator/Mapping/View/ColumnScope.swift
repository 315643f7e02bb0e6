import Rows

/// The names that a view's expressions may use: the columns of its source.
struct ColumnScope {
    let view: ViewDefinition
    let table: Table

    func error(_ span: SourceSpan, _ message: String) -> MappingError {
        MappingError(view.source, span, message)
    }

    /// The index of the column that `reference` names. Letter case does not count, as on the server.
    func resolve(_ reference: ColumnReference, at span: SourceSpan) throws(MappingError) -> Int {
        try checkQualifier(reference, at: span)
        if let index = table.index(of: reference.name) { return index }
        let folded = reference.name.lowercased()
        if let index = table.columns.firstIndex(where: { $0.name.lowercased() == folded }) { return index }
        let near = Suggestion.nearest(to: reference.name, among: table.columns.map(\.name))
        throw error(
            span,
            "unknown column \(reference.name) in \(table.database).\(table.name)"
                + (near.map { "; did you mean \($0)?" } ?? ""))
    }

    private func checkQualifier(_ reference: ColumnReference, at span: SourceSpan) throws(MappingError) {
        guard let qualifier = reference.table else { return }
        // An alias hides the table's own name, and belongs to no database.
        let fits =
            if let alias = view.from.alias {
                reference.database == nil && qualifier == alias
            } else {
                view.from.table.matches(qualifier) && (reference.database.map(view.from.database.matches) ?? true)
            }
        guard fits else {
            let written = [reference.database, qualifier].compactMap { $0 }.joined(separator: ".")
            throw error(span, "unknown table \(written): the view reads \(view.source.slice(view.from.span))")
        }
    }
}

/// Finds what a mistyped name was probably meant to be.
enum Suggestion {
    static func nearest(to name: String, among candidates: [String]) -> String? {
        let written = Array(name.lowercased().unicodeScalars)
        let limit = max(1, written.count / 3)
        var best: (name: String, distance: Int)?
        for candidate in candidates {
            let distance = distance(written, Array(candidate.lowercased().unicodeScalars))
            if distance <= limit, distance < best?.distance ?? Int.max { best = (candidate, distance) }
        }
        return best?.name
    }

    /// Levenshtein's distance, with two swapped neighbours counted as one step.
    private static func distance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
        var before: [Int] = []
        var previous = Array(0...right.count)
        for (i, scalar) in left.enumerated() {
            var current = [i + 1]
            for (j, other) in right.enumerated() {
                var step = min(current[j] + 1, previous[j + 1] + 1, previous[j] + (scalar == other ? 0 : 1))
                if i > 0, j > 0, scalar == right[j - 1], left[i - 1] == other { step = min(step, before[j - 1] + 1) }
                current.append(step)
            }
            (before, previous) = (previous, current)
        }
        return previous[right.count]
    }
}
