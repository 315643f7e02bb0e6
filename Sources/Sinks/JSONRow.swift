import Rows

/// A row from the JSON object of one of its images: what `ImageJSON` wrote, read back.
enum JSONRow {
    /// The canonical text of each column of `table`; false for what is no row of it.
    static func read(_ members: JSONMembers, _ table: Table, into texts: inout [[UInt8]?]) -> Bool {
        texts.removeAll(keepingCapacity: true)
        for column in table.columns {
            guard let member = members[column.name] else { return false }
            guard let text = text(of: member, column.type) else { return false }
            texts.append(text)
        }
        return true
    }

    /// Whether `found` is what `ValueText.appendJSON` makes of a JSON column's `expected`. NULL is written like the
    /// document `null`, and what is no JSON like the document that is a string of it: these compare as equal.
    /// - Parameter write: how the sink writes a document, if not like that.
    static func isEqualDocument(
        _ found: [UInt8]?, _ expected: [UInt8]?,
        write: (Cell, RowBatch, inout [UInt8]) throws(ValueError) -> Void = { (cell, batch, text) throws(ValueError) in
            try ValueText.appendJSON(cell, of: .json, in: batch, to: &text)
        }
    ) -> Bool {
        guard let expected else { return found == nil }
        let table = Table(database: "", name: "", columns: [], primaryKey: [])
        let origin = Origin(position: BinlogPosition(file: "", offset: 0), gtid: nil, commitMicroseconds: 0)
        var batch = RowBatch(table: table, origin: origin)
        batch.bytes = expected
        let cell = Cell.bytes(ByteRange(start: 0, count: UInt32(clamping: expected.count)))
        var text: [UInt8] = []
        do throws(ValueError) {
            try write(cell, batch, &text)
        } catch {
            return false
        }
        return text == found ?? Array("null".utf8)
    }

    /// The canonical text that a member stands for, itself nil for NULL; nil for what no column of `type` writes.
    private static func text(of member: JSONMembers.Member, _ type: ColumnType) -> [UInt8]?? {
        switch (member.value, type) {
        // A JSON document `null` reads like NULL: see `isEqualDocument`.
        case (.null, _): return .some(nil)
        case (_, .json): return member.raw
        case (.raw(let object), .geometry): return geometry(object).map { Optional($0) }
        case (.string(let text), .binary), (.string(let text), .blob):
            return Base64Bytes.decode(text).map { Optional($0) }
        case (.string(let text), _): return text
        case (.raw(let number), _): return number
        }
    }

    /// SRID and WKB of `{"srid":…,"wkb":"…"}`.
    private static func geometry(_ object: [UInt8]) -> [UInt8]? {
        guard let members = JSONMembers(object), case .raw(let digits)? = members["srid"]?.value,
            let srid = UInt32(String(decoding: digits, as: UTF8.self)),
            case .string(let text)? = members["wkb"]?.value, let wkb = Base64Bytes.decode(text)
        else { return nil }
        return withUnsafeBytes(of: srid.littleEndian) { Array($0) } + wkb
    }
}
