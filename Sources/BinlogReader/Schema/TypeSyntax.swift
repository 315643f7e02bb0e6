/// A column's type as it was written, before it is known what its character set makes of it.
struct TypeSyntax: Equatable {
    var declared: DeclaredType
    /// `NATIONAL CHAR` and the like, `ASCII`, `UNICODE` name one.
    var charset: CharsetClause
    /// `TEXT(100)`, `BLOB(100)`: the smallest that holds so many characters.
    var capacity: Int?
    /// `SERIAL`
    var isSerial = false
    /// MariaDB's JSON, which is a LONGTEXT with a CHECK.
    var isJSONAlias = false

    init(_ keyword: DeclaredType.Keyword, length: Int? = nil, decimals: Int? = nil) {
        declared = DeclaredType(keyword, length: length, decimals: decimals)
        charset = CharsetClause()
    }

    /// Reads a type's name and what stands in parentheses behind it.
    init(_ reader: inout StatementReader, settings: StatementSettings) throws(SchemaFault) {
        guard let word = reader.keyword else {
            throw SchemaFault(.cannotFollow, "a column has \(reader.shown) for a type")
        }
        reader.skip()
        if let syntax = try Self.number(word, &reader, settings) {
            self = syntax
        } else if let syntax = try Self.characters(word, &reader) {
            self = syntax
        } else if let syntax = try Self.other(word, &reader, settings) {
            self = syntax
        } else {
            throw SchemaFault(.cannotFollow, "the type \(word) is not known")
        }
    }

    private static let integers: [String: DeclaredType.Keyword] = [
        "TINYINT": .tinyint, "INT1": .tinyint, "BOOL": .tinyint, "BOOLEAN": .tinyint,
        "SMALLINT": .smallint, "INT2": .smallint, "MEDIUMINT": .mediumint, "INT3": .mediumint, "MIDDLEINT": .mediumint,
        "INT": .int, "INTEGER": .int, "INT4": .int, "BIGINT": .bigint, "INT8": .bigint,
    ]

    private static func number(
        _ word: String, _ reader: inout StatementReader, _ settings: StatementSettings
    ) throws(SchemaFault) -> TypeSyntax? {
        if let keyword = integers[word] {
            _ = try numbers(&reader)  // A display width.
            return TypeSyntax(keyword)
        }
        switch word {
        case "SERIAL":
            var syntax = TypeSyntax(.bigint)
            syntax.declared.isUnsigned = true
            syntax.isSerial = true
            return syntax
        case "DECIMAL", "DEC", "NUMERIC", "FIXED":
            let numbers = try numbers(&reader)
            return TypeSyntax(.decimal, length: numbers.first ?? 10, decimals: numbers.dropFirst().first ?? 0)
        case "FLOAT", "FLOAT4":
            let numbers = try numbers(&reader)
            if numbers.count == 2 { return TypeSyntax(.float, length: numbers[0], decimals: numbers[1]) }
            return TypeSyntax(numbers.first ?? 0 > 24 ? .double : .float)
        case "DOUBLE", "FLOAT8", "REAL":
            if word == "DOUBLE" { _ = reader.take("PRECISION") }
            let keyword: DeclaredType.Keyword = word == "REAL" && settings.isRealFloat ? .float : .double
            let numbers = try numbers(&reader)
            return TypeSyntax(keyword, length: numbers.first, decimals: numbers.dropFirst().first)
        case "BIT":
            return TypeSyntax(.bit, length: try numbers(&reader).first ?? 1)
        default: return nil
        }
    }

    private static let texts: [String: DeclaredType.Keyword] = [
        "TINYTEXT": .tinytext, "TEXT": .text, "MEDIUMTEXT": .mediumtext, "LONGTEXT": .longtext,
        "TINYBLOB": .tinyblob, "BLOB": .blob, "MEDIUMBLOB": .mediumblob, "LONGBLOB": .longblob,
    ]

