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
        let tables = checkSource(&report)
        for section in configuration.sinks {
            let problems = self.problems(of: section, tables: tables)
            for problem in problems { report.add(problem: "sink \(section.name): \(problem)") }
            if problems.isEmpty { report.add("sink \(section.name): ok") }
        }
        return report
    }

    /// The live tables; nil where the source cannot be asked.
    private func checkSource(_ report: inout Report) -> [Table]? {
        do {
            let source = try configuration.makeSource(pipeline: "", command: "check")
            let findings = try source.findings()
            for finding in findings { report.add(problem: "source: \(finding)") }
            for notice in try source.notices() { report.add("source: note: \(notice)") }
            let tables = try source.tables(where: configuration.source.tables.contains)
            if findings.isEmpty { report.add("source: ok (\(source.label))") }
            return tables
        } catch {
            report.add(problem: "source: \(error)")
            return nil
        }
    }

    private func problems(of section: Configuration.Sink, tables: [Table]?) -> [String] {
        do {
            let sink = try configuration.makeSink(section)
            let plan = try configuration.plan(for: section, isKeyed: sink.isKeyed)
            var problems: [String] = []
            var targets: [Table] = []
            for table in tables ?? [] where plan.concerns(database: table.database, table: table.name) {
                do {
                    targets += try plan.routes(for: table).map(\.target)
                } catch {
                    problems.append(String(describing: error))
                }
            }
            if let tables, !tables.isEmpty {
                for view in plan.views
                where !tables.contains(where: { view.matches(database: $0.database, table: $0.name) }) {
                    problems.append(
                        "the view \(view.targetName) reads no table that the source has, or that tables = … selects")
                }
            }
            problems += try sink.findings(for: targets)
            return problems
        } catch {
            return [String(describing: error)]
        }
    }
}
