import Rows

/// A value of a test's row.
enum SampleValue: Equatable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByNilLiteral {
    case null, absent
    case int(Int64)
    case uint(UInt64)
    case float(Float)
    case double(Double)
    case bytes([UInt8])

    init(stringLiteral text: String) { self = .bytes(Array(text.utf8)) }
    init(integerLiteral value: Int64) { self = .int(value) }
    init(nilLiteral: ()) { self = .null }
}

/// A row change of a test.
enum SampleChange {
    case insert([SampleValue])
    case update([SampleValue], [SampleValue])
    case delete([SampleValue])
}

extension ColumnType {
    static let int = ColumnType.integer(byteCount: 4, unsigned: false)
    static let bigint = ColumnType.integer(byteCount: 8, unsigned: false)
    static let unsignedBigint = ColumnType.integer(byteCount: 8, unsigned: true)
    static let varchar = ColumnType.text(.utf8mb4)
}

extension Table {
    /// A target table `shop.NAME` whose key is its first `keyCount` columns.
    convenience init(_ name: String, _ columns: [(String, ColumnType)], keyCount: Int = 1, database: String = "shop") {
        self.init(
            database: database, name: name,
            columns: columns.map { Column(name: $0.0, type: $0.1, isNullable: true) }, primaryKey: Array(0..<keyCount))
    }
}

extension RowBatch {
    /// The changes of one rows event at `offset` of binlog.000001.
    init(_ table: Table, at offset: UInt64 = 4, _ changes: [SampleChange]) {
        self.init(
            table: table,
            origin: Origin(
                position: BinlogPosition(file: "binlog.000001", offset: offset), gtid: nil, commitMicroseconds: 0))
        for (index, change) in changes.enumerated() {
            let (operation, before, after): (Operation, [SampleValue]?, [SampleValue]?) =
                switch change {
                case .insert(let row): (.insert, nil, row)
                case .update(let old, let new): (.update, old, new)
                case .delete(let row): (.delete, row, nil)
                }
            rows.append(
                Row(
                    operation: operation, before: append(before), after: append(after), index: UInt32(index)))
        }
    }

    private mutating func append(_ image: [SampleValue]?) -> Int32 {
        guard let image else { return -1 }
        let first = Int32(cells.count)
        for value in image {
            let cell: Cell =
                switch value {
                case .null: .null
                case .absent: .absent
                case .int(let value): .int(value)
                case .uint(let value): .uint(value)
                case .float(let value): .float(value)
                case .double(let value): .double(value)
                case .bytes(let new):
                    .bytes(ByteRange(start: UInt32(bytes.count), count: UInt32(new.count)))
                }
            if case .bytes(let new) = value { bytes.append(contentsOf: new) }
            cells.append(cell)
        }
        return first
    }
}