    private static func characters(_ word: String, _ reader: inout StatementReader) throws(SchemaFault) -> TypeSyntax? {
        if let keyword = texts[word] {
            var syntax = TypeSyntax(keyword)
            let capacity = try numbers(&reader).first
            // TEXT(0) is a TEXT.
            if keyword == .text || keyword == .blob, capacity != 0 { syntax.capacity = capacity }
            return syntax
        }
        var isNational = false
        var word = word
        if word == "NATIONAL" {
            isNational = true
            word = reader.take(anyOf: ["CHAR", "CHARACTER", "VARCHAR", "VARCHARACTER"]) ?? word
        } else if word == "NCHAR" || word == "NVARCHAR" {
            isNational = true
            word = String(word.dropFirst())
        }
        let keyword: DeclaredType.Keyword
        switch word {
        case "CHAR", "CHARACTER":
            let isVarying =
                reader.take("VARYING") || isNational && reader.take(anyOf: ["VARCHAR", "VARCHARACTER"]) != nil
            keyword = isVarying ? .varchar : .char
        case "VARCHAR", "VARCHARACTER": keyword = .varchar
        case "BINARY": keyword = .binary
        case "VARBINARY": keyword = .varbinary
        case "LONG":
            if reader.take("VARBINARY") || reader.take("BINARY", "VARYING") { return TypeSyntax(.mediumblob) }
            if reader.take("CHAR", "VARYING") || reader.take("CHARACTER", "VARYING") { return TypeSyntax(.mediumtext) }
            _ = reader.take(anyOf: ["VARCHAR", "VARCHARACTER"])
            return TypeSyntax(.mediumtext)
        default: return nil
        }
        let length = try numbers(&reader).first
        var syntax = TypeSyntax(keyword, length: length ?? 1)
        if length == nil, keyword == .varchar || keyword == .varbinary {
            throw SchemaFault(.cannotFollow, "a \(keyword.rawValue.uppercased()) has no length")
        }
        if isNational { syntax.charset.charset = "utf8mb3" }
        return syntax
    }

    private static let geometries: [String: DeclaredType.Keyword] = [
        "GEOMETRY": .geometry, "POINT": .point, "LINESTRING": .linestring, "POLYGON": .polygon,
        "MULTIPOINT": .multipoint, "MULTILINESTRING": .multilinestring, "MULTIPOLYGON": .multipolygon,
        "GEOMETRYCOLLECTION": .geometryCollection, "GEOMCOLLECTION": .geometryCollection,
    ]

    private static func other(
        _ word: String, _ reader: inout StatementReader, _ settings: StatementSettings
    ) throws(SchemaFault) -> TypeSyntax? {
        if let keyword = geometries[word] { return TypeSyntax(keyword) }
        switch word {
        case "DATE": return TypeSyntax(.date)
        case "YEAR":
            _ = try numbers(&reader)
            return TypeSyntax(.year)
        case "TIME": return TypeSyntax(.time, length: try numbers(&reader).first ?? 0)
        case "DATETIME": return TypeSyntax(.datetime, length: try numbers(&reader).first ?? 0)
        case "TIMESTAMP": return TypeSyntax(.timestamp, length: try numbers(&reader).first ?? 0)
        case "JSON":
            guard settings.isMariaDB else { return TypeSyntax(.json) }
            var syntax = TypeSyntax(.longtext)
            syntax.charset = CharsetClause(charset: "utf8mb4", collation: "utf8mb4_bin")
            syntax.isJSONAlias = true
            return syntax
        case "VECTOR": return TypeSyntax(.vector, length: try numbers(&reader).first ?? 2048)
        case "UUID" where settings.isMariaDB: return TypeSyntax(.uuid)
        case "INET4" where settings.isMariaDB: return TypeSyntax(.inet4)
        case "INET6" where settings.isMariaDB: return TypeSyntax(.inet6)
        case "ENUM", "SET":
            var syntax = TypeSyntax(word == "ENUM" ? .enumeration : .set)
            syntax.declared.labels = try labels(&reader)
            return syntax
        default: return nil
        }
    }

    /// `(10)`, `(10,2)`, or nothing.
    private static func numbers(_ reader: inout StatementReader) throws(SchemaFault) -> [Int] {
        guard reader.isSymbol("(") else { return [] }
        var numbers: [Int] = []
        if var content = reader.takeParenthesised() {
            // No server takes larger ones.
            while let number = content.takeNumber() {
                numbers.append(number)
                if !content.takeSymbol(",") { break }
            }
            if content.isAtEnd, (1...2).contains(numbers.count) { return numbers }
        }
        throw SchemaFault(.cannotFollow, "what stands in a type's parentheses is no number")
    }

    private static func labels(_ reader: inout StatementReader) throws(SchemaFault) -> [String] {
        var labels: [String] = []
        if var content = reader.takeParenthesised() {
            while case .string(var label) = content.peek() {
                content.skip()
                while case .string(let more) = content.peek() {
                    label += more
                    content.skip()
                }
                labels.append(label)
                if !content.takeSymbol(",") { break }
            }
            if content.isAtEnd, !labels.isEmpty { return labels }
        }
        throw SchemaFault(.cannotFollow, "a label of an ENUM or SET is no plain string")
    }
}
