import Glibc

/// `run` on a terminal: one line a pipeline below the log, brought up to date a few times a second.
struct ProgressDisplay {
    /// Nil where standard error is no terminal, and where rows of `stdout:` go to the same one.
    init?(printsRows: Bool) {
        guard StandardError.terminalWidth != nil, !(printsRows && isatty(1) == 1) else { return nil }
    }

    func show(_ report: StatusReport) {
        let width = StandardError.terminalWidth ?? 80
        StandardError.shared.show(Self.lines(report).map { String($0.prefix(width - 1)) })
    }

    func end() {
        StandardError.shared.show([])
    }

    static func lines(_ report: StatusReport) -> [String] {
        let width = report.pipelines.map { $0.name.count }.max() ?? 0
        return report.pipelines.map { pipeline in
            let parts = [
                pipeline.name.padded(to: width),
                (pipeline.state?.rawValue ?? "").padded(to: 9),
                pipeline.position.map { "\($0.file):\($0.offset)" } ?? "-",
                "lag \(pipeline.lag.seconds.map(HumanText.duration) ?? "?")",
                "\(HumanText.rate(pipeline.rows.perSecond)) rows/s",
                "\(HumanText.count(pipeline.rows.total)) rows",
            ]
            return parts.joined(separator: "  ")
        }
    }
}
