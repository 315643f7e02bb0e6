public import Rows

extension ViewDefinition {
    /// Types the view against the columns of `table`, whose names must match FROM.
    public func compile(source table: Table) throws(MappingError) -> CompiledView {
        let scope = ColumnScope(view: self, table: table)
        let typer = Typer(scope: scope, pool: ConstantPool())
        var columns: [(OutputColumn, OutputCode)] = []
        var spans: [SourceSpan] = []
        for item in items {
            switch item.kind {
            case .all:
                for index in table.columns.indices {
                    columns.append(plain(index, named: table.columns[index].name, in: table, item.span))
                    spans.append(item.span)
                }
            case .expression(let expression, let alias):
                columns.append(try output(expression, alias: alias, item: item, typer))
                spans.append(alias?.span ?? item.span)
            }
        }
        try checkNames(columns.map(\.0.name), spans)
        let condition = try condition.map { (expression) throws(MappingError) in
            try checkInputs(of: expression)
            return (SQLText.text(of: expression, scope), try typer.type(expression).truth)
        }
        return CompiledView(
            definition: self, source: table, columns: columns, condition: condition, constants: typer.pool.bytes)
    }

    /// All that is wrong with the view over the columns of `table`: ``compile(source:)`` throws the first.
    public func errors(source table: Table) -> [MappingError] {
        do throws(MappingError) {
            _ = try compile(source: table)
            return []
        } catch {
            let typer = Typer(scope: ColumnScope(view: self, table: table), pool: ConstantPool())
            var errors: [MappingError] = []
            func collect(_ body: () throws(MappingError) -> Void) {
                do throws(MappingError) { try body() } catch { errors.append(error) }
            }
            for item in items {
                guard case .expression(let expression, let alias) = item.kind else { continue }
                collect { () throws(MappingError) in _ = try output(expression, alias: alias, item: item, typer) }
            }
            if let condition {
                collect { () throws(MappingError) in
                    try checkInputs(of: condition)
                    _ = try typer.type(condition).truth
                }
            }
            return errors.isEmpty ? [error] : errors
        }
    }

    private func plain(
        _ index: Int, named name: String, in table: Table, _ span: SourceSpan
    ) -> (OutputColumn, OutputCode) {
        let column = table.columns[index]
        let output = OutputColumn(
            name: name, type: column.type, isNullable: column.isNullable, sourceColumn: index,
            expression: SQLText.quoted(column.name), dependsOnChange: false, span: span)
        return (output, .column(index))
    }

    private func output(
        _ expression: Expression, alias: SelectItem.Alias?, item: SelectItem, _ typer: Typer
    ) throws(MappingError) -> (OutputColumn, OutputCode) {
        if let alias, !alias.isQuoted, alias.name.hasPrefix("_") { throw refusedOutput(alias) }
        if case .column(let reference) = expression.kind {
            let index = try typer.scope.resolve(reference, at: expression.span)
            return plain(index, named: alias?.name ?? reference.name, in: typer.scope.table, item.span)
        }
        guard let alias else {
            throw MappingError(source, item.span, "a computed column needs a name: … AS name")
        }
        let typed = try typer.type(expression)
        let output = OutputColumn(
            name: alias.name, type: typed.type.columnType, isNullable: typed.type.isNullable, sourceColumn: nil,
            expression: SQLText.text(of: expression, typer.scope), dependsOnChange: typed.dependsOnChange,
            span: item.span)
        return (output, OutputCode(typed))
    }

    /// WHERE decides which rows the target has, so it may depend only on what a row always is.
    private func checkInputs(of condition: Expression) throws(MappingError) {
        let found = condition.first {
            if case .input(let input) = $0.kind { return !input.isOfTable }
            return false
        }
        guard let found, case .input(let input) = found.kind else { return }
        throw MappingError(
            source, found.span,
            "\(input.rawValue) cannot be used in WHERE: whether a row is in the view must not depend on its last change"
        )
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
    private func checkNames(_ names: [String], _ spans: [SourceSpan]) throws(MappingError) {
        var seen: Set<String> = []
        for (name, span) in zip(names, spans) where !seen.insert(name.lowercased()).inserted {
            throw MappingError(source, span, "duplicate column \(name)")
        }
    }
}
