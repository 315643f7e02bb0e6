public import Rows

extension CompiledView {
    /// The batch as the target sees it; nil if nothing of it concerns the target.
    ///
    /// - Parameter keyed: true for a sink that keeps rows by key (see `Sink.isKeyed`).
    public func apply(_ batch: RowBatch, keyed: Bool) throws(EvaluationError) -> RowBatch? {
        precondition(batch.table === source, "a view was applied to a table for which it was not compiled")
        guard !batch.rows.isEmpty else { return nil }
        var result = batch
        result.table = output
        result.projection = outputs.map { output in
            let column = output.sourceColumn ?? 0
            return batch.projection?[column] ?? Int32(column)
        }
        return result
    }
}
