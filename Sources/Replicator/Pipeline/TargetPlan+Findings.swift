import Rows

extension TargetPlan {
    /// The ways of `table`'s rows to their targets that are right, and all that is wrong with the others: ``routes(for:)``
    /// throws the first.
    func inspect(_ table: Table) -> (routes: [Route], problems: [String]) {
        let matching = views.filter { $0.matches(database: table.database, table: table.name) }
        guard table.metadata == .full, !matching.isEmpty else {
            do {
                return (try routes(for: table), [])
            } catch {
                return ([], [String(describing: error)])
            }
        }
        if table.isSequence { return ([], []) }
        var routes: [Route] = []
        var problems: [String] = []
        for view in matching {
            do {
                let compiled = try view.compile(source: table)
                routes.append(try route(.view(compiled), to: compiled.output, from: table))
            } catch is MappingError {
                problems += view.errors(source: table).map(\.description)
            } catch {
                problems.append(String(describing: error))
            }
        }
        return (routes, problems)
    }

    /// The views that read none of `tables`, the source's.
    func idleViews(for tables: [Table]) -> [ViewDefinition] {
        views.filter { view in !tables.contains { view.matches(database: $0.database, table: $0.name) } }
    }

    /// What evaluation refuses among rows that the source has now, which no look at types and names can tell: at most one
    /// finding a view and table.
    func sampleFindings(_ tables: [Table], of source: any PipelineSource) throws -> [String] {
        var found: [String] = []
        var computing: [(table: Table, views: [CompiledView])] = []
        for table in tables where concerns(database: table.database, table: table.name) {
            let views = inspect(table).routes.compactMap { route -> CompiledView? in
                if case .view(let view) = route.shape, view.usesWholeRow { view } else { nil }
            }
            if !views.isEmpty { computing.append((table, views)) }
        }
        try source.sample(computing.map(\.table), limit: Self.sampleCount) { batch in
            for view in computing.first(where: { $0.table === batch.table })?.views ?? [] {
                do throws(EvaluationError) {
                    _ = try view.apply(batch, keyed: isKeyed)
                } catch {
                    found.append("\(error.mappingError)\n(of a row that \(error.table) has now)")
                }
            }
        }
        return found
    }

    private static let sampleCount = 100
}
