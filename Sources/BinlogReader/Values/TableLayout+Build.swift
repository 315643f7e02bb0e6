internal import Rows

extension TableLayout {
    /// Works out types and formats from the event's description of the columns.
    convenience init(
        name: TableMapEvent.Name, event: TableMapEvent, isMariaDB: Bool, hints: [String: ColumnHint]
    ) throws(TableFault) {
        let optional = event.optional
        if let names = optional.names, names.count != event.columns.count {
            throw TableFault(cause: .invalid(.optionalMetadata, at: 0))
        }
        var resolver = ColumnResolver(optional: optional, isMariaDB: isMariaDB)
        var columns: [Column] = []
        var formats: ContiguousArray<ColumnFormat> = []
        columns.reserveCapacity(event.columns.count)
        formats.reserveCapacity(event.columns.count)
        for (index, column) in event.columns.enumerated() {
            let columnName = optional.names?[index] ?? "@\(index + 1)"
            do throws(DecodeError) {
                var (type, format) = try resolver.resolve(column)
                if let hint = hints[columnName] { type = try Self.type(for: hint, column: column, type: type) }
                columns.append(
                    Column(
                        name: columnName, type: type, isNullable: column.isNullable,
                        labelCollation: resolver.labelCollation))
                formats.append(format)
            } catch {
                throw TableFault(cause: error, column: columnName)
            }
        }
        let hiddenCount = isMariaDB && optional.names != nil ? Self.hiddenCount(columns) : 0
        columns.removeLast(hiddenCount)
        for index in formats.indices.suffix(hiddenCount) { formats[index] = .hidden }
        let primaryKey = optional.primaryKey ?? []
        guard primaryKey.count <= columns.count, primaryKey.allSatisfy({ columns.indices.contains($0) }) else {
            throw TableFault(cause: .invalid(.optionalMetadata, at: 0))
        }
        let metadata: TableMetadata =
            optional.names != nil ? .full : optional.isEmpty ? .none : .minimal
        self.init(
            table: Table(
                database: name.database, name: name.table, columns: columns, primaryKey: primaryKey,
                metadata: metadata),
            formats: formats, hiddenCount: hiddenCount, isMariaDB: isMariaDB)
    }

    /// How many columns at the end are MariaDB's own: it adds `DB_ROW_HASH_1`, … (BIGINT UNSIGNED) behind all others
    /// for each UNIQUE key over long columns (`make_long_hash_field_name` in sql_table.cc), logs them, and shows them to
    /// no one.
    private static func hiddenCount(_ columns: [Column]) -> Int {
        let hidden = columns.reversed().prefix { column in
            column.type == .integer(byteCount: 8, unsigned: true) && column.isNullable
                && column.name.hasPrefix("DB_ROW_HASH_") && UInt(column.name.dropFirst(12)) != nil
        }
        return hidden.count == columns.count ? 0 : hidden.count
    }

    /// What a hint makes of a column that looks as `type` in the log.
    private static func type(
        for hint: ColumnHint, column: TableMapEvent.Column, type: ColumnType
    ) throws(DecodeError) -> ColumnType {
        switch (hint, type) {
        case (.uuid, .binary(length: 16)): return .uuid
        case (.inet6, .binary(length: 16)): return .inet6
        case (.inet4, .binary(length: 4)): return .inet4
        case (.json, .text(.utf8mb4Binary)) where column.isLongBlob: return .json
        case (.vector, .blob) where column.mayBeVector: return .vector
        default: throw .hintMismatch(hint)
        }
    }

    /// True if only the live table can tell whether `column` is what it looks like.
    static func isCandidate(_ column: TableMapEvent.Column) -> Bool {
        column.isLongBlob
            || column.typeCode == BinlogType.string.rawValue && column.metadata.0 == BinlogType.string.rawValue
                && (column.metadata.1 == 16 || column.metadata.1 == 4)
    }
}

extension TableMapEvent.Column {
    /// LONGTEXT or LONGBLOB.
    var isLongBlob: Bool { typeCode == BinlogType.blob.rawValue && metadata.0 == 4 }

    /// VARCHAR or VARBINARY of whole 32-bit numbers: MariaDB's VECTOR(n) is logged as a VARBINARY(4n) (`Field_vector` in
    /// sql/sql_type_vector.h is a `Field_varstring` in the binary character set).
    var mayBeVector: Bool {
        typeCode == BinlogType.varchar.rawValue && metadata.0 & 3 == 0 && metadata != (0, 0)
    }
}

extension Collation {
    /// utf8mb4_bin, which MariaDB's JSON has.
    static let utf8mb4Binary = Collation(id: 46)
}
