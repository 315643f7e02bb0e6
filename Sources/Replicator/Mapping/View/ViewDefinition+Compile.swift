public import Rows

extension ViewDefinition {
    /// Types the view against the columns of `table`, whose names must match FROM.
    public func compile(source table: Table) throws(MappingError) -> CompiledView {
        let scope = ColumnScope(view: self, table: table)
        var outputs: [OutputColumn] = []
        var spans: [SourceSpan] = []
        for item in items {
            switch item.kind {
            case .all:
                for index in table.columns.indices {
                    outputs.append(plain(index, named: table.columns[index].name, in: table))
                    spans.append(item.span)
                }
            case .expression(let expression, let alias):
                outputs.append(try output(expression, alias: alias, item: item, scope: scope))
                spans.append(alias?.span ?? item.span)
            }
        }
        try checkNames(outputs, spans)
        if let condition { throw MappingError(source, condition.span, "WHERE is not supported yet") }
        return CompiledView(definition: self, source: table, outputs: outputs, whereText: nil)
    }

    private func plain(_ index: Int, named name: String, in table: Table) -> OutputColumn {
        let column = table.columns[index]
        return OutputColumn(
            name: name, type: column.type, isNullable: column.isNullable, sourceColumn: index,
            expression: SQLText.quoted(column.name), dependsOnChange: false)
    }

    private func output(
        _ expression: Expression, alias: SelectItem.Alias?, item: SelectItem, scope: ColumnScope
    ) throws(MappingError) -> OutputColumn {
        if let alias, !alias.isQuoted, alias.name.hasPrefix("_") { throw refusedOutput(alias) }
        if case .column(let reference) = expression.kind {
            let index = try scope.resolve(reference, at: expression.span)
            return plain(index, named: alias?.name ?? reference.name, in: scope.table)
        }
        guard alias != nil else {
            throw MappingError(source, item.span, "a computed column needs a name: … AS name")
        }
        throw MappingError(source, expression.span, "computed columns are not supported yet")
    }

    private func refusedOutput(_ alias: SelectItem.Alias) -> MappingError {
        let outputs = ["_key", "_topic", "_partition_key", "_ttl", "_deleted"]
        guard outputs.contains(alias.name) else {
            return MappingError(
                source, alias.span,
                "unknown output \(alias.name): names with a leading underscore talk to the replicator; "
                    + "a column of this name is written `\(alias.name)`")
        }
        return MappingError(source, alias.span, "the output \(alias.name) is not supported yet")
    }

    /// The server's error 1060; names differ by more than letter case.
    private func checkNames(_ outputs: [OutputColumn], _ spans: [SourceSpan]) throws(MappingError) {
        var seen: Set<String> = []
        for (output, span) in zip(outputs, spans) where !seen.insert(output.name.lowercased()).inserted {
            throw MappingError(source, span, "duplicate column \(output.name)")
        }
    }
}

/// Pieces of SQL for the source server.
enum SQLText {
    /// A name in backticks.
    static func quoted(_ name: String) -> String {
        "`" + name.split(separator: "`", omittingEmptySubsequences: false).joined(separator: "``") + "`"
    }
}
