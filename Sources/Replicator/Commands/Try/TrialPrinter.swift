import Rows
import Sinks

/// Prints changes of the source with what views make of them.
struct TrialPrinter {
    private let format: Trial.Format
    private let views: [ViewDefinition]
    private let write: (String) -> Void
    private var json = ChangeJSON()
    /// False once a view or a sink refused a row.
    private(set) var isClean = true

    init(format: Trial.Format, views: [ViewDefinition], write: @escaping (String) -> Void) {
        self.format = format
        self.views = views
        self.write = write
    }

    /// `change` is a batch of one row. `isLogged`: it happened; else the row is there now. Throws where a view does not fit
    /// the table.
    mutating func print(_ change: RowBatch, isLogged: Bool, _ targets: [TrialTarget]) throws {
        var blocks: [TrialText] = format == .text ? [TrialText(source: change, isLogged: isLogged)] : []
        for (index, view) in views.enumerated()
        where view.matches(database: change.table.database, table: change.table.name) {
            let outcomes = try targets.map { ($0, try $0.outcome(of: change, view: index)) }
            for case (_, .failed) in outcomes { isClean = false }
            for case (_, .unsent) in outcomes { isClean = false }
            switch format {
            case .text: blocks.append(TrialText(view: view, outcomes))
            case .json: write(try object(change, isLogged, view, outcomes))
            }
        }
        if format == .text { write(blocks.map(\.text).joined(separator: "\n") + "\n") }
    }

    // MARK: - JSON

    private mutating func object(
        _ change: RowBatch, _ isLogged: Bool, _ view: ViewDefinition,
        _ outcomes: [(target: TrialTarget, outcome: TrialTarget.Outcome)]
    ) throws -> String {
        var text = Array(#"{"from":"\#(isLogged ? "log" : "table")","change":"#.utf8)
        try append(change, to: &text)
        text += Array(#","view":"#.utf8)
        JSONText.appendString(view.targetName, to: &text)
        text += Array(#","mapping":"#.utf8)
        JSONText.appendString(view.location, to: &text)
        text += Array(#","sinks":["#.utf8)
        for (index, (target, outcome)) in outcomes.enumerated() {
            text += Array((index == 0 ? #"{"sink":"# : #",{"sink":"#).utf8)
            JSONText.appendString(target.name, to: &text)
            text += Array(#","rows":["#.utf8)
            if let rows = outcome.rows { try append(rows, to: &text) }
            text += Array(#"],"statements":["#.utf8)
            for (index, statement) in outcome.statements.enumerated() {
                if index > 0 { text.append(UInt8(ascii: ",")) }
                JSONText.appendString(statement, to: &text)
            }
            text += Array(#"],"error":"#.utf8)
            if let error = outcome.error {
                JSONText.appendString(error, to: &text)
            } else {
                text += Array("null".utf8)
            }
            text.append(UInt8(ascii: "}"))
        }
        text += Array("]}".utf8)
        return String(decoding: text, as: UTF8.self)
    }

    /// Each row as `tail` prints it, by commas.
    private mutating func append(_ batch: RowBatch, to text: inout [UInt8]) throws(SinkError) {
        for (index, row) in batch.rows.enumerated() {
            if index > 0 { text.append(UInt8(ascii: ",")) }
            try json.append(row, of: batch, to: &text)
        }
    }
}

extension TrialTarget.Outcome {
    var rows: RowBatch? {
        switch self {
        case .none, .failed: nil
        case .rows(let rows, _), .unsent(let rows, _): rows
        }
    }

    var statements: [String] {
        if case .rows(_, let statements) = self { statements } else { [] }
    }

    var error: String? {
        switch self {
        case .none, .rows: nil
        case .unsent(_, let reason): reason
        case .failed(let reason): reason
        }
    }
}
