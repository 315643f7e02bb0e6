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
        /// Its mapping files are others by now.
        var awaitsReload = false
    }

    private static let shownCount = 3

    /// What `writer` shares with each of `others`; of several that are one sink, what those before it do not.
    static func findings(of writer: Writer, among others: [Writer]) -> [String] {
        let own = storages(writer)
        var told: [String: Set<String>] = [:]
        return others.compactMap { other in
            let names = Set(storages(other)).subtracting(told[other.name] ?? [])
            let shared = own.filter(names.contains)
            told[other.name, default: []].formUnion(shared)
            guard other.name != writer.name, !shared.isEmpty else { return nil }
            let rest = shared.count > shownCount ? " and \(shared.count - shownCount) more" : ""
            let (still, way) =
                other.awaitsReload
                ? (" still", "have it take its mapping files over (replicator reload \(other.name)), ") : ("", "")
            return
                "sink \(other.name)\(still) writes \(shared.prefix(shownCount).joined(separator: ", "))\(rest) too, and older "
                + "rows would come over newer ones, since each sink has a position of its own: \(way)leave these out of one "
                + "(mappings = …, unmapped = ignore), or give it another target"
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
    /// What it writes by, or will when it goes on; nil: it has ended.
    let planInForce: @Sendable () -> TargetPlan?
}

extension PipelineStart {
    /// What other sinks write too of the targets of `tables`: by the plans that they run with, and by their mapping files,
    /// which they may take over at any time. Files that another sink cannot read are its own trouble. Asks the source once
    /// for all of them.
    func sharedTargets(_ targets: [Table]) throws -> [String] {
        let others = pipeline.settings.neighbours.filter { type(of: $0.sink) == type(of: pipeline.sink) }
        let plans: [(sink: NeighbourSink, plan: TargetPlan, awaitsReload: Bool)] = others.flatMap { other in
            let stored = try? other.loadPlan()
            let running = other.planInForce()
            return (stored.map { [(other, $0, false)] } ?? [])
                + (running.map { $0.text == stored?.text ? [] : [(other, $0, stored != nil)] } ?? [])
        }
        guard !plans.isEmpty else { return [] }
        let tables = try pipeline.source.inspectTables { database, table in
            plans.contains { $0.plan.concerns(database: database, table: table) }
        }.tables
        let writers = plans.map { other, plan, awaitsReload in
            let own = tables.filter { plan.concerns(database: $0.database, table: $0.name) }
            return SharedTargets.Writer(
                name: other.name, sink: other.sink, targets: own.flatMap { plan.inspect($0).routes.map(\.target) },
                awaitsReload: awaitsReload)
        }
        return SharedTargets.findings(
            of: .init(name: pipeline.name, sink: pipeline.sink, targets: targets), among: writers)
    }
}
