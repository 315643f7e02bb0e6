public import Rows

extension CompiledView {
    /// The batch as the target sees it; nil if nothing of it concerns the target. A row keeps its ``Row/index``; where
    /// one change of the source becomes two of the target, they stand together and share it.
    ///
    /// To a keyed sink a row that fails WHERE is always deleted, whether or not it was in the view before, so that the
    /// target converges wherever a stream begins. Rows that enter are inserts, so that sinks need not count updates of
    /// rows they do not have. A before image has its key and its other plain columns; what is computed is absent in it.
    ///
    /// - Parameter keyed: true for a sink that keeps rows by key (see `Sink.isKeyed`); false for one that appends, which
    ///   sees exactly what happens to the view, with both images complete.
    public func apply(_ batch: RowBatch, keyed: Bool) throws(EvaluationError) -> RowBatch? {
        try apply(batch, keyed: keyed, limits: ComputedLimits())
    }

    /// As ``apply(_:keyed:)``, within other limits.
    func apply(_ batch: RowBatch, keyed: Bool, limits: ComputedLimits) throws(EvaluationError) -> RowBatch? {
        precondition(batch.table === source, "a view was applied to a table for which it was not compiled")
        var evaluation = Evaluation(batch, constants: constants, limits: limits)
        do {
            var kept = KeptRows()
            if condition == nil {
                kept.rows = batch.rows
            } else {
                try filter(batch, &evaluation, keyed: keyed, into: &kept)
            }
            guard !kept.rows.isEmpty else { return nil }
            var result = batch
            result.table = output
            result.rows = kept.rows
            if hasComputedColumns {
                try compute(&result, kept.operations, &evaluation, keyed: keyed)
            } else {
                result.projection = outputs.map { output in
                    let column = output.sourceColumn ?? 0
                    return batch.projection?[column] ?? Int32(column)
                }
            }
            return result
        } catch {
            throw EvaluationError(error, in: self, batch, row: evaluation.row)
        }
    }

    // MARK: - WHERE

    /// Finds the rows of the target, with images still of the source.
    private func filter(
        _ batch: RowBatch, _ evaluation: inout Evaluation, keyed: Bool, into kept: inout KeptRows
    ) throws(EvaluationFailure) {
        kept.rows.reserveCapacity(batch.rows.count)
        for row in batch.rows {
            let after = try isInView(row.after, row, &evaluation)
            if keyed {
                // To a row that leaves it makes no difference whether it was there.
                let before = after ? try isInView(row.before, row, &evaluation) : false
                appendKeyed(row, before: before, after: after, of: batch, to: &kept)
            } else {
                let before = try isInView(row.before, row, &evaluation)
                if before || after {
                    kept.append(row, before: before ? row.before : -1, after: after ? row.after : -1)
                }
            }
        }
    }

    /// - Parameter before: known only if the after image is in the view.
    private func appendKeyed(_ row: Row, before: Bool, after: Bool, of batch: RowBatch, to kept: inout KeptRows) {
        if row.before < 0 {
            kept.append(row, before: after ? -1 : row.after, after: after ? row.after : -1, mayBeMissing: !after)
        } else if row.after < 0 || (before && after) {
            // Whether a deleted row was in the view is not asked: it is not there afterwards either way.
            kept.append(row, before: row.before, after: row.after, mayBeMissing: row.after < 0)
        } else {
            // The row leaves or enters. Under neither key may an old row stay.
            let changesKey = changesKey(row, batch)
            if !after || changesKey { kept.append(row, before: row.before, after: -1, mayBeMissing: true) }
            if after {
                kept.append(row, before: -1, after: row.after)
            } else if changesKey {
                kept.append(row, before: row.after, after: -1, mayBeMissing: true)
            }
        }
    }

    private func isInView(
        _ image: Int32, _ row: Row, _ evaluation: inout Evaluation
    ) throws(EvaluationFailure) -> Bool {
        guard image >= 0, let condition else { return false }
        evaluation.begin(image: image, of: row)
        let isTrue = try condition(&evaluation) == true
        if let reason = evaluation.overflow {
            throw EvaluationFailure(reason: reason, span: definition.condition?.span ?? definition.nameSpan)
        }
        return isTrue
    }

    /// True if the images of an update differ in their keys' cells.
    private func changesKey(_ row: Row, _ batch: RowBatch) -> Bool {
        source.primaryKey.contains { column in
            let (before, after) = (batch.cell(column, at: row.before), batch.cell(column, at: row.after))
            return !Self.equal(before, after, batch)
        }
    }

