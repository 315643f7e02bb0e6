import Rows
import Sinks

/// A sink of the configuration, and what it would be sent. Confined to one thread.
final class TrialTarget {
    /// What a view makes of a change for this sink.
    enum Outcome {
        /// Nothing reaches the target.
        case none
        case rows(RowBatch, statements: [String])
        /// The rows, and why it is not known what would be sent.
        case unsent(RowBatch, reason: String)
        /// No row can be made. In one line or, with the line of the mapping file and a caret, three.
        case failed(String)
    }

    let name: String
    let isKeyed: Bool
    private let sink: any Sink
    private let plans: [(view: ViewDefinition, plan: TargetPlan)]
    private var routes: [(table: Table, view: Int, route: Result<Route, PlanError>)] = []
    private var preview: Result<(any ChangePreview)?, SinkError>?

    init(_ section: Configuration.Sink, _ views: [ViewDefinition], _ configuration: Configuration) throws {
        name = section.name
        let sink = try configuration.makeSink(section)
        self.sink = sink
        isKeyed = sink.isKeyed
        plans = views.map { view in
            let plan = TargetPlan(
                views: [view], unmapped: .ignore, tables: .all, lanes: 1, isKeyed: sink.isKeyed, sink: section.name)
            return (view, plan)
        }
    }

    /// What view number `view` makes of `change`, a batch of one row. Throws where the view does not fit the table.
    func outcome(of change: RowBatch, view: Int) throws -> Outcome {
        let route: Route
        switch try self.route(of: change.table, view: view) {
        case .success(let found): route = found
        case .failure(let error): return .failed(error.description)
        }
        let rows: RowBatch
        do throws(EvaluationError) {
            guard let made = try route.apply(change, keyed: isKeyed) else { return .none }
            rows = made
        } catch {
            return .failed(error.mappingError.description)
        }
        do throws(SinkError) {
            guard let preview = try openPreview() else {
                return .unsent(rows, reason: "\(sink.label) cannot say what it would be sent")
            }
            return .rows(rows, statements: try preview.statements(for: rows))
        } catch {
            return .unsent(rows, reason: error.message)
        }
    }

    private func route(of table: Table, view: Int) throws -> Result<Route, PlanError> {
        if let known = routes.first(where: { $0.table === table && $0.view == view }) { return known.route }
        let found: Result<Route, PlanError>
        do {
            guard let route = try plans[view].plan.routes(for: table).first else {
                throw PlanError("\(table.database).\(table.name) has no rows to replicate")
            }
            found = .success(route)
        } catch let error as PlanError {
            found = .failure(error)
        }
        routes.append((table, view, found))
        return found
    }

    /// Connects at the first row, once.
    private func openPreview() throws(SinkError) -> (any ChangePreview)? {
        if let preview { return try preview.get() }
        do throws(SinkError) {
            let opened = try sink.makePreview()
            preview = .success(opened)
            return opened
        } catch {
            preview = .failure(error)
            throw error
        }
    }
}
