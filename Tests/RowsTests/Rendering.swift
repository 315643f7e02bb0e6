import Rows

/// A cell in a batch, with the bytes it names: what the renderer is given.
struct Sample {
    var cell: Cell
    var bytes: [UInt8] = []

    static func int(_ value: Int64) -> Sample { Sample(cell: .int(value)) }
    static func uint(_ value: UInt64) -> Sample { Sample(cell: .uint(value)) }
    static func bytes(_ bytes: [UInt8]) -> Sample {
        // Something before and after it, which must not show.
        let range = ByteRange(start: 2, count: UInt32(bytes.count))
        return Sample(cell: .bytes(range), bytes: [0x7B, 0x22] + bytes + [0x22])
    }
    static func text(_ text: String) -> Sample { bytes(Array(text.utf8)) }

    func plain(_ type: ColumnType) throws(ValueError) -> [UInt8] {
        var output: [UInt8] = []
        try ValueText.append(cell, of: type, in: batch(type), to: &output)
        return output
    }

    func json(_ type: ColumnType) throws(ValueError) -> [UInt8] {
        var output: [UInt8] = []
        try ValueText.appendJSON(cell, of: type, in: batch(type), to: &output)
        return output
    }

    private func batch(_ type: ColumnType) -> RowBatch {
        let table = Table(
            database: "d", name: "t", columns: [Column(name: "c", type: type, isNullable: true)], primaryKey: [])
        let position = BinlogPosition(file: "binlog.000001", offset: 4)
        var batch = RowBatch(table: table, origin: Origin(position: position, gtid: nil, commitMicroseconds: 0))
        batch.bytes = bytes
        return batch
    }
}

/// Plain text of a value, as a String to compare with.
func plain(_ sample: Sample, _ type: ColumnType) throws -> String {
    let bytes = try sample.plain(type)
    return String(validating: bytes, as: UTF8.self) ?? "not UTF-8: \(bytes)"
}

/// JSON of a value, as a String to compare with.
func json(_ sample: Sample, _ type: ColumnType) throws -> String {
    let bytes = try sample.json(type)
    return String(validating: bytes, as: UTF8.self) ?? "not UTF-8: \(bytes)"
}

/// The bytes that `text` writes in hexadecimal.
func hex(_ text: String) -> [UInt8] {
    let digits = text.utf8.compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
    return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}
