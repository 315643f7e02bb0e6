internal import Rows

/// Decodes the rows of rows events to cells. Keeps its memory from event to event; confined to one thread.
struct RowDecoder: ~Copyable {
    private var cells = Scratch<Cell>(capacity: 4096)
    private var rows = Scratch<Row>(capacity: 512)
    private let inflater: Inflater
    /// What batches are made of.
    var spares = SpareBatches()
    /// What compressed columns of the event hold, and the text of its JSON; goes behind its bytes in the batch.
    var inflated: [UInt8] = []
    /// The JSON documents of the before image under way, of an event that may have what changed in them.
    var documents: [StoredDocument] = []
    var keepsDocuments = false
    /// Where the bits lie that say so, of the after image under way.
    var partialBits: Int?
    /// How far the image under way was looked through: a column, how many JSON columns come before it, and which of
    /// `documents` is next.
    var partialColumn = 0
    var partialOrdinal = 0
    var documentIndex = 0
    /// Index of the column that was being read when an error was thrown; nil if none was.
    private var failedColumn: Int?
    /// ``TableLayout/hasOldTemporal`` of the event's table.
    private var checksWidths = false
    /// ``Row/index`` of the event's first row.
    private var firstIndex = 0

    /// Above this many cells, what an event took is given back at the next one.
    private static let keptCells = 1 << 20
    /// A batch with this many cells, or bytes of decompressed values and JSON, is handed out, and the rest of the event
    /// comes in another one. Rows can be far larger so than they are in the event: one of a single byte, with a column that
    /// is NULL, has cells for all columns of its table.
    static let partCells = 1 << 19
    static let partBytes = 8 << 20

    /// Rows of this many bytes are moved to their batch, and not copied, where they may be.
    static let largeByteCount = 1 << 20
    let movesLargeEvents: Bool
    /// ``ReaderOptions/keepsLargeJSON``
    let keepsLargeJSON: Bool

    init(inflater: Inflater, movesLargeEvents: Bool, keepsLargeJSON: Bool) {
        self.inflater = inflater
        self.movesLargeEvents = movesLargeEvents
        self.keepsLargeJSON = keepsLargeJSON
    }

    /// Decodes the rows of `event` from `body` on, to its end or to where the batch is large enough (``partCells``, ``partBytes``).
    /// `bitmaps` is the event itself, which `body` is not where the rows were compressed: then `owner` is what `body` reads.
    /// `firstIndex`: of the first row.
    mutating func decode(
        _ body: inout ByteCursor, of event: RowsEvent, bitmaps: borrowing ByteCursor, layout: TableLayout,
        origin: Origin, firstIndex: Int, owner: [UInt8] = []
    ) throws(TableFault) -> RowBatch {
        cells.clear(keeping: Self.keptCells)
        rows.clear(keeping: Self.keptCells)
        inflated.removeAll(keepingCapacity: inflated.capacity <= 2 * Self.partBytes)
        failedColumn = nil
        keepsDocuments = false
        partialBits = nil
        checksWidths = layout.hasOldTemporal
        self.firstIndex = firstIndex
        let start = body.offset
        let formats = layout.formats
        do throws(DecodeError) {
            guard event.columnCount == layout.formats.count else {
                throw .invalid(.columnCount, at: event.beforeBitmap)
            }
            let before = RowImage(event.beforeBitmap, columnCount: event.columnCount, in: bitmaps)
            let after =
                event.afterBitmap == event.beforeBitmap
                ? before : RowImage(event.afterBitmap, columnCount: event.columnCount, in: bitmaps)
            // A row without a column has no bytes, so nothing tells how many there are. An insert of nothing but defaults is
            // alone in its event (`binlog_row_image=MINIMAL`).
            let isAlone = event.operation == .insert && before.presentCount == 0 && body.remaining == 0
            guard isAlone || before.presentCount > 0, isAlone || !event.isPartial || after.presentCount > 0 else {
                throw .invalid(.bitmap, at: event.beforeBitmap)
            }
            while body.remaining > 0 || isAlone && rows.count == 0,
                cells.count < Self.partCells, inflated.count < Self.partBytes
            {
                if event.isPartial {
                    try decodePartialRow(&body, before: before, after: after, bitmaps, formats.span, origin: start)
                    continue
                }
                try decodeRow(
                    &body, event.operation, before: before, after: after, bitmaps, formats.span, origin: start)
            }
        } catch {
            throw fault(error, layout)
        }
        var batch = spares.take(for: layout.table, origin)
        cells.copy(to: &batch.cells)
        rows.copy(to: &batch.rows)
        batch.bytes.removeAll(keepingCapacity: true)
        if layout.needsBytes { setBytes(of: &batch, body, from: start, owner) }
        return batch
    }

    private func fault(_ error: DecodeError, _ layout: TableLayout) -> TableFault {
        if layout.hasOldTemporal { return TableFault(cause: .unsupported(.oldTemporal), column: nil) }
        let columns = layout.table.columns
        return TableFault(
            cause: error, column: failedColumn.flatMap { columns.indices.contains($0) ? columns[$0].name : nil })
    }

