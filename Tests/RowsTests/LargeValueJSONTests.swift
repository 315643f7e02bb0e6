import Testing

@testable import Rows

/// Large values print in pieces, and the pieces are what the whole would be.
@Suite struct LargeValueJSONTests {
    private static let count = LargeValueJSON.byteCount + 7

    /// Bytes that repeat in no step of a piece's size.
    private static func repeated(_ text: String) -> [UInt8] {
        let unit = Array(text.utf8)
        return (0..<count / unit.count + 1).flatMap { _ in unit }
    }

    private static let values: [(ColumnType, [UInt8])] = [
        (.blob, (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }),
        (.blob, [UInt8](repeating: 0, count: count + 1)),
        (.text(.utf8mb4), repeated("grün \"q\" \n\u{1}\\ 😀 plain text ")),
        (.text(.unknown), repeated("é, ")),
        (.text(.unknown), repeated("é, ") + [0xFF]),
        (.json, Array("[".utf8) + repeated("{\"a\":\n 1.5},") + Array("null]".utf8)),
        (.json, repeated("{\"no\": json} ")),
        (.text(Collation(id: 8)), repeated("latin1: ") + [0xE9]),
    ]

    @Test(arguments: values.indices)
    func `pieces are together what the whole is`(index: Int) throws {
        let (type, bytes) = Self.values[index]
        let columns = ["a", "b"].map { Column(name: $0, type: type, isNullable: true) }
        let table = Table(database: "d", name: "t", columns: columns, primaryKey: [])
        let position = BinlogPosition(file: "binlog.000001", offset: 4)
        var batch = RowBatch(table: table, origin: Origin(position: position, gtid: nil, commitMicroseconds: 0))
        batch.bytes = [0x22] + bytes
        let cell = Cell.bytes(ByteRange(start: 1, count: UInt32(bytes.count)))
        batch.cells = [cell, cell]
        var whole: [UInt8] = []
        try ImageJSON(table).append(imageAt: 0, of: batch, to: &whole)
        var (taken, output, largest): ([UInt8], [UInt8], Int) = ([], [], 0)
        try ImageJSON(table).append(imageAt: 0, of: batch, to: &output) { piece in
            largest = max(largest, piece.count)
            taken += piece
            piece.removeAll()
        }
        #expect(taken + output == whole)
        if type != .text(Collation(id: 8)) { #expect(largest < 512 << 10) }
    }

    @Test func `text that is not UTF-8 is refused before any of it is there`() throws {
        var output: [UInt8] = []
        var calls = 0
        let bytes = [UInt8](repeating: 0x41, count: Self.count) + [0xFF]
        #expect(throws: ValueError.self) {
            try LargeValueJSON.append(bytes.span, of: .text(.utf8mb4), to: &output) { _ in calls += 1 }
        }
        #expect(output.isEmpty && calls == 0)
    }
}
