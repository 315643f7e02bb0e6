/// The one renderer of values: the text that `tail`, Redis and text protocols show, and that databases compare.
/// It writes straight into the caller's buffer. Where it throws, the buffer may hold part of the value: the caller
/// cuts it back, or drops it.
public enum ValueText {
    /// Appends the canonical text of `cell`, a value of a column of `type` in `batch`. Binary values are their raw
    /// bytes, BINARY(n) filled up to n; a geometry is its SRID (4 bytes, little endian) and WKB, as the server keeps it.
    ///
    /// NULL and absent values have no text: what stands for them is the caller's business (``ValueError/noValue``).
    public static func append(
        _ cell: Cell, of type: ColumnType, in batch: RowBatch, to output: inout [UInt8]
    ) throws(ValueError) {
        switch (type, cell) {
        case (_, .null), (_, .absent): throw .noValue
        case (.enumeration(let labels), .uint(let index)):
            try LabelText.append(index: index, labels: labels, to: &output)
        case (.set(let labels), .uint(let bits)):
            try LabelText.append(bits: bits, labels: labels, to: &output)
        default:
            if let format = ShortFormat(type) {
                try output.write(upTo: ShortFormat.byteCount) { (text) throws(ValueError) in
                    try text.append(cell, as: format, in: batch)
                }
                return
            }
            guard let bytes = batch.bytes(of: cell) else {
                return try appendStored(cell, of: type, in: batch, to: &output)
            }
            try append(bytes, of: type, to: &output)
        }
    }

    /// Appends the text of a JSON document that is still binary.
    static func appendStored(
        _ cell: Cell, of type: ColumnType, in batch: RowBatch, to output: inout [UInt8]
    ) throws(ValueError) {
        guard case .json = type, let document = try StoredJSON(cell, in: batch) else { throw .mismatchedCell }
        try document.append(in: batch, to: &output)
    }

    /// Appends the text of a type whose values are bytes, and any.
    static func append(
        _ bytes: Span<UInt8>, of type: ColumnType, to output: inout [UInt8]
    ) throws(ValueError) {
        switch type {
        case .text(let collation): try CharsetText.append(bytes, in: collation, to: &output)
        case .blob: output.append(bytes)
        case .binary(let length):
            let missing = Int(length) - bytes.count
            guard missing >= 0 else { throw .wrongLength(expected: Int(length), actual: bytes.count) }
            output.append(bytes)
            for _ in 0..<missing { output.append(0) }
        case .json:
            try CharsetText.checkUTF8(bytes)
            output.append(bytes)
        case .vector: try VectorText.append(bytes, to: &output)
        case .geometry:
            // Empty: what MariaDB stores for a missing NOT NULL geometry outside strict mode.
            guard bytes.isEmpty || bytes.count >= 4 else { throw .malformedGeometry }
            output.append(bytes)
        default: throw .mismatchedCell
        }
    }
}
