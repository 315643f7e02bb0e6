internal import Rows

/// What a definition says about its character set and collation, as it was written.
struct CharsetClause: Equatable {
    /// As it was written; `DEFAULT` is nil, like nothing.
    var charset: String?
    var collation: String?
    /// `BINARY`: the collation is the character set's `_bin`.
    var isBinary = false

    var isEmpty: Bool { charset == nil && collation == nil && !isBinary }

    /// Takes one part of it if it comes next.
    /// - Parameter hasEquals: in options of tables and databases an equals sign may stand in it.
    mutating func take(_ reader: inout StatementReader, hasEquals: Bool = false) throws(SchemaFault) -> Bool {
        let isCharset =
            reader.take("CHARACTER", "SET") || reader.take("CHAR", "SET") || reader.take("CHARSET")
        guard isCharset || reader.take("COLLATE") else { return false }
        if hasEquals { _ = reader.takeSymbol("=") }
        let isDefault = reader.keyword == "DEFAULT"
        guard let name = reader.takeNameOrString()?.lowercased() else {
            throw SchemaFault(.cannotFollow, "\(isCharset ? "CHARACTER SET" : "COLLATE") has no name")
        }
        if isCharset { charset = isDefault ? nil : name } else { collation = isDefault ? nil : name }
        return true
    }
}

/// Resolves names of character sets and collations as the server did.
struct CollationResolver {
    let isMariaDB: Bool
    /// What `utf8mb4` alone stands for in the session.
    let utf8mb4: Collation
    /// MariaDB's `character_set_collations`: by the number of a character set's compiled default.
    let overridden: [UInt16: Collation]

    /// - Parameter inherited: What holds where the clause says nothing: of the table, the database, the server.
    func resolve(_ clause: CharsetClause, inherited: Collation?) throws(SchemaFault) -> Collation? {
        if let name = clause.collation { return try collation(name, charset: clause.charset, inherited: inherited) }
        if clause.isBinary {
            let given = try clause.charset.map { name throws(SchemaFault) in try charset(name) }
            guard let charset = given ?? inherited?.charset else {
                throw SchemaFault(.cannotFollow, "the table's default character set is not known")
            }
            return charset == .binary ? .binary : Collation(name: "\(charset.name)_bin")
        }
        guard let name = clause.charset else { return inherited }
        return try defaultCollation(of: charset(name))
    }

    func charset(_ name: String) throws(SchemaFault) -> Charset {
        guard let charset = Charset(name: name == "utf8" ? "utf8mb3" : name) else {
            throw SchemaFault(.cannotFollow, "a character set of that name is not known")
        }
        return charset
    }

    func defaultCollation(of charset: Charset) throws(SchemaFault) -> Collation {
        if charset == .utf8mb4 { return utf8mb4 }
        guard let collation = Self.compiledDefault(of: charset) else {
            throw SchemaFault(.cannotFollow, "the default collation of \(charset.name) is not known")
        }
        return overridden[collation.id] ?? collation
    }

    /// That of the servers' source, which no setting changes (`MY_CS_PRIMARY`).
    static func compiledDefault(of charset: Charset) -> Collation? {
        switch charset {
        case .binary: .binary
        case .latin1, .dec8, .swe7: Collation(name: "\(charset.name)_swedish_ci")
        case .hp8: Collation(name: "hp8_english_ci")
        case .big5, .gb2312, .gbk, .gb18030: Collation(name: "\(charset.name)_chinese_ci")
        case .ujis, .sjis, .cp932, .eucjpms: Collation(name: "\(charset.name)_japanese_ci")
        case .euckr: Collation(name: "euckr_korean_ci")
        case .tis620: Collation(name: "tis620_thai_ci")
        case .latin5: Collation(name: "latin5_turkish_ci")
        default: Collation(name: "\(charset.name)_general_ci")
        }
    }

    private func collation(
        _ written: String, charset name: String?, inherited: Collation?
    ) throws(SchemaFault) -> Collation {
        if written == Collation.unknownName { return .unknown }
        let name = try name.map { name throws(SchemaFault) in try charset(name).name }
        // MySQL before 8.0.30, and MariaDB before 10.6, call utf8mb3 utf8.
        let full = written.hasPrefix("utf8_") ? "utf8mb3_" + written.dropFirst(5) : written
        if isMariaDB, full.contains("_0900_") {
            throw SchemaFault(.cannotFollow, "what MariaDB makes of MySQL's collation \(full) is not known")
        }
        if let collation = Collation(name: full) { return collation }
        // MariaDB's collations of several character sets: uca1400_ai_ci.
        if isMariaDB, let charset = name ?? inherited?.charset?.name,
            let collation = Collation(name: "\(charset)_\(full)")
        {
            return collation
        }
        throw SchemaFault(.cannotFollow, "a collation of that name is not known")
    }
}

extension Collation {
    /// In the text form of a schema: nobody told which. No server has one of this name.
    static let unknownName = "untold"
}
