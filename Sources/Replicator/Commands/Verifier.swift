import Foundation
import Rows
import Sinks

/// `replicator verify`: holds what each sink has against what the source's own SELECT says.
public struct Verifier {
    private let configuration: Configuration
    private let only: [String]
    private let waitSeconds: Double

    /// `only`: target tables to compare; empty: all.
    public init(configuration: Configuration, only: [String], waitSeconds: Double) {
        self.configuration = configuration
        self.only = only
        self.waitSeconds = waitSeconds
    }

    public func run() -> Report {
        var report = Report()
        var asked = AskedTables(only)
        for section in configuration.sinks {
            do {
                report = report + (try verify(section, &asked))
            } catch {
                report.add(problem: "\(section.name): not verified: \(error)")
            }
        }
        // Of a sink that could not be looked at nobody knows; that is a problem already.
        if asked.answers == configuration.sinks.count {
            for name in asked.missing {
                report.add(problem: "\(name): no sink has a target table of this name")
            }
        }
        return report
    }

    private func verify(_ section: Configuration.Sink, _ asked: inout AskedTables) throws -> Report {
        var report = Report()
        let sink = try configuration.makeSink(section)
        let reader = try sink.makeReader()
        let unreadable = "\(section.name): not verified: \(sink.label) cannot be read back"
        if reader == nil, only.isEmpty {
            report.add(unreadable)
            return report
        }
        let plan = try configuration.plan(for: section, isKeyed: sink.isKeyed)
        let followed = try checkpointStore(of: sink, section)?.read()?.server
        let source = try SourceViews(configuration, pipeline: section.name, followed: followed)
        // Told before the wait: a slip in a name is known at once, and also where the sink never catches up.
        let (names, missing) = asked.answer(try targets(plan, source))
        for name in missing { report.add("\(section.name): \(name): has no such table") }
        if !only.isEmpty, names.isEmpty { return report }
        guard let reader else {
            report.add(unreadable)
            return report
        }
        // A wait for each: the comparison of the sink before may have taken longer than all of it.
        try waitForSink(sink, section, source, until: Timestamp.monotonicSeconds + waitSeconds)
        let targets = try targets(plan, source).filter { only.isEmpty || names.contains($0.name) }
        return report + (try compare(targets, section.name, isKeyed: sink.isKeyed, source, reader))
    }

    private func compare(
        _ targets: [VerifiedTarget], _ sink: String, isKeyed: Bool, _ source: SourceViews, _ reader: any TargetReader
    ) throws -> Report {
        var report = Report()
        var tables = 0
        var rows = 0
        for target in targets {
            if !isKeyed, target.table.primaryKey.isEmpty {
                report.add("\(sink): \(target.name): not compared: it has no primary key to tell rows apart by")
                continue
            }
            let comparison = try TableComparison(
                sink: sink, target: target, source: source, reader: reader
            ).run()
            tables += 1
            rows += comparison.rowCount
            for line in comparison.differences { report.add(problem: "\(sink): \(target.name): \(line)") }
            for line in comparison.notes { report.add("\(sink): \(target.name): \(line)") }
        }
        let size = "\(tables) \(tables == 1 ? "table" : "tables"), \(rows) rows"
        if !report.isClean {
            report.add(problem: "\(sink): differs (\(size))")
        } else if tables > 0 {
            report.add("\(sink): equal (\(size))")
        } else if targets.isEmpty {
            report.add(problem: "\(sink): not verified: no table of the source reaches it")
        } else {
            report.add("\(sink): not verified: it has nothing to compare")
        }
        return report
    }

    /// The pipeline's targets, each with all source tables whose rows reach it.
    private func targets(_ plan: TargetPlan, _ source: SourceViews) throws -> [VerifiedTarget] {
        var targets: [VerifiedTarget] = []
        for table in try source.tables(where: plan.concerns) {
            for route in try plan.routes(for: table) {
                let target = route.target
                let name = target.database.isEmpty ? target.name : "\(target.database).\(target.name)"
                if let index = targets.firstIndex(where: { $0.name == name }) {
                    targets[index].selects.append(SourceSelect(route, from: table, on: source.flavour))
                } else {
                    targets.append(
                        VerifiedTarget(
                            name: name, table: route.target,
                            selects: [SourceSelect(route, from: table, on: source.flavour)]))
                }
            }
        }
        return targets
    }

    /// Waits until the pipeline's checkpoint has passed where the source is now; until `deadline` at most, by the monotonic
    /// clock.
    private func waitForSink(
        _ sink: any Sink, _ section: Configuration.Sink, _ source: SourceViews, until deadline: Double
    ) throws {
        let goal = try source.end()
        while true {
            guard let waitsFor = try progress(of: sink, section, goal) else { return }
            guard Timestamp.monotonicSeconds < deadline else {
                throw PlanError("\(waitsFor); is replicator run at work? (--wait SECONDS waits longer)")
            }
            usleep(50_000)
        }
    }

    /// What is still waited for; nil: the sink has caught up.
    private func progress(
        of sink: any Sink, _ section: Configuration.Sink, _ goal: (position: BinlogPosition, log: String?)
    ) throws -> String? {
        // Opened anew each time: where the pipeline has not begun there may be nothing to open yet.
        guard let store = try checkpointStore(of: sink, section) else {
            return "pipeline \(section.name) has not begun: there is no state file \(configuration.stateFile)"
        }
        guard let stored = try store.read() else {
            return "pipeline \(section.name) has not begun: it has no checkpoint"
        }
        let reached = stored.lanes.map(\.resume.position).min { $0.isBefore($1) }
        let place = reached.map(\.description) ?? "?"
        // Not before it follows the server that is compared with: one whose log the checkpoint is of may be down.
        if let server = stored.server, let log = goal.log, server != log {
            return
                "the sink has not caught up: it is at \(place) of the log of another server than the one that answers"
        }
        if let reached, !reached.isBefore(goal.position) { return nil }
        return "the sink has not caught up: it is at \(place), the source at \(goal.position)"
    }

    /// Where the pipeline's checkpoint is: in the target, or in the state file, which a running daemon has locked but lets
    /// others read. Nil: there is no state file yet.
    private func checkpointStore(of sink: any Sink, _ section: Configuration.Sink) throws -> (any CheckpointStore)? {
        if let store = try sink.makeCheckpointStore(pipeline: section.name) { return store }
        guard FileManager.default.fileExists(atPath: configuration.stateFile) else { return nil }
        return try StateFile.openStore(path: configuration.stateFile, pipeline: section.name)
    }
}

/// A target table and where its rows come from.
struct VerifiedTarget {
    /// `database.table`
    let name: String
    let table: Table
    var selects: [SourceSelect]
}

/// The tables that `verify` was asked for by name, and which sinks have them.
struct AskedTables {
    private let names: [String]
    /// Those that no sink has had so far.
    private(set) var missing: [String]
    /// How many sinks were asked.
    private(set) var answers = 0

    init(_ names: [String]) {
        self.names = names
        missing = names
    }

    /// Of a sink's targets those that were asked for, by their full names; and the names asked for that it lacks. A name may
    /// be `table` or `database.table`.
    mutating func answer(_ targets: [VerifiedTarget]) -> (found: Set<String>, missing: [String]) {
        answers += 1
        var found: Set<String> = []
        var lacking: [String] = []
        for name in names {
            let matches = targets.filter { $0.table.name == name || $0.name == name }
            if matches.isEmpty { lacking.append(name) }
            found.formUnion(matches.map(\.name))
        }
        missing.removeAll { !lacking.contains($0) }
        return (found, lacking)
    }
}
