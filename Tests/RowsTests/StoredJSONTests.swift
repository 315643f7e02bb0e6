import Testing

@testable import Rows

/// Large documents that a batch has as MySQL logs them print in pieces, and the pieces are the whole text.
@Suite struct StoredJSONTests {
    /// A large array (`JSONB_TYPE_LARGE_ARRAY`) of values, each its type and its bytes, or, with no bytes, 16 bits inlined.
    private static func array(_ values: [(type: UInt8, bytes: [UInt8])]) -> [UInt8] {
        func number(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
        var (entries, rest): ([UInt8], [UInt8]) = ([], [])
        for value in values {
            let isInlined = value.bytes.isEmpty
            entries += [value.type] + number(isInlined ? 12_345 : 8 + 5 * values.count + rest.count)
            rest += value.bytes
        }
        return [3] + number(values.count) + number(8 + entries.count + rest.count) + entries + rest
    }

    /// The length in front of a string: 7 bits a byte.
    private static func counted(_ bytes: [UInt8]) -> [UInt8] {
        let count = bytes.count
        return (0..<4).map { UInt8(truncatingIfNeeded: count >> (7 * $0)) & 0x7F | 0x80 } + [UInt8(count >> 28)] + bytes
    }

    /// A string with escapes, 100,000 numbers, an opaque value.
    private static let document: [UInt8] = {
        let text = [UInt8](repeating: 0, count: 50_000).indices.flatMap { _ in Array("grün \"\n".utf8) }
        let opaque = [UInt8](repeating: 0xA5, count: 300_000)
        return array(
            [(0x0C, counted(text)), (0x0F, [252] + counted(opaque))]
                + [(UInt8, [UInt8])](
                    repeating: (0x05, []), count: 100_000))
    }()
    /// Removes the number behind the opaque value, and puts another before the string.
    private static let changes: [UInt8] = [2, 4] + Array("$[2]".utf8) + [1, 4] + Array("$[0]".utf8) + [3, 5, 7, 0]

    private static func block(_ bytes: [UInt8]) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: bytes.count >> (8 * $0)) } + bytes
    }

    private func batch(_ bytes: [UInt8], _ cell: Cell) -> RowBatch {
        let table = Table(
            database: "d", name: "t", columns: [Column(name: "j", type: .json, isNullable: true)], primaryKey: [])
        let position = BinlogPosition(file: "binlog.000001", offset: 4)
        var batch = RowBatch(table: table, origin: Origin(position: position, gtid: nil, commitMicroseconds: 0))
        batch.bytes = bytes
        batch.cells = [cell]
        return batch
    }

    /// The image in pieces, the largest of them, and the image as a whole.
    private func print(_ batch: RowBatch) throws -> (pieces: [UInt8], largest: Int, whole: [UInt8]) {
        var (taken, output, largest, whole): ([UInt8], [UInt8], Int, [UInt8]) = ([], [], 0, [])
        try ImageJSON(batch.table).append(imageAt: 0, of: batch, to: &output) { piece in
            largest = max(largest, piece.count)
            taken += piece
            piece.removeAll()
        }
        try ImageJSON(batch.table).append(imageAt: 0, of: batch, to: &whole)
        return (taken + output, largest, whole)
    }

    private func expect(_ batch: RowBatch, printsAs text: [UInt8]) throws {
        let printed = try print(batch)
        #expect(printed.pieces == Array("{\"j\":".utf8) + text + Array("}".utf8))
        #expect(printed.whole == printed.pieces)
        #expect(printed.largest < 512 << 10)
    }

    @Test func `a binary document prints as its text does`() throws {
        var text: [UInt8] = []
        try BinaryJSONText.append(Self.document.span, to: &text)
        #expect(text.starts(with: Array(#"["grün \"\ngrün "#.utf8)) && text.count > 1_500_000)
        let isValid = JSONSyntax.isValid(text.span)
        #expect(isValid)
        let range = ByteRange(start: 3, count: UInt32(Self.document.count))
        try expect(batch([1, 2, 3] + Self.document + [4], .binaryJSON(range)), printsAs: text)
    }

    @Test func `a binary document prints with what changed in it`() throws {
        let bytes = [1, 2, 3] + Self.block(Self.document) + [4] + Self.block(Self.changes) + [5]
        let second = 3 + 4 + Self.document.count + 1
        var text: [UInt8] = []
        try BinaryJSONText.append(
            bytes.span, document: 7..<second - 1, changedBy: second + 4..<bytes.count - 1, to: &text)
        #expect(text.starts(with: Array(#"[7, "grün \"\n"#.utf8)))
        let cell = Cell.changedJSON(ChangedJSON(document: 3, changes: UInt32(second)))
        try expect(batch(bytes, cell), printsAs: text)
        #expect(batch(bytes, cell).byteCount(of: cell) == Self.document.count + Self.changes.count)
    }

    @Test(arguments: [
        Cell.binaryJSON(ByteRange(start: 3, count: .max)), .binaryJSON(ByteRange(start: .max, count: 1)),
        .changedJSON(ChangedJSON(document: .max, changes: 0)), .changedJSON(ChangedJSON(document: 0, changes: 1)),
    ])
    func `a cell that names what is not there is an error`(cell: Cell) {
        #expect(throws: ImageError.self) { try print(batch([1, 0, 0, 0, 4], cell)) }
    }
}
