internal import Rows

/// PARTIAL_UPDATE_ROWS: after images in which a JSON document may be what changed in it. The row's before image has the
/// document that it changed.
extension RowDecoder {
    /// A document of a before image.
    struct StoredDocument {
        var column: Int
        /// Its bytes, in the event.
        var range: Range<Int>
        /// Its text.
        var cell: Cell
    }

    /// What stands in front of an after image (`Update_rows_log_event` in sql/log_event.cc): options, and if these say so,
    /// a bit for each JSON column of the table, in the image or not: 1 means changes, 0 a document.
    mutating func readPartialBits(
        _ body: inout ByteCursor, _ formats: Span<ColumnFormat>
    ) throws(DecodeError) {
        let start = body.offset
        (partialColumn, partialOrdinal, documentIndex) = (0, 0, 0)
        switch try body.readPacked() {
        case 0: partialBits = nil
        case 1:
            var count = 0
            for index in formats.indices where formats[index].isJSON { count += 1 }
            partialBits = try body.skip((count + 7) / 8)
        default: throw .invalid(.valueOptions, at: start)
        }
    }

    /// Whether what the image has of a JSON column is changes. `bits`: see ``readPartialBits(_:_:)``. Asked for columns in
    /// their order.
    mutating func isPartial(
        _ column: Int, _ bits: Int, _ formats: Span<ColumnFormat>, _ cursor: borrowing ByteCursor
    ) -> Bool {
        while partialColumn < column {
            if formats[partialColumn].isJSON { partialOrdinal += 1 }
            partialColumn += 1
        }
        return cursor.load(UInt8.self, at: bits + partialOrdinal / 8) & 1 << UInt8(partialOrdinal % 8) != 0
    }

    /// The document of a column in the before image. Asked for columns in their order, which is that of the documents.
    private mutating func document(of column: Int) -> StoredDocument? {
        while documentIndex < documents.count, documents[documentIndex].column < column { documentIndex += 1 }
        guard documentIndex < documents.count, documents[documentIndex].column == column else { return nil }
        return documents[documentIndex]
    }

    /// The before image's document with the changes made that `cursor` stands at: as text, or, if large, perhaps still as
    /// it is logged.
    mutating func readDiffs(
        _ cursor: inout ByteCursor, _ lengthBytes: UInt8, _ column: Int, origin: Int
    ) throws(DecodeError) -> Cell {
        let diffs = try cursor.block(try cursor.readLength(lengthBytes))
        guard let document = document(of: column) else { throw .unsupported(.partialJSON) }
        if diffs.remaining == 0 { return document.cell }
        let bytes = Span<UInt8>(_bytes: cursor.bytes)
        let changes = diffs.offset..<diffs.end
        let first = inflated.count
        let staysBinary = staysBinary(document.range.count + changes.count, lengthBytes)
        do throws(ValueError) {
            if staysBinary {
                try BinaryJSONText.check(bytes, document: document.range, changedBy: changes)
            } else {
                try BinaryJSONText.append(bytes, document: document.range, changedBy: changes, to: &inflated)
            }
        } catch {
            throw .invalid(.jsonDiff, at: diffs.offset)
        }
        guard staysBinary else { return try inflatedCell(from: first, cursor, origin: origin, .json) }
        return .changedJSON(
            ChangedJSON(
                document: UInt32(document.range.lowerBound - 4 - origin),
                changes: UInt32(changes.lowerBound - 4 - origin)))
    }
}

extension ColumnFormat {
    fileprivate var isJSON: Bool {
        if case .json = self { true } else { false }
    }
}
