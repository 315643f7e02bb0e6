internal import Rows

/// What a rows event says before its rows (`Rows_log_event`): version 1 (MariaDB, MySQL 5.1 to 5.5) and 2 (MySQL).
struct RowsEvent {
    var operation: Operation
    var tableID: UInt64
    /// The last of its statement: table ids end with it (STMT_END_F).
    var endsStatement: Bool
    var columnCount: Int
    /// Which columns the images hold: offsets of bitmaps, lowest bit first, of `columnCount` bits.
    var beforeBitmap: Int
    var afterBitmap: Int
    var isCompressed: Bool
    /// MySQL's PARTIAL_UPDATE_ROWS: after images may have only what changed in JSON documents.
    var isPartial: Bool

    /// The id of an event that only ends a statement (`Rows_log_event::do_apply_event`).
    static let dummyTableID: UInt64 = 0x00FF_FFFF

    /// `body` stands right after the common header, and ends before the checksum; it is left at the first row.
    init(
        from body: inout ByteCursor, operation: Operation, isCompressed: Bool, isPartial: Bool,
        postHeaderLength: Int
    ) throws(DecodeError) {
        self.operation = operation
        self.isCompressed = isCompressed
        self.isPartial = isPartial
        let start = body.offset
        guard [6, 8, 10].contains(postHeaderLength) else { throw .invalid(.postHeaderLength, at: start) }
        tableID = try body.readUInt(byteCount: postHeaderLength == 6 ? 4 : 6)
        endsStatement = try body.read(UInt16.self) & 1 != 0
        if postHeaderLength == 10 {
            // Version 2: extra data, whose length counts itself.
            let lengthOffset = body.offset
            let length = Int(try body.read(UInt16.self))
            guard length >= 2 else { throw .invalid(.extraDataLength, at: lengthOffset) }
            try body.skip(length - 2)
        }
        let countOffset = body.offset
        let count = try body.readPacked()
        // Both bitmaps have a byte for each 8 columns, so a count beyond the event fails here.
        guard count > 0, count <= UInt64(body.remaining) * 8 else { throw .invalid(.columnCount, at: countOffset) }
        columnCount = Int(count)
        let bitmapLength = (columnCount + 7) / 8
        beforeBitmap = try body.skip(bitmapLength)
        afterBitmap = operation == .update ? try body.skip(bitmapLength) : beforeBitmap
    }

    /// How many bytes its rows take where they are not compressed: no fewer than there are rows, so 1 for the one row that
    /// has none (``RowDecoder``). What a compressed event says of that is checked where it is inflated.
    /// - Parameter body: at the first row.
    func byteCount(ofRowsIn body: ByteCursor) throws(DecodeError) -> UInt64 {
        isCompressed ? try Inflater.eventLength(body) : UInt64(max(1, body.remaining))
    }
}
