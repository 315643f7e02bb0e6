/// Which columns the images of a rows event hold: all of them with `binlog_row_image` FULL.
struct RowImage {
    let isFull: Bool
    let presentCount: Int
    /// By column; empty where the image is full.
    private let present: ContiguousArray<Bool>

    /// `offset` is that of the bitmap, which lies within the event (``RowsEvent`` has passed over it).
    init(_ offset: Int, columnCount: Int, in event: borrowing ByteCursor) {
        var present: ContiguousArray<Bool> = []
        isFull = Self.isFull(offset, columnCount, event)
        if isFull {
            presentCount = columnCount
        } else {
            present.reserveCapacity(columnCount)
            for index in 0..<columnCount {
                let bits = event.load(UInt8.self, at: offset + index / 8)
                present.append(bits & (1 << UInt8(index % 8)) != 0)
            }
            presentCount = present.count { $0 }
        }
        self.present = present
    }

    func isPresent(_ column: Int) -> Bool { isFull || present[column] }

    private static func isFull(_ offset: Int, _ columnCount: Int, _ event: borrowing ByteCursor) -> Bool {
        for index in 0..<columnCount / 8 where event.load(UInt8.self, at: offset + index) != 0xFF { return false }
        let mask = UInt8(1) << UInt8(columnCount % 8) - 1
        return mask == 0 || event.load(UInt8.self, at: offset + columnCount / 8) & mask == mask
    }
}
