import BinlogReader
import Foundation
import Rows
import Sinks

/// What a pipeline does before it reads: look for what must be mended first, take the checkpoint over, and settle
/// where to start. All of it may be done again after an error that may pass.
struct PipelineStart {
    let pipeline: Pipeline
    /// A transaction of which the run before applied a part; nil: none.
    let partlyApplied: String?
    /// What `--start` and `--reset-checkpoint` still ask for: of a run that goes on, nothing.
    var start: StartRequest {
        pipeline.hasClaimed ? StartRequest(start: nil, text: "", resetsCheckpoint: false) : pipeline.settings.start
    }

    init(_ pipeline: Pipeline, partlyApplied: String? = nil) {
        self.pipeline = pipeline
        self.partlyApplied = partlyApplied
    }

    func claim() throws -> ClaimedPipeline {
        // Before the claim: settings that are wrong must not fence off a daemon that runs with right ones.
        var (tables, targets) = try check()
        let store = try openStore()
        let found = try readCheckpoint(store.store)
        let isFresh = found == nil || start.resetsCheckpoint
        if !isFresh, try seekServer(of: found) { (tables, targets) = try check() }
        // Only now is it known whose log is read, and still it is known whose the checkpoint is of.
        let stop = try pipeline.settings.until?.point(of: pipeline.source, given: isFresh ? nil : found?.server)
        let server = try stop?.log ?? pipeline.source.logIdentity()
        let ties = try askTies(targets, isFresh ? nil : found)
        var current = pipeline.plan
        if current.lanes > 1 { current.ties = ties }
        let fresh = try isFresh ? begin(current, on: server) : nil
        if let found, !isFresh {
            try checkStart(found)
            let moved = try moved(found, to: server)
            try checkApplied(moved, in: server)
            if let first = try resume(moved, current, ties).first {
                // Asked behind the checkpoint: who moves it has claimed it before.
                try prepareSchemas(
                    at: first.resume, epoch: try store.store.epoch(), former: formerPlace(of: moved, before: found))
            }
        }
        if let found, let fresh { warn(of: found, before: fresh) }
        // What counts is what stands there once nobody else can write it any more.
        let (epoch, stored) = try store.store.claim()
        // Someone has deleted it since it was read.
        if fresh == nil, stored == nil { throw PlanError(lostCheckpoint) }
        try pipeline.source.claimSchemas(epoch: epoch)
        let prepared = try PreparedTransactions(folder: pipeline.settings.preparedFolder, log: server)
        var phases: [ClaimedPipeline.Phase] = []
        if let fresh {
            // What lies between may have ended what was kept, and prepared others of its name: the log tells.
            try prepared.forgetAll()
            try store.store.replace(with: fresh, epoch: epoch)
            phases = [.init(plan: current, checkpoint: fresh)]
        } else if let stored {
            let moved = try moved(stored, to: server)
            phases = try resume(moved, current, ties)
            if isMove(from: stored, to: moved) { tellMove(stored, moved) }
            tellChange(phases)
            warnOfMissingRows(tables)
            if let first = phases.first, first.checkpoint != stored {
                try store.store.replace(with: first.checkpoint, epoch: epoch)
            }
        }
        if let first = phases.first {
            try pipeline.source.takeOverSchemas(at: first.resume, selects: pipeline.plan.concerns)
        }
        warnOfIdleViews(tables)
        // Last: a beginning that did not come about is no checkpoint that was lost.
        if !store.isInStateFile { try pipeline.settings.begun?.remember(pipeline.name, at: pipeline.sink.label) }
        if let first = phases.first { try prepared.forget(before: first.resume.position) }
        // Not before the checkpoint says which log is read: a crash in between goes back to the one that was.
        try prepared.forgetOtherLogs()
        prepared.tell = { [progress = pipeline.progress] in progress.waits($0) }
        return ClaimedPipeline(
            store: store.store, isInStateFile: store.isInStateFile, epoch: epoch, prepared: prepared, stop: stop,
            targets: targets, phases: phases)
    }

    /// Holds source, mappings and targets against each other. Throws what must be mended first; changes nothing.
    @discardableResult
    func check() throws -> (tables: [Table], targets: [Table]) {
        try checkSource()
        return try checkTargets()
    }

    /// As ``check()``, and as strict as `replicator check`: for mappings that take the place of others which work.
    func checkEdit() throws {
        defer { pipeline.progress.answered(.start) }
        try check()
        let plan = pipeline.plan
        let tables = try pipeline.source.inspectTables(where: plan.concerns).tables
        // Where only the log tells of tables there is nothing to hold the views against.
        guard !tables.isEmpty else { return }
        try refuse(plan.idleViews(for: tables).map(\.readsNothing), "the mappings must be mended first")
        try refuse(try plan.sampleFindings(tables, of: pipeline.source), "the mappings must be mended first")
    }

