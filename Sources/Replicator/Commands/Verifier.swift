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
        var seen: Set<String> = []
        let deadline = Timestamp.monotonicSeconds + waitSeconds
        for section in configuration.sinks {
            do {
                report = report + (try verify(section, &seen, waitingUntil: deadline))
            } catch {
                report.add(problem: "\(section.name): not verified: \(error)")
            }
        }
        for name in only where !seen.contains(name) {
            report.add(problem: "\(name): no sink has a target table of this name")
        }
        return report
    }

    private func verify(
        _ section: Configuration.Sink, _ seen: inout Set<String>, waitingUntil deadline: Double
    ) throws -> Report {
        var report = Report()
        let sink = try configuration.makeSink(section)
        guard let reader = try sink.makeReader() else {
            report.add("\(section.name): not verified: \(sink.label) cannot be read back")
            return report
        }
        let plan = try configuration.plan(for: section, isKeyed: sink.isKeyed)
        let source = try SourceViews(configuration, pipeline: section.name)
        try waitForSink(sink, section, source, until: deadline)
        var tables = 0
        var rows = 0
        for target in try targets(plan, source) where only.isEmpty || only.contains(target.table.name) {
            seen.insert(target.table.name)
            if !sink.isKeyed, target.table.primaryKey.isEmpty {
                report.add("\(section.name): \(target.name): not compared: it has no primary key to tell rows apart by")
                continue
            }
            let comparison = try TableComparison(target: target, source: source, reader: reader).run()
            tables += 1
            rows += comparison.rowCount
            for line in comparison.differences { report.add(problem: "\(section.name): \(target.name): \(line)") }
            for line in comparison.notes { report.add("\(section.name): \(target.name): \(line)") }
        }
        let size = "\(tables) \(tables == 1 ? "table" : "tables"), \(rows) rows"
        if report.isClean {
            report.add("\(section.name): equal (\(size))")
        } else {
            report.add(problem: "\(section.name): differs (\(size))")
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
        let goal = try source.currentPosition()
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
        of sink: any Sink, _ section: Configuration.Sink, _ goal: BinlogPosition
    ) throws -> String? {
        // Opened anew each time: where the pipeline has not begun there may be nothing to open yet.
        guard let store = try checkpointStore(of: sink, section) else {
            return "pipeline \(section.name) has not begun: there is no state file \(configuration.stateFile)"
        }
        guard let stored = try store.read() else {
            return "pipeline \(section.name) has not begun: it has no checkpoint"
        }
        let reached = stored.lanes.map(\.resume.position).min { $0.isBefore($1) }
        if let reached, !reached.isBefore(goal) { return nil }
        return "the sink has not caught up: it is at \(reached.map(\.description) ?? "?"), the source at \(goal)"
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
