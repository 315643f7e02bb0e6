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
        for row in batch.rows {
            try append(row, of: batch, to: &output)
            output.append(UInt8(ascii: "\n"))
        }
    }

    /// Appends the object of one row, without a line feed.
    ///
    /// Throws where a value has no text; `output` is then as it was. The error names table, position and column.
    public mutating func append(_ row: Row, of batch: RowBatch, to output: inout [UInt8]) throws(SinkError) {
        let table = index(of: batch.table)
        origin.update(to: batch.origin)
        let start = output.count
        output += Self.opening(row.operation)
        output += tables[table].names
        output += Self.before
        try tables[table].append(row.before, row: row, of: batch, startingAt: start, to: &output)
        output += Self.after
        try tables[table].append(row.after, row: row, of: batch, startingAt: start, to: &output)
        output += origin.text
        IntegerText.append(Int(row.index), to: &output)
        output += origin.gtid
    }

    private static func opening(_ operation: Operation) -> [UInt8] {
        switch operation {
        case .insert: insert
        case .update: update
        case .delete: delete
        }
    }

    private static let insert = Array(#"{"op":"insert""#.utf8)
    private static let update = Array(#"{"op":"update""#.utf8)
    private static let delete = Array(#"{"op":"delete""#.utf8)
    private static let before = Array(#","before":"#.utf8)
    private static let after = Array(#","after":"#.utf8)

    /// Where in `tables` the table's text is; it is made if need be.
    private mutating func index(of table: Table) -> Int {
        if let index = tables.lastIndex(where: { $0.table === table }) { return index }
        if tables.count == Self.capacity { tables.removeFirst() }
        tables.append(TableText(table))
        return tables.count - 1
    }
}

/// A table's part of each line.
private struct TableText {
    /// Keeps the table alive, so that its identity cannot become another's.
    let table: Table
    /// `,"database":"…","table":"…"`
    let names: [UInt8]
    /// `,"column":` of all columns, one after the other.
    private var keys: [UInt8] = []
    /// Where the key of column i ends.
    private var keyEnds: [Int] = []

    init(_ table: Table) {
        self.table = table
        var names = Array(#","database":"#.utf8)
        JSONText.appendString(table.database, to: &names)
        names += #","table":"#.utf8
        JSONText.appendString(table.name, to: &names)
        self.names = names
        for column in table.columns {
            keys.append(UInt8(ascii: ","))
            JSONText.appendString(column.name, to: &keys)
            keys.append(UInt8(ascii: ":"))
            keyEnds.append(keys.count)
        }
    }

    /// Appends the image that begins at cell `image`, or `null` where there is none. A throw cuts `output` back to
    /// `start`.
    func append(
        _ image: Int32, row: Row, of batch: RowBatch, startingAt start: Int, to output: inout [UInt8]
    ) throws(SinkError) {
        if image < 0 {
            output += Self.null
            return
        }
        output.append(UInt8(ascii: "{"))
        var keyStart = 0
        var isFirst = true
        for column in keyEnds.indices {
            let keyEnd = keyEnds[column]
            let cell = batch.cell(column, at: image)
            if case .absent = cell {
                keyStart = keyEnd
                continue
            }
            // The first key goes without its comma.
            output += keys[(isFirst ? keyStart + 1 : keyStart)..<keyEnd]
            isFirst = false
            keyStart = keyEnd
            do throws(ValueError) {
                try ValueText.appendJSON(cell, of: table.columns[column].type, in: batch, to: &output)
            } catch {
                output.removeSubrange(start...)
                throw SinkError(.value(error), column: column, row: row, of: batch)
            }
        }
        output.append(UInt8(ascii: "}"))
    }

    private static let null = Array("null".utf8)
}

/// What the lines of a batch have in common at their end.
private struct OriginText {
    private var origin: Origin?
    /// From `,"commit_time":` to `"row":`
    private(set) var text: [UInt8] = []
    /// `,"gtid":…}`
    private(set) var gtid: [UInt8] = []

    mutating func update(to origin: Origin) {
        if self.origin == origin { return }
        self.origin = origin
        text.removeAll(keepingCapacity: true)
        text += #","commit_time":""#.utf8
        CommitTime.append(microseconds: origin.commitMicroseconds, to: &text)
        text += #"","file":"#.utf8
        JSONText.appendString(origin.position.file, to: &text)
        text += #","offset":"#.utf8
        IntegerText.append(origin.position.offset, to: &text)
        text += #","row":"#.utf8
        gtid.removeAll(keepingCapacity: true)
        gtid += #","gtid":"#.utf8
        if let name = origin.gtid { JSONText.appendString(name, to: &gtid) } else { gtid += "null".utf8 }
        gtid.append(UInt8(ascii: "}"))
    }
}
