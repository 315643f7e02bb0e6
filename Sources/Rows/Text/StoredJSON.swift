/// Where a JSON document lies in a batch's bytes that is binary there, as `.binaryJSON` and `.changedJSON` cells name it.
struct StoredJSON {
    let document: Range<Int>
    /// What to change in it.
    let changes: Range<Int>?

    /// Nil for other cells. Throws where the bytes are not there.
    init?(_ cell: Cell, in batch: RowBatch) throws(ValueError) {
        switch cell {
        case .binaryJSON(let range):
            let start = Int(range.start)
            guard start + Int(range.count) <= batch.bytes.count else { throw .mismatchedCell }
            document = start..<start + Int(range.count)
            changes = nil
        case .changedJSON(let cell):
            document = try Self.block(batch.bytes.span, at: Int(cell.document))
            changes = try Self.block(batch.bytes.span, at: Int(cell.changes))
        default: return nil
        }
    }

    /// Bytes behind their length of four bytes.
    private static func block(_ bytes: Span<UInt8>, at offset: Int) throws(ValueError) -> Range<Int> {
        let start = offset + 4
        let count = Int(try bytes.number(4, at: offset))
        guard count <= bytes.count - start else { throw .mismatchedCell }
        return start..<start + count
    }

    /// Appends the document's text. `emptying`: see ``ImageJSON``.
    func append(
        in batch: RowBatch, to output: inout [UInt8], emptying: ((inout [UInt8]) -> Void)? = nil
    ) throws(ValueError) {
        let bytes = batch.bytes.span
        if let changes {
            try BinaryJSONText.append(bytes, document: document, changedBy: changes, to: &output, emptying: emptying)
        } else {
            try BinaryJSONText.append(bytes.extracting(document), to: &output, emptying: emptying)
        }
    }
}

extension RowBatch {
    /// How many bytes a cell names, 0 if it names none.
    package func byteCount(of cell: Cell) -> Int {
        if let bytes = bytes(of: cell) { return bytes.count }
        guard let stored = try? StoredJSON(cell, in: self) else { return 0 }
        return stored.document.count + (stored.changes?.count ?? 0)
    }
}

extension BinaryJSONText {
    /// Throws what ``append(_:to:emptying:)`` throws. Keeps none of the text.
    package static func check(_ document: Span<UInt8>) throws(ValueError) {
        var text: [UInt8] = []
        try append(document, to: &text) { $0.removeAll(keepingCapacity: true) }
    }

    /// Throws what ``append(_:document:changedBy:to:emptying:)`` throws. Keeps none of the text.
    package static func check(
        _ bytes: Span<UInt8>, document: Range<Int>, changedBy diffs: Range<Int>
    ) throws(ValueError) {
        var text: [UInt8] = []
        try append(bytes, document: document, changedBy: diffs, to: &text) { $0.removeAll(keepingCapacity: true) }
    }
}
