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
        (.geometry, [1, 0, 0, 0] + [UInt8](repeating: 0xA5, count: count)),
        (.text(Collation(id: 8)), Array(repeatElement([0xE9, 0x22, 0x41], count: count / 3 + 1).joined())),
        (.text(Collation(id: 11)), repeated("plain ASCII\n")),
        // ucs2, utf16, utf16le and utf32, whose pieces end inside a character: 😀 behind an odd number of two bytes.
        (.text(Collation(id: 35)), [0, 0x22] + Array(repeatElement([0x30, 0x42], count: count / 2 + 1).joined())),
        (
            .text(Collation(id: 54)),
            [0, 0x22] + Array(repeatElement([0xD8, 0x3D, 0xDE, 0x00], count: count / 4 + 1).joined())
        ),
        (
            .text(Collation(id: 56)),
            [0x22, 0] + Array(repeatElement([0x3D, 0xD8, 0x00, 0xDE], count: count / 4 + 1).joined())
        ),
        (.text(Collation(id: 60)), Array(repeatElement([0, 1, 0xF6, 0], count: count / 4 + 1).joined())),
        // Of two, three and four bytes a character (sjis, eucjpms, gb18030).
        (.text(Collation(id: 13)), [0x41] + Array(repeatElement([0x82, 0xA0], count: count / 2 + 1).joined())),
        (.text(Collation(id: 97)), [0x41] + Array(repeatElement([0x8F, 0xB0, 0xA1], count: count / 3 + 1).joined())),
        (
            .text(Collation(id: 248)),
            [0x41] + Array(repeatElement([0x95, 0x32, 0x82, 0x36], count: count / 4 + 1).joined())
        ),
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
        #expect(largest < 512 << 10)
    }

    @Test(arguments: [11, 35, 54, 13, 248])
    func `a byte that does not convert is told as that of the whole`(collation: UInt16) {
        let type = ColumnType.text(Collation(id: collation))
        let plain: [UInt8] = [11, 13, 248].contains(collation) ? [0x41, 0x42] : [0, 0x41]
        let bytes = Array(repeatElement(plain, count: Self.count).joined()) + [0xDC, 0xFF, 0xFF]
        func error(_ append: (inout [UInt8]) throws(ValueError) -> Void) -> ValueError? {
            var output: [UInt8] = []
            do throws(ValueError) { try append(&output) } catch { return error }
            return nil
        }
        let whole = error { (output) throws(ValueError) in try ValueText.append(bytes.span, of: type, to: &output) }
        let pieces = error { (output) throws(ValueError) in
            _ = try LargeValueJSON.append(bytes.span, of: type, to: &output) { $0.removeAll() }
        }
        guard case .invalidBytes(_, let offset)? = pieces, offset >= 2 * Self.count else {
            Issue.record("\(String(describing: pieces))")
            return
        }
        #expect(pieces == whole)
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
