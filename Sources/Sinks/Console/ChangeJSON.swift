public import Rows

/// Row changes as JSON, one object a line, with these keys in this order: `op`, `database`, `table`, `before`,
/// `after`, `commit_time`, `file`, `offset`, `row`, `gtid`.
///
/// What all rows of a table or of a batch share is escaped once and kept; a row costs copies, and its values. Not
/// for several threads at once: each has its own.
public struct ChangeJSON {
    /// Tables met lately, at most ``capacity``; the transactions of an application turn around a few of them.
    private var tables: [TableText] = []
    private var origin = OriginText()
    private static let capacity = 64

    public init() {}

    /// Appends each row of `batch` as a line, line feed included.
    ///
    /// Throws where a value has no text; `output` then ends with the last whole line.
    public mutating func append(_ batch: RowBatch, to output: inout [UInt8]) throws(SinkError) {
        _ = try append(batch, from: 0, to: &output, fillingUpTo: .max)
    }

    /// Appends rows of `batch` as lines, from the one at `index` on, until `output` has `byteCount` bytes or more.
    /// Returns the index of the row after the last one.
    mutating func append(
        _ batch: RowBatch, from index: Int, to output: inout [UInt8], fillingUpTo byteCount: Int
    ) throws(SinkError) -> Int {
        let table = text(of: batch.table)
        origin.update(to: batch.origin)
        var index = index
        while index < batch.rows.count, output.count < byteCount {
            try append(batch.rows[index], of: batch, table, end: origin.end.span, to: &output)
            index += 1
        }
        return index
    }

    /// Appends the object of one row, without a line feed.
    ///
    /// Throws where a value has no text; `output` is then as it was. The error names table, position and column.
    public mutating func append(_ row: Row, of batch: RowBatch, to output: inout [UInt8]) throws(SinkError) {
        let table = text(of: batch.table)
        origin.update(to: batch.origin)
        let end = origin.end.span
        try append(row, of: batch, table, end: end.extracting(..<(end.count - 1)), to: &output)
    }

    /// Appends a row as a line of any length, and lets `emptying` take out of `output` what it has while it grows. Where a
    /// value has no text, what was taken out is half a line.
    mutating func appendLine(
        of row: Row, of batch: RowBatch, to output: inout [UInt8], emptying: (inout [UInt8]) -> Void
    ) throws(SinkError) {
        let table = text(of: batch.table)
        origin.update(to: batch.origin)
        try withoutActuallyEscaping(emptying) { (emptying) throws(SinkError) in
            try append(row, of: batch, table, end: origin.end.span, to: &output, emptying: emptying)
        }
    }

    /// - Parameter end: what stands behind the row's index.
    private func append(
        _ row: Row, of batch: RowBatch, _ table: TableText, end: Span<UInt8>, to output: inout [UInt8],
        emptying: ((inout [UInt8]) -> Void)? = nil
    ) throws(SinkError) {
        let start = output.count
        do throws(ImageError) {
            try table.appendImages(of: row, in: batch, to: &output, emptying: emptying)
        } catch {
            output.removeSubrange(min(start, output.count)...)
            throw SinkError(.value(error.reason), column: error.column, row: row, of: batch)
        }
        output.append(
            origin.place.span, batch.origin.position.offset, #","row":"#, UInt64(row.index), end)
    }

    /// The table's text, made if need be.
    private mutating func text(of table: Table) -> TableText {
        if let text = tables.last(where: { $0.table === table }) { return text }
        if tables.count == Self.capacity { tables.removeFirst() }
        let text = TableText(table)
        tables.append(text)
        return text
    }
}

/// A table's part of each line. Immutable; an object, so that a row takes hold of one thing and not of five arrays.
private final class TableText {
    /// Keeps the table alive, so that its identity cannot become another's.
    let table: Table
    /// `{"op":"…","database":"…","table":"…","before":` of each operation, and for a row without a before image the same with
    /// `null,"after":` behind it.
    private let heads: [UInt8]
    /// Where they lie: those of inserts, those of updates, those of deletes.
    private let places: [Range<Int>]
    /// What stands between the images.
    private let middle = Array(#","after":"#.utf8)
    private let images: ImageJSON

    init(_ table: Table) {
        self.table = table
        var heads: [UInt8] = []
        var places: [Range<Int>] = []
        for operation in ["insert", "update", "delete"] {
            for before in ["", #"null,"after":"#] {
                let head = Self.head(operation, table) + Array(before.utf8)
                places.append(heads.count..<heads.count + head.count)
                heads += head
            }
        }
        self.heads = heads
        self.places = places
        images = ImageJSON(table)
    }

    private static func head(_ operation: String, _ table: Table) -> [UInt8] {
        var head = Array(#"{"op":"\#(operation)","database":"#.utf8)
        JSONText.appendString(table.database, to: &head)
        head.append(#","table":"#)
        JSONText.appendString(table.name, to: &head)
        head.append(#","before":"#)
        return head
    }

    /// Appends what comes in front of `,"commit_time":`.
    func appendImages(
        of row: Row, in batch: RowBatch, to output: inout [UInt8], emptying: ((inout [UInt8]) -> Void)?
    ) throws(ImageError) {
        let place = places[2 * Int(row.operation.rawValue) + (row.before < 0 ? 1 : 0)]
        let (heads, middle) = (heads, middle)
        let head = heads.span.extracting(place)
        if row.before < 0 {
            try images.append(imageAt: row.after, of: batch, after: head, to: &output, emptying: emptying)
            return
        }
        try images.append(imageAt: row.before, of: batch, after: head, to: &output, emptying: emptying)
        try images.append(imageAt: row.after, of: batch, after: middle.span, to: &output, emptying: emptying)
    }
}

/// What the lines of a batch have in common at their end, and mostly with those of the one before.
private struct OriginText {
    private var origin: Origin?
    /// From `,"commit_time":` to `"offset":`
    private(set) var place: [UInt8] = []
    /// `,"gtid":…}` and a line feed
    private(set) var end: [UInt8] = []

    mutating func update(to origin: Origin) {
        if let last = self.origin, last.commitMicroseconds == origin.commitMicroseconds, last.gtid == origin.gtid,
            last.position.file == origin.position.file
        {
            return
        }
        if self.origin?.commitMicroseconds != origin.commitMicroseconds
            || self.origin?.position.file != origin.position.file
        {
            place.removeAll(keepingCapacity: true)
            place.append(#","commit_time":""#)
            CommitTime.append(microseconds: origin.commitMicroseconds, to: &place)
            place.append(#"","file":"#)
            JSONText.appendString(origin.position.file, to: &place)
            place.append(#","offset":"#)
        }
        if self.origin == nil || self.origin?.gtid != origin.gtid {
            end.removeAll(keepingCapacity: true)
            end.append(#","gtid":"#)
            if let name = origin.gtid { JSONText.appendString(name, to: &end) } else { end.append("null") }
            end.append("}\n")
        }
        self.origin = origin
    }
}
