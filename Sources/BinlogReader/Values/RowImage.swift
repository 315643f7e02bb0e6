/// Which columns the images of a rows event hold: all of them with `binlog_row_image` FULL.
struct RowImage {
    let isFull: Bool
    let presentCount: Int
    /// By column; empty where the image is full.
    private let present: ContiguousArray<Bool>

    /// `offset` is that of the bitmap, which lies within the event (``RowsEvent`` has passed over it).
    init(_ offset: Int, columnCount: Int, in event: borrowing ByteCursor) {
        var count = 0
        for index in 0..<columnCount where Self.bit(index, at: offset, in: event) { count += 1 }
        presentCount = count
        isFull = count == columnCount
        var present: ContiguousArray<Bool> = []
        if !isFull {
            present.reserveCapacity(columnCount)
            for index in 0..<columnCount { present.append(Self.bit(index, at: offset, in: event)) }
        }
        self.present = present
    }

    func isPresent(_ column: Int) -> Bool { isFull || present[column] }

    @inline(__always)
    private static func bit(_ index: Int, at offset: Int, in event: borrowing ByteCursor) -> Bool {
        event.load(UInt8.self, at: offset + index / 8) & (1 << UInt8(index % 8)) != 0
    }
}
