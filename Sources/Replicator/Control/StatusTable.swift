extension StatusReport {
    /// For a person at a terminal: a line a pipeline, and under it its place and what is not as it should be. `colours`: states that
    /// need someone stand out.
    public func table(colours: Bool = false) -> String {
        var lines = [heading, sourceLine, ""]
        let header: [Cell] = [
            .init("PIPELINE"), .init("STATE"), .init("LAG", right: true), .init("BEHIND", right: true),
            .init("ROWS/S", right: true), .init("ROWS", right: true), .init("RETRIES", right: true),
            .init("PARKED", right: true), .init("DEAD", right: true), .init("KEPT FOR", right: true),
        ]
        let rows = pipelines.map(\.cells)
        let widths = header.indices.map { column in
            ([header] + rows).map { $0[column].text.count }.max() ?? 0
        }
        lines.append(Self.line(header, widths))
        for (pipeline, row) in zip(pipelines, rows) {
            lines.append(Self.line(row, widths, colour: colours ? pipeline.colour : nil))
            lines += pipeline.notes.map { "  " + $0 }
        }
        return lines.joined(separator: "\n")
    }

    private var heading: String {
        guard let process, let since else {
            return "replicator \(version): not running; this is what the checkpoints say"
        }
        return "replicator \(version), process \(process), since \(since)"
    }

    private var sourceLine: String {
        let end = end.map { ", log ends at \($0)" } ?? ""
        return "source \(source.url)\(end)" + (source.error.map { "\n  does not answer: \($0.firstLine)" } ?? "")
    }

    private var end: String? { source.end.map { "\($0.file):\($0.offset)" } }

    fileprivate struct Cell {
        var text: String
        var right = false

        init(_ text: String, right: Bool = false) {
            self.text = text
            self.right = right
        }
    }

    private static func line(_ cells: [Cell], _ widths: [Int], colour: String? = nil) -> String {
        var parts = zip(cells, widths).map { $0.text.padded(to: $1, atFront: $0.right) }
        if let colour { parts[1] = "\u{1B}[\(colour)m\(parts[1])\u{1B}[0m" }
        return parts.joined(separator: "  ")
    }
}

extension PipelineStatus {
    fileprivate var cells: [StatusReport.Cell] {
        [
            .init(name), .init(state?.rawValue ?? "-"), .init(lag.seconds.map(HumanText.duration) ?? "-", right: true),
            .init(lag.bytes.map(HumanText.bytes) ?? "-", right: true),
            .init(HumanText.rate(rows.perSecond), right: true),
            .init(HumanText.count(rows.total), right: true), .init(HumanText.count(retries), right: true),
            .init(HumanText.count(parked), right: true), .init(HumanText.count(deadLetters), right: true),
            .init(retention.seconds.map(HumanText.duration) ?? "-", right: true),
        ]
    }

    /// SGR: red for what is broken, yellow for what somebody has held.
    fileprivate var colour: String? {
        switch state {
        case .failed, .unhealthy: "31"
        case .paused: "33"
        default: nil
        }
    }

    /// Where it stands, and what is not as it should be, or was not so lately.
    fileprivate var notes: [String] {
        let place = position.map { "at \($0.file):\($0.offset)" } ?? "no position yet"
        let from = host.map { ", from \($0)" } ?? ""
        var notes = ["\(sink), \(place)\(from)" + (mapping.map { ", mapping \($0.version)" } ?? "")]
        if let state, state != .running, let since { notes.append("\(state.rawValue) since \(since)") }
        if let write, state == .running, write.seconds > PipelineState.patienceSeconds {
            notes.append("a write has been under way for \(HumanText.duration(write.seconds)), and the sink answers")
        }
        if let waiting = prepared.sentence { notes.append(waiting) }
        if let lastError { notes.append("last error \(lastError.time): \(lastError.message.firstLine)") }
        if let skippedStatements, skippedStatements > 0 {
            notes.append("\(skippedStatements) changes that were logged as text are passed over: the target lacks them")
        }
        if let error = mapping?.error, error != lastError?.message {
            notes.append("the last reload changed nothing: \(error.firstLine)")
        }
        if let since = mapping?.since { notes.append("rows before \(since) went through earlier mappings") }
        if retention.purged == true {
            notes.append("the source no longer has this position: rows are lost to this sink")
        } else if let bytes = retention.bytes {
            notes.append("the source keeps this position for another \(HumanText.bytes(bytes)) of log")
        }
        return notes
    }
}

extension String {
    /// Up to the first newline.
    var firstLine: String { prefix { !$0.isNewline }.description }
}
