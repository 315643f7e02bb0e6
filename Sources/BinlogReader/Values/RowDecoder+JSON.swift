internal import Rows

/// MySQL's JSON, which is binary in the log.
extension RowDecoder {
    /// It becomes text, which sinks and mappings take as they take MariaDB's. A large document may stay as it is: then it
    /// is only looked through here, so that what is wrong in it is told here in either case.
    mutating func readJSON(
        _ cursor: inout ByteCursor, _ lengthBytes: UInt8, _ column: Int, origin: Int
    ) throws(DecodeError) -> Cell {
        let document = try cursor.block(try cursor.readLength(lengthBytes))
        let first = inflated.count
        let staysBinary = staysBinary(document.remaining, lengthBytes)
        do throws(ValueError) {
            if staysBinary {
                try BinaryJSONText.check(document.span)
            } else {
                try BinaryJSONText.append(document.span, to: &inflated)
            }
        } catch {
            throw .invalid(.json, at: document.offset)
        }
        let cell: Cell =
            staysBinary
            ? .binaryJSON(ByteRange(start: UInt32(document.offset - origin), count: UInt32(document.remaining)))
            : try inflatedCell(from: first, cursor, origin: origin, .json)
        if keepsDocuments {
            documents.append(StoredDocument(column: column, range: document.offset..<document.end, cell: cell))
        }
        return cell
    }

    /// ``ChangedJSON`` counts on lengths of four bytes, which all JSON columns have.
    func staysBinary(_ byteCount: Int, _ lengthBytes: UInt8) -> Bool {
        byteCount >= Self.largeByteCount && keepsLargeJSON && lengthBytes == 4
    }
}