    private func checkSource() throws {
        try refuse(try pipeline.source.findings(), "the source must be mended first")
    }

    /// The tables that the source has now, and their targets.
    private func checkTargets() throws -> (tables: [Table], targets: [Table]) {
        let inspection = try pipeline.source.inspectTables(where: pipeline.plan.concerns)
        var findings = inspection.problems
        if !pipeline.settings.ignoresCascades { findings += inspection.cascades.map(\.finding) }
        try refuse(findings, "the source must be mended first")
        let targets = try inspection.tables.flatMap { try pipeline.plan.routes(for: $0).map(\.target) }
        // Asked even where no table is known yet: a target out of reach is better known now than at the first row.
        let label = pipeline.sink.label
        let found = try pipeline.progress.asking(label, for: .start) { try pipeline.sink.findings(for: targets) }
        try refuse(found.map(pipeline.sink.naming), "the target must be mended first")
        try refuse(try sharedTargets(targets), "the target must be mended first")
        try refuse(
            try pipeline.source.loops(to: pipeline.sink, targets, where: pipeline.plan.concerns),
            "the target must be mended first")
        return (inspection.tables, targets)
    }

    /// Its table may still be to come, so this stops nothing here.
    private func warnOfIdleViews(_ tables: [Table]) {
        // Where only the log tells of tables there is nothing to hold the views against.
        guard !tables.isEmpty else { return }
        for view in pipeline.plan.idleViews(for: tables) {
            pipeline.log.warn("a view reads nothing for now", ["error": view.readsNothing])
        }
    }

    private func refuse(_ findings: [String], _ message: String) throws {
        for finding in findings.dropFirst() { pipeline.log.error(message, ["error": finding]) }
        if let first = findings.first { throw PlanError(first) }
    }

    /// What ties targets together now, those of the run before included: its checkpoint may differ in nothing else.
    private func askTies(_ targets: [Table], _ stored: PipelineCheckpoint?) throws -> TargetTies {
        guard max(pipeline.plan.lanes, stored?.lanes.count ?? 1) > 1 else { return TargetTies() }
        let names = targets.map { TableName(database: $0.database, table: $0.name) }
        // A text that cannot be read is an error only where it is needed.
        let earlier = stored.flatMap { try? plan(of: $0) }?.ties.targets ?? []
        return try TargetTies(of: Set(names).union(earlier), in: pipeline.sink)
    }

    /// The plan that a checkpoint was written under.
    private func plan(of stored: PipelineCheckpoint) throws -> TargetPlan {
        try TargetPlan(
            text: stored.mapping, lanes: stored.lanes.count, isKeyed: pipeline.sink.isKeyed, sink: pipeline.name)
    }

    /// What is stored. A checkpoint that is damaged is no obstacle where it is to be replaced.
    private func readCheckpoint(_ store: any CheckpointStore) throws -> PipelineCheckpoint? {
        do throws(SinkError) {
            return try store.read()
        } catch {
            guard error.disposition == .fatal, start.resetsCheckpoint else { throw error }
            pipeline.log.warn("the checkpoint cannot be read, and is replaced", ["error": error.message])
            return nil
        }
    }

    private func openStore() throws -> (store: any CheckpointStore, isInStateFile: Bool) {
        if let store = try pipeline.sink.makeCheckpointStore(pipeline: pipeline.name) { return (store, false) }
        return (try pipeline.settings.openStateStore(pipeline.name), true)
    }

    /// How to go on from `stored`. Lanes that stand at different places must first reach the same one with the
    /// settings that sent changes to them; only then do other settings hold.
    func resume(
        _ stored: PipelineCheckpoint, _ current: TargetPlan, _ ties: TargetTies
    ) throws -> [ClaimedPipeline.Phase] {
        guard let first = stored.lanes.first else {
            throw PlanError(
                "the checkpoint of pipeline \(pipeline.name) has no lane: it was not written by this program")
        }
        let last = ClaimedPipeline.Phase(
            plan: current, checkpoint: checkpoint(current, start: stored.start, lane: first, server: stored.server))
        if stored.lanes.allSatisfy({ $0 == first }) { return [last] }
        let furthest = stored.lanes.map(\.reached).max { $0.isBefore($1) } ?? first.reached
        let earlier = try plan(of: stored)
        return [.init(plan: earlier, checkpoint: stored, until: furthest, isInStep: earlier.ties != ties), last]
    }

    /// Says so where other settings than the current ones hold for a stretch.
    private func tellChange(_ phases: [ClaimedPipeline.Phase]) {
        guard let first = phases.first, let furthest = first.until, let last = phases.last,
            first.checkpoint.keyBy != last.checkpoint.keyBy || first.plan.lanes != last.plan.lanes
                || first.plan.text != last.plan.text
        else { return }
        pipeline.log.info(
            "settings have changed since the last run; they hold once all lanes have reached the same place",
            ["position": "\(furthest)"])
    }
}
