internal import Rows

extension ColumnSyntax {
    /// The column that the server makes of this.
    /// - Parameter inherited: The table's default; nil: nobody told.
    func resolved(inherited: Collation?, settings: StatementSettings) throws(SchemaFault) -> SchemaColumn {
        var column = SchemaColumn(name, type.declared)
        if type.declared.hasCollation {
            guard let collation = try settings.collations.resolve(charset, inherited: inherited) else {
                throw SchemaFault(.cannotFollow, SchemaFault.unknownDefault)
            }
            column.take(collation)
        }
        let charset = column.collation?.charset
        if let capacity = type.capacity { column.grow(toHold: capacity * (charset?.bytesPerCharacter ?? 1)) }
        column.becomeTextIfTooLong()
        if column.collation != .binary {
            column.declared.labels = column.declared.labels.map { Self.withoutTrailingSpaces($0) }
        }
        if let charset { try Self.check(column.declared.labels, in: charset) }
        column.isNullable = isNullable(settings)
        column.isInvisible = isInvisible
        column.generation = isPeriodStart || isPeriodEnd ? .stored : generation
        column.isCheckedJSON =
            jsonCheck.map { $0.contains { $0.lowercased() == name.lowercased() } } ?? type.isJSONAlias
        return column
    }

    private func isNullable(_ settings: StatementSettings) -> Bool {
        if isAutoIncrement { return false }
        if let isNullable { return isNullable }
        return type.declared.keyword != .timestamp || settings.hasExplicitTimestamps || generation != nil
    }

    /// `prepare_set_and_enum_columns`, sql/sql_table.cc.
    private static func withoutTrailingSpaces(_ label: String) -> String {
        var label = label.unicodeScalars[...]
        while label.last == " " { label.removeLast() }
        return String(label)
    }

    /// A label that its character set does not have, the server stores as something else.
    private static func check(_ labels: [String], in charset: Charset) throws(SchemaFault) {
        let scalars = labels.flatMap(\.unicodeScalars).filter { $0.value >= 0x80 }
        guard !scalars.isEmpty, !charset.holds(scalars) else { return }
        throw SchemaFault(.cannotFollow, "a label has characters that \(charset.name) does not have")
    }
}

extension SchemaColumn {
    /// Sets the collation; with `binary` text is bytes.
    mutating func take(_ collation: Collation) {
        self.collation = collation
        guard collation == .binary, let bytes = declared.keyword.bytes else { return }
        declared.keyword = bytes
        self.collation = nil
    }

    /// Whether labels stay what they are in another character set: the server takes their bytes for text of the new one
    /// [seen on 10.11 and 9.7].
    func keepsLabels(in collation: Collation) -> Bool {
        guard !declared.labels.isEmpty, let old = self.collation?.charset, let new = collation.charset, old != new
        else { return true }
        if old == .utf8mb3, new == .utf8mb4 { return true }
        return !old.isWide && !new.isWide && declared.labels.allSatisfy { $0.utf8.allSatisfy { $0 < 0x80 } }
    }

    /// `CONVERT TO CHARACTER SET`: TEXT that was there before `grows` to hold as many characters.
    mutating func convert(to collation: Collation, grows: Bool) {
        guard let old = self.collation, old != .binary else { return }
        let characters = (declared.keyword.capacity ?? 0) / (old.charset?.bytesPerCharacter ?? 1)
        take(collation)
        if grows, characters > 0 {
            grow(toHold: characters * (collation.charset?.bytesPerCharacter ?? 1))
        }
        becomeTextIfTooLong()
    }

    /// TEXT and BLOB take the smallest type that holds so many bytes (`get_blob_type_from_length`).
    mutating func grow(toHold byteCount: Int) {
        let isText = declared.keyword.bytes != nil
        declared.keyword =
            switch byteCount {
            case ..<(1 << 8): isText ? .tinytext : .tinyblob
            case ..<(1 << 16): isText ? .text : .blob
            case ..<(1 << 24): isText ? .mediumtext : .mediumblob
            default: isText ? .longtext : .longblob
            }
    }

    /// What is too long for its type is TEXT or BLOB where no strict mode refuses it (`prepare_blob_field`,
    /// sql/sql_table.cc).
    mutating func becomeTextIfTooLong() {
        let bytesPerCharacter = collation?.charset?.bytesPerCharacter ?? 1
        guard let length = declared.length else { return }
        switch declared.keyword {
        case .varchar where length * bytesPerCharacter > 65_535: declared = DeclaredType(.text)
        case .char where length > 255: declared = DeclaredType(.text)
        case .varbinary where length > 65_535: declared = DeclaredType(.blob)
        case .binary where length > 255: declared = DeclaredType(.blob)
        default: return
        }
        grow(toHold: length * bytesPerCharacter)
    }
}

extension DeclaredType.Keyword {
    /// The type that text has with the character set `binary`.
    fileprivate var bytes: DeclaredType.Keyword? {
        switch self {
        case .char: .binary
        case .varchar: .varbinary
        case .tinytext: .tinyblob
        case .text: .blob
        case .mediumtext: .mediumblob
        case .longtext: .longblob
        default: nil
        }
    }

    /// Of TEXT, in bytes.
    fileprivate var capacity: Int? {
        switch self {
        case .tinytext: 255
        case .text: 65_535
        case .mediumtext: 16_777_215
        case .longtext: 4_294_967_295
        default: nil
        }
    }
}
