import BinlogReader
import Rows
import Sinks

/// `replicator check`: all that would keep `run` from working, found before it runs.
public struct Checker {
    private let configuration: Configuration

    public init(configuration: Configuration) {
        self.configuration = configuration
    }

    public func run() -> Report {
        var report = Report()
        let inspection = checkSource(&report)
        for section in configuration.sinks {
            let problems = self.problems(of: section, inspection)
            for problem in problems { report.add(problem: "sink \(section.name): \(problem)") }
            if problems.isEmpty { report.add("sink \(section.name): ok") }
        }
        return report
    }

    /// The live tables; nil where the source cannot be asked.
    private func checkSource(_ report: inout Report) -> TableInspection? {
        do {
            let source = try configuration.makeSource(pipeline: "", command: "check")
            let selected = configuration.source.tables
            var findings = try source.findings()
            let inspection = try source.inspectTables(where: selected.contains)
            findings += inspection.problems
            for finding in findings { report.add(problem: "source: \(finding)") }
            for notice in try source.notices() + inspection.notices { report.add("source: note: \(notice)") }
            if !inspection.tables.isEmpty {
                for pattern in selected.unused(for: inspection.tables.map { ($0.database, $0.name) }) {
                    report.add(
                        "source: note: tables = \(pattern) selects no table that is there now and that the account may "
                            + "see (SELECT)")
                }
            }
            if findings.isEmpty { report.add("source: ok (\(source.label))") }
            return inspection
        } catch {
            report.add(problem: "source: \(error)")
            return nil
        }
    }

    private func problems(of section: Configuration.Sink, _ inspection: TableInspection?) -> [String] {
        do {
            let sink = try configuration.makeSink(section)
            let plan = try configuration.plan(for: section, isKeyed: sink.isKeyed)
            var problems: [String] = []
            var targets: [Table] = []
            let tables = inspection?.tables ?? []
            for table in tables where plan.concerns(database: table.database, table: table.name) {
                do {
                    targets += try plan.routes(for: table).map(\.target)
                } catch {
                    problems.append(String(describing: error))
                }
            }
            if !tables.isEmpty {
                for view in plan.views
                where !tables.contains(where: { view.matches(database: $0.database, table: $0.name) }) {
                    problems.append(
                        "the view \(view.targetName) reads no table that the source has, or that tables = … selects")
                }
            }
            if let inspection, !section.ignoresCascades {
                problems += inspection.cascades.filter {
                    plan.concerns(database: $0.child.database, table: $0.child.name)
                }.map(\.finding)
            }
            problems += try sink.findings(for: targets)
            return problems
        } catch {
            return [String(describing: error)]
        }
    }
}
