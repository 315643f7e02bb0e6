internal import Rows

/// Which columns the images of a rows event hold: all of them with `binlog_row_image` FULL.
struct RowImage: BitwiseCopyable {
    let isFull: Bool
    let presentCount: Int
    /// Of the bitmap in the event, lowest bit first.
    private let bitmap: Int

    /// `offset` is that of the bitmap, which lies within the event (``RowsEvent`` has passed over it).
    init(_ offset: Int, columnCount: Int, in event: borrowing ByteCursor) {
        bitmap = offset
        isFull = Self.isFull(offset, columnCount, event)
        var count = columnCount
        if !isFull {
            count = 0
            for index in 0..<columnCount where Self.isSet(index, offset, event) { count += 1 }
        }
        presentCount = count
    }

    /// `event`: the one that it was made of, and `column` less than its `columnCount`.
    func isPresent(_ column: Int, in event: borrowing ByteCursor) -> Bool {
        isFull || Self.isSet(column, bitmap, event)
    }

    private static func isSet(_ index: Int, _ offset: Int, _ event: borrowing ByteCursor) -> Bool {
        event.load(UInt8.self, at: offset + index / 8) & (1 << UInt8(index % 8)) != 0
    }

    private static func isFull(_ offset: Int, _ columnCount: Int, _ event: borrowing ByteCursor) -> Bool {
        for index in 0..<columnCount / 8 where event.load(UInt8.self, at: offset + index) != 0xFF { return false }
        let mask = UInt8(1) << UInt8(columnCount % 8) - 1
        return mask == 0 || event.load(UInt8.self, at: offset + columnCount / 8) & mask == mask
    }
}
