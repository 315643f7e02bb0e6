import BinlogReader
import Rows
import Sinks

/// `replicator check`: all that would keep `run` from working, found before it runs, and all of it in one go: what is
/// wrong in one place keeps nothing else from being looked at.
public struct Checker {
    let configuration: Configuration

    public init(configuration: Configuration) {
        self.configuration = configuration
    }

    public func run() -> Report {
        var report = Report()
        if let obstacle = StateFile.obstacle(to: configuration.stateFile) { report.add(problem: obstacle) }
        let source = checkSource(&report)
        var writers: [SharedTargets.Writer] = []
        let problems = configuration.sinks.map { self.problems(of: $0, source, &writers) }
        for (section, found) in zip(configuration.sinks, problems) {
            var findings = Findings()
            findings.add(found)
            if let writer = writers.first(where: { $0.name == section.name }) {
                findings.add(SharedTargets.findings(of: writer, among: writers))
            }
            for problem in findings.all { report.add(problem: "sink \(section.name): \(problem)") }
            guard findings.all.isEmpty else { continue }
            let writer = writers.first { $0.name == section.name }
            for warning in missingRows(of: section, writer?.sink, source) + preparedNotices(of: section, writer?.sink) {
                report.add("sink \(section.name): note: \(warning)")
            }
            report.add("sink \(section.name): ok")
        }
        return report
    }

    /// What a target that has a checkpoint, and so has had rows, seems to have lost.
    private func missingRows(
        of section: Configuration.Sink, _ sink: (any Sinks.Sink)?, _ source: Source?
    ) -> [String] {
        guard let sink, let source, let inspection = source.inspection else { return [] }
        var findings = Findings()
        let plan = plan(for: section, isKeyed: sink.isKeyed, &findings).plan
        let tables = inspection.tables.filter { plan.concerns(database: $0.database, table: $0.name) }
        let missing = MissingRows(plan: plan, sink: sink, source: source.source, looksAtColumns: true)
        do {
            guard try sink.makeCheckpointStore(pipeline: section.name)?.read() != nil else { return [] }
            return try missing.warnings(tables)
        } catch {
            return ["whether rows are missing could not be asked: \(error)"]
        }
    }

    /// The source, and its live tables.
    struct Source {
        let source: any PipelineSource
        /// It could be asked.
        let answers: Bool
        /// Nil: it could not be asked, or there is nobody to ask.
        let inspection: TableInspection?
    }

    private var isServer: Bool {
        if case .server? = try? configuration.sourceLocation() { true } else { false }
    }

    private func checkSource(_ report: inout Report) -> Source? {
        var findings = Findings()
        let selected = configuration.source.tables
        guard let source = findings.collect({ try configuration.makeSource(pipeline: "", command: "check") }) else {
            for finding in findings.all { report.add(problem: "source: \(finding)") }
            return nil
        }
        findings.add(otherServers(of: source, &report))
        findings.add(findings.collect { try source.findings() } ?? [])
        let inspection = findings.collect { try source.inspectTables(where: selected.contains) }
        findings.add(inspection?.problems ?? [])
        findings.add(findings.collect { try source.schemaFindings(where: concerns) } ?? [])
        let notices = findings.collect { try source.notices() } ?? []
        for finding in findings.all { report.add(problem: "source: \(finding)") }
        for notice in notices + (inspection?.notices ?? []) { report.add("source: note: \(notice)") }
        // Files cannot be asked; and a table that the account may not see is no sign of a wrong pattern or view.
        let isKnown =
            isServer && (inspection.map { !$0.tables.isEmpty || $0.problems.isEmpty } ?? false)
        if let inspection, isKnown {
            for pattern in selected.unused(for: inspection.tables.map { ($0.database, $0.name) }) {
                report.add(
                    "source: note: tables = \(pattern) selects no table that is there now and that the account may "
                        + "see (SELECT)")
            }
        }
        if findings.all.isEmpty { report.add("source: ok (\(source.label))") }
        return Source(source: source, answers: inspection != nil, inspection: isKnown ? inspection : nil)
    }

    /// - Parameter writers: gets the sink with its targets, where there is one.
    private func problems(
        of section: Configuration.Sink, _ source: Source?, _ writers: inout [SharedTargets.Writer]
    ) -> [String] {
        var findings = Findings()
        guard let sink = findings.collect({ try configuration.makeSink(section) }) else { return findings.all }
        let (plan, isWhole) = plan(for: section, isKeyed: sink.isKeyed, &findings)
        var targets: [Table] = []
        if let inspection = source?.inspection {
            let tables = inspection.tables.filter { table in
                // A table whose view may be in a file that cannot be read is not taken for one that is copied.
                (isWhole || plan.views.contains { $0.matches(database: table.database, table: table.name) })
                    && plan.concerns(database: table.database, table: table.name)
            }
            for table in tables {
                let (routes, problems) = plan.inspect(table)
                targets += routes.map(\.target)
                findings.add(problems)
            }
            findings.add(plan.idleViews(for: inspection.tables).map(\.readsNothing))
            if !section.ignoresCascades {
                findings.add(
                    inspection.cascades.filter {
                        plan.concerns(database: $0.child.database, table: $0.child.name)
                    }.map(\.finding))
            }
            if let source = source?.source {
                findings.add(findings.collect { try plan.sampleFindings(tables, of: source) } ?? [])
            }
        }
        writers.append(.init(name: section.name, sink: sink, targets: targets))
        do {
            findings.add(try sink.findings(for: targets))
            if let source, source.inspection != nil {
                findings.add(
                    findings.collect { try source.source.loops(to: sink, targets, where: plan.concerns) } ?? [])
            }
            findings.add(try checkpointFindings(section, sink, plan, source))
        } catch {
            findings.add([error.message])
        }
        return findings.all
    }

    /// Whether rows of the table reach some sink, as `run` asks; what cannot be read of the mapping files is told with theirs.
    private func concerns(database: String, table: String) -> Bool {
        configuration.sinks.contains { section in
            var told = Findings()
            return plan(for: section, isKeyed: false, &told).plan.concerns(database: database, table: table)
        }
    }

    /// The plan of all mapping files that can be read; `isWhole`: there is no other.
    private func plan(
        for section: Configuration.Sink, isKeyed: Bool, _ findings: inout Findings
    ) -> (plan: TargetPlan, isWhole: Bool) {
        var views: [ViewDefinition] = []
        var isWhole = true
        if let path = section.mappings {
            if let loaded = findings.collect({ try Mappings.loadAll(configuration.resolve(path)) }) {
                views = loaded.views
                isWhole = loaded.errors.isEmpty
                findings.add(loaded.errors.map { String(describing: $0) })
            } else {
                isWhole = false
            }
        }
        let plan = TargetPlan(
            views: views, unmapped: section.unmapped, tables: configuration.source.tables, lanes: section.lanes,
            isKeyed: isKeyed, sink: section.name)
        return (plan, isWhole)
    }
}

/// What was found, each once, in order.
private struct Findings {
    private(set) var all: [String] = []

    mutating func add(_ findings: [String]) {
        for finding in findings where !all.contains(finding) { all.append(finding) }
    }

    /// What `body` returns; nil where it throws, which is a finding too.
    mutating func collect<Value>(_ body: () throws -> Value) -> Value? {
        do {
            return try body()
        } catch {
            add([String(describing: error)])
            return nil
        }
    }
}