    @inline(__always)
    private mutating func decodeRow(
        _ body: inout ByteCursor, _ operation: Operation, before: RowImage, after: RowImage,
        _ bitmaps: borrowing ByteCursor, _ formats: Span<ColumnFormat>, origin: Int
    ) throws(DecodeError) {
        guard let index = UInt32(exactly: firstIndex + rows.count), cells.count < Int(Int32.max) - 2 * formats.count
        else {
            throw .invalid(.columnCount, at: body.offset)
        }
        var row = Row(operation: operation, before: -1, after: -1, index: index)
        if operation != .insert {
            row.before = Int32(truncatingIfNeeded: cells.count)
            try decodeImage(&body, before, bitmaps, formats, origin: origin)
        }
        if operation != .delete {
            row.after = Int32(truncatingIfNeeded: cells.count)
            try decodeImage(&body, after, bitmaps, formats, origin: origin)
        }
        rows.append(row)
    }

    /// Decodes an update whose after image may have only what changed in JSON documents.
    private mutating func decodePartialRow(
        _ body: inout ByteCursor, before: RowImage, after: RowImage, _ bitmaps: borrowing ByteCursor,
        _ formats: Span<ColumnFormat>, origin: Int
    ) throws(DecodeError) {
        guard let index = UInt32(exactly: firstIndex + rows.count), cells.count < Int(Int32.max) - 2 * formats.count
        else { throw .invalid(.columnCount, at: body.offset) }
        var row = Row(operation: .update, before: Int32(cells.count), after: -1, index: index)
        documents.removeAll(keepingCapacity: true)
        keepsDocuments = true
        try decodeImage(&body, before, bitmaps, formats, origin: origin)
        keepsDocuments = false
        try readPartialBits(&body, formats)
        row.after = Int32(cells.count)
        try decodeImage(&body, after, bitmaps, formats, origin: origin)
        partialBits = nil
        rows.append(row)
    }

    /// Decodes one image: a bitmap of NULLs, with a bit for each column that is present, then the others' values.
    private mutating func decodeImage(
        _ body: inout ByteCursor, _ image: RowImage, _ bitmaps: borrowing ByteCursor, _ formats: Span<ColumnFormat>,
        origin: Int
    ) throws(DecodeError) {
        var cursor = body
        let nulls = try cursor.skip((image.presentCount &+ 7) &>> 3)
        cells.reserve(formats.count)
        // SAFETY: there is room for a cell for each column, and each iteration writes one at most.
        var cell = cells.base + cells.count
        var bit = 0
        var column = 0
        do throws(DecodeError) {
            while column < formats.count {
                let format = formats[column]
                if !image.isFull && !image.isPresent(column, in: bitmaps) {
                    if !format.isHidden {
                        cell.pointee = .absent
                        cell += 1
                    }
                    column &+= 1
                    continue
                }
                let isNull = cursor.load(UInt8.self, at: nulls &+ bit &>> 3) &>> UInt8(truncatingIfNeeded: bit & 7) & 1
                bit &+= 1
                if isNull != 0 {
                    cell.pointee = .null
                } else {
                    switch format {
                    case .compressed(let lengthBytes):
                        cell.pointee = try readCompressed(&cursor, lengthBytes, origin: origin)
                    case .json(let lengthBytes):
                        if let partialBits, isPartial(column, partialBits, formats, cursor) {
                            cell.pointee = try readDiffs(&cursor, lengthBytes, column, origin: origin)
                        } else {
                            cell.pointee = try readJSON(&cursor, lengthBytes, column, origin: origin)
                        }
                    case .hidden: try cursor.skip(8)
                    default: cell.pointee = try cursor.readValue(format, origin: origin)
                    }
                }
                if !format.isHidden { cell += 1 }
                column &+= 1
            }
        } catch {
            failedColumn = column
            throw error
        }
        cells.count = cell - cells.base
        if checksWidths { try checkWidths(cursor, nulls: nulls, count: image.presentCount) }
        body = cursor
    }

    /// A compressed value goes behind the event's bytes, decompressed.
    private mutating func readCompressed(
        _ cursor: inout ByteCursor, _ lengthBytes: UInt8, origin: Int
    ) throws(DecodeError) -> Cell {
        var value = try cursor.block(try cursor.readLength(lengthBytes))
        let first = inflated.count
        try inflater.inflateColumn(&value, appendingTo: &inflated, sparing: cursor.end - origin)
        return try inflatedCell(from: first, cursor, origin: origin, .compression)
    }

    /// The cell of what was put behind `inflated` since it had `first` bytes.
    func inflatedCell(
        from first: Int, _ cursor: borrowing ByteCursor, origin: Int, _ field: DecodeError.Field
    ) throws(DecodeError) -> Cell {
        guard let start = UInt32(exactly: cursor.end - origin + first), UInt32(exactly: inflated.count) != nil else {
            throw .invalid(field, at: cursor.offset)
        }
        return .bytes(ByteRange(start: start, count: UInt32(inflated.count - first)))
    }

    /// Where the log leaves open how wide a value is (``TableLayout/hasOldTemporal``), rows that are read with the wrong
    /// width give themselves away: by their end, by impossible values, and by the spare bits of the NULL bitmap, which
    /// servers set (`pack_row` in rpl_record.cc). Without spare bits only an event of one row is sure.
    private func checkWidths(_ cursor: borrowing ByteCursor, nulls: Int, count: Int) throws(DecodeError) {
        let spare = count & 7
        let isSure =
            spare == 0
            ? rows.count == 0
            : cursor.load(UInt8.self, at: nulls + count / 8) | (1 << UInt8(spare) - 1) == 0xFF
        guard isSure else { throw .unsupported(.oldTemporal) }
    }
}
