// DecodeCells [--no-checksums] FILE - decodes all rows of a binlog file to cells, looks at each, and prints how many there
// were: what the library does without a renderer or a sink. Benchmarks/decode measures it, beside libmes.c, which does the
// same with another engine.
import BinlogReader
import Glibc
import Rows

/// What was seen. Each value goes into `sum`, and of bytes their number, the first and the last, so that no compiler finds
/// that decoding them was in vain.
struct Seen {
    var rows = 0
    var cells = 0
    var sum: UInt64 = 0

    mutating func add(_ batch: borrowing RowBatch) {
        rows += batch.rows.count
        let width = batch.table.columns.count
        for row in batch.rows {
            if row.before >= 0 { add(imageAt: Int(row.before), width, of: batch) }
            if row.after >= 0 { add(imageAt: Int(row.after), width, of: batch) }
        }
    }

    private mutating func add(imageAt first: Int, _ width: Int, of batch: borrowing RowBatch) {
        cells += width
        for index in first..<first + width {
            let cell = batch.cells[index]
            switch cell {
            case .absent, .null: break
            case .int(let value): sum &+= UInt64(bitPattern: value)
            case .uint(let value): sum &+= value
            case .float(let value): sum &+= UInt64(value.bitPattern)
            case .double(let value): sum &+= value.bitPattern
            case .bytes, .computed, .binaryJSON, .changedJSON:
                guard let bytes = batch.bytes(of: cell), !bytes.isEmpty else { continue }
                sum &+= UInt64(bytes.count) &+ UInt64(bytes[0]) &+ UInt64(bytes[bytes.count - 1])
            }
        }
    }
}

func decode(_ path: String, verifiesChecksums: Bool) throws -> Seen {
    let reader = ChangeReader(
        source: try FileSource(path: path, start: nil), start: nil,
        options: ReaderOptions(verifiesChecksums: verifiesChecksums))
    var seen = Seen()
    while let event = try reader.next() {
        guard case .rows(let batch) = consume event else { continue }
        seen.add(batch)
        reader.reuse(batch)
    }
    return seen
}

var arguments = CommandLine.arguments.dropFirst()
let verifies = arguments.first != "--no-checksums"
if !verifies { arguments.removeFirst() }
guard let path = arguments.first, arguments.count == 1 else {
    print("usage: DecodeCells [--no-checksums] FILE")
    exit(2)
}
do {
    let seen = try decode(path, verifiesChecksums: verifies)
    print("\(seen.rows) changes, \(seen.cells) cells, sum \(seen.sum)")
} catch {
    print("DecodeCells: error: \(error)")
    exit(1)
}