    private static func equal(_ left: Cell, _ right: Cell, _ batch: RowBatch) -> Bool {
        switch (left, right) {
        // Not in the image because it did not change.
        case (.absent, _), (_, .absent): return true
        case (.null, .null): return true
        case (.int(let one), .int(let other)): return one == other
        case (.uint(let one), .uint(let other)): return one == other
        case (.float(let one), .float(let other)): return one == other
        case (.double(let one), .double(let other)): return one == other
        default:
            guard let one = batch.bytes(of: left), let other = batch.bytes(of: right), one.count == other.count else {
                return false
            }
            for index in one.indices where one[index] != other[index] { return false }
            return true
        }
    }

    // MARK: - Computed columns

    /// Replaces the cells of `batch`, whose rows still name images of the source.
    private func compute(
        _ batch: inout RowBatch, _ operations: ContiguousArray<Operation>, _ evaluation: inout Evaluation, keyed: Bool
    ) throws(EvaluationFailure) {
        var cells: ContiguousArray<Cell> = []
        cells.reserveCapacity(codes.count * batch.rows.count * 2)
        for index in batch.rows.indices {
            var row = batch.rows[index]
            // `_op` is what happened at the source, not what it makes of the view.
            if !operations.isEmpty { row.operation = operations[index] }
            // Two images more must have an index.
            guard cells.count <= Int(Int32.max) - 2 * codes.count else {
                throw EvaluationFailure(reason: .batchTooLarge, span: definition.nameSpan)
            }
            if row.before >= 0 {
                batch.rows[index].before = Int32(cells.count)
                evaluation.begin(image: row.before, of: row)
                for (output, code) in codes.enumerated() {
                    if case .column(let column) = code {
                        cells.append(evaluation.cell(column))
                    } else if keyed {
                        cells.append(.absent)
                    } else {
                        cells.append(try cell(output, &evaluation, &batch.computed))
                    }
                }
            }
            if row.after >= 0 {
                batch.rows[index].after = Int32(cells.count)
                evaluation.begin(image: row.after, of: row)
                for output in codes.indices { cells.append(try cell(output, &evaluation, &batch.computed)) }
            }
        }
        batch.cells = cells
        batch.projection = nil
    }

    /// The cell of an output column for the current image.
    @inline(__always)
    private func cell(
        _ output: Int, _ evaluation: inout Evaluation, _ computed: inout [UInt8]
    ) throws(EvaluationFailure) -> Cell {
        let cell = try codes[output].cell(&evaluation, &computed)
        if let reason = evaluation.overflow {
            throw EvaluationFailure(reason: reason, span: outputs[output].span)
        }
        guard computed.count <= evaluation.limits.totalByteCount else {
            throw EvaluationFailure(reason: .batchTooLarge, span: outputs[output].span)
        }
        return cell
    }
}

/// Rows for the target, and the operation of the source's row that each of them comes from.
private struct KeptRows {
    var rows: ContiguousArray<Row> = []
    var operations: ContiguousArray<Operation> = []

    /// The same change with these images, as the operation that they make.
    mutating func append(_ row: Row, before: Int32, after: Int32, mayBeMissing: Bool = false) {
        let operation: Operation = before < 0 ? .insert : after < 0 ? .delete : .update
        rows.append(
            Row(operation: operation, before: before, after: after, index: row.index, mayBeMissing: mayBeMissing))
        operations.append(row.operation)
    }
}

extension EvaluationError {
    fileprivate init(_ failure: EvaluationFailure, in view: CompiledView, _ batch: RowBatch, row: Row) {
        let definition = view.definition
        let text = definition.source.slice(failure.span)
        switch failure.reason {
        case .absent(let column):
            message =
                "column \(view.source.columns[column].name) is not in the row image, and \(text) needs it: "
                + "the source must run with binlog_row_image=FULL"
        case .mismatch(let column):
            message = "the value of column \(view.source.columns[column].name) is not one of its type"
        case .outOfRange(let type):
            message = "\(type.rawValue) value is out of range in '\(text)'"
        case .textTooLong:
            message =
                "\(text) of the view \(definition.name) makes a text of more than 1 GiB, which is NULL on every server "
                + "(max_allowed_packet)"
        case .batchTooLarge:
            message =
                "what the view \(definition.name) computes for one rows event is more than 4 GiB: leave large columns "
                + "out, or split it into views of fewer"
        }
        let place = MappingError(definition.source, failure.span, message)
        mappingError = place
        location = "\(place.path):\(place.line):\(place.column)"
        table = "\(view.source.database).\(view.source.name)"
        position = batch.origin.position
        self.row = row.index
    }
}
