import BinlogReader
import Rows
import Sinks

/// Two sinks of one configuration that write the same rows: each has a position of its own, so that older rows would come
/// over newer ones.
struct SharedTargets {
    /// A sink, and the target tables that it writes.
    struct Writer {
        var name: String
        var sink: any Sink
        var targets: [Table]
    }

    private static let shownCount = 3

    /// What `writer` shares with each of `others`.
    static func findings(of writer: Writer, among others: [Writer]) -> [String] {
        let own = storages(writer)
        return others.compactMap { other in
            let names = Set(storages(other))
            let shared = own.filter(names.contains)
            guard other.name != writer.name, !shared.isEmpty else { return nil }
            let rest = shared.count > shownCount ? " and \(shared.count - shownCount) more" : ""
            return
                "sink \(other.name) writes \(shared.prefix(shownCount).joined(separator: ", "))\(rest) too, and older rows would "
                + "come over newer ones, since each sink has a position of its own: leave these out of one (mappings = …, "
                + "unmapped = ignore), or give it another target"
        }
    }

    private static func storages(_ writer: Writer) -> [String] {
        var seen: Set<String> = []
        return writer.targets.flatMap { writer.sink.storages(of: $0) }.filter { seen.insert($0).inserted }
    }
}

/// Another sink of the configuration, as far as a pipeline must know of it.
struct NeighbourSink: Sendable {
    let name: String
    let sink: any Sink
    /// Reads its mapping files as they are now.
    let loadPlan: @Sendable () throws -> TargetPlan
}

extension PipelineStart {
    /// What other sinks write too of the targets of `tables`. Files that another sink cannot read are its own trouble. Asks
    /// the source once for all of them.
    func sharedTargets(_ targets: [Table]) throws -> [String] {
        let others = pipeline.settings.neighbours.filter { type(of: $0.sink) == type(of: pipeline.sink) }
        let plans = others.compactMap { other in (try? other.loadPlan()).map { (sink: other, plan: $0) } }
        guard !plans.isEmpty else { return [] }
        let tables = try pipeline.source.inspectTables { database, table in
            plans.contains { $0.plan.concerns(database: database, table: table) }
        }.tables
        let writers = plans.map { other, plan in
            let own = tables.filter { plan.concerns(database: $0.database, table: $0.name) }
            return SharedTargets.Writer(
                name: other.name, sink: other.sink, targets: own.flatMap { plan.inspect($0).routes.map(\.target) })
        }
        return SharedTargets.findings(
            of: .init(name: pipeline.name, sink: pipeline.sink, targets: targets), among: writers)
    }
}
