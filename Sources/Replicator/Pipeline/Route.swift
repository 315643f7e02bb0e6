import Rows

/// The way from one source table to one target table.
struct Route: Sendable {
    enum Shape: Sendable {
        /// As it is.
        case copy
        case view(CompiledView)
    }

    let shape: Shape
    /// The target: its names, columns and key.
    let target: Table
    let lane: Int

    /// The batch as the target gets it; nil if nothing of it reaches the target. `keyed`: the target tells rows apart
    /// by key, so a row that leaves the view is deleted there.
    func apply(_ batch: RowBatch, keyed: Bool) throws(EvaluationError) -> RowBatch? {
        switch shape {
        case .copy: batch
        case .view(let view): try view.apply(batch, keyed: keyed)
        }
    }
}
