import Rows
import Sinks

/// Looks whether target tables seem to have lost what they had: made anew while nobody looked, or one of their columns was.
/// Only the target's and the source's first rows are looked at, so it is a guess, and a warning: what the log still brings
/// is not known, nor what was never copied.
struct MissingRows {
    let plan: TargetPlan
    let sink: any Sink
    let source: any PipelineSource
    /// Whether columns are looked at besides tables. A column that is often NULL has rows of the source read, with all that
    /// is in them: too much for each start.
    let looksAtColumns: Bool

    /// A line for each target of `tables`, the source's, that looks so, with the way out. The targets must be there.
    func warnings(_ tables: [Table]) throws -> [String] {
        let ways = tables.flatMap { table in plan.inspect(table).routes.map { (table: table, route: $0) } }
        let glances = try sink.glance(at: ways.map(\.route.target))
        var warnings: [String] = []
        let doubtful = zip(ways, glances).compactMap { way, glance -> Way? in
            guard let glance, glance.isEmpty || looksAtColumns && !glance.emptyColumns.isEmpty else { return nil }
            // Rows of several tables: the first ones need not be the same at both sides.
            let isOnly = ways.count { $0.route.target.isNamed(like: way.route.target) } == 1
            return isOnly || glance.isEmpty ? Way(table: way.table, route: way.route, glance: glance) : nil
        }
        let sampled = tables.filter { table in doubtful.contains { $0.table === table } }
        try source.sample(sampled, limit: TargetGlance.rowCount) { batch in
            for way in doubtful where way.table === batch.table {
                if let warning = warning(of: way, batch), !warnings.contains(warning) { warnings.append(warning) }
            }
        }
        return warnings
    }

    private struct Way {
        let table: Table
        let route: Route
        let glance: TargetGlance
    }

    private func warning(of way: Way, _ batch: RowBatch) -> String? {
        // A row that cannot be evaluated stops the pipeline when it comes; here it tells nothing.
        guard let mapped = try? way.route.apply(batch, keyed: sink.isKeyed) else { return nil }
        let rows = mapped.rows.filter { $0.after >= 0 }
        guard !rows.isEmpty else { return nil }
        let name = way.route.target.name
        guard !way.glance.isEmpty else {
            return
                "table \(name) is empty, and the source has rows for it: if it was made anew, they are missing\(wayOut)"
        }
        let lost = way.glance.emptyColumns.filter { column in
            rows.allSatisfy {
                switch mapped.cell(column, at: $0.after) {
                case .null, .absent: false
                case .int, .uint, .float, .double, .bytes, .computed, .binaryJSON, .changedJSON: true
                }
            }
        }
        guard !lost.isEmpty else { return nil }
        let columns = lost.map { mapped.table.columns[$0].name }.joined(separator: ", ")
        return
            "the first rows of table \(name) have nothing but NULL in \(columns), and the source's have values: if a column "
            + "was made anew, they are missing\(wayOut)"
    }

    private var wayOut: String {
        " (unless they are still to come from the log; replicator verify tells): copy them by hand, or begin anew with run "
            + "--start earliest --reset-checkpoint --sink \(plan.sink)"
    }
}

extension Table {
    fileprivate func isNamed(like other: Table) -> Bool { name == other.name && database == other.database }
}

extension PipelineStart {
    private static let shownCount = 10

    /// Says what of the targets looks lost. No reason to stop, and neither is a question that fails here.
    func warnOfMissingRows(_ tables: [Table]) {
        let missing = MissingRows(
            plan: pipeline.plan, sink: pipeline.sink, source: pipeline.source, looksAtColumns: false)
        let warnings: [String]
        do {
            warnings = try pipeline.progress.asking(pipeline.sink.label, for: .start) { try missing.warnings(tables) }
        } catch {
            return pipeline.log.info("whether target tables are empty could not be asked", ["error": "\(error)"])
        }
        for warning in warnings.prefix(Self.shownCount) {
            pipeline.log.warn("rows may be missing in the target", ["sink": pipeline.sink.label, "what": warning])
        }
        if warnings.count > Self.shownCount {
            pipeline.log.warn(
                "rows may be missing in more targets; replicator check lists them",
                ["tables": "\(warnings.count - Self.shownCount)"])
        }
    }
}
