import Rows

/// What SQLite makes of a value that is stored in a column (sqlite.org/datatype3.html, section 3).
enum SQLiteAffinity: Equatable {
    case integer, text, blob, real, numeric
    /// No affinity, but a STRICT table refuses all but BLOBs.
    case onlyBlob

    /// The affinity of a column declared as `type`. A STRICT table's columns keep to their type, and its ANY columns
    /// keep values as they are.
    init(declaredType type: String, isStrict: Bool) {
        let type = type.uppercased()
        if isStrict && type == "ANY" {
            self = .blob
        } else if isStrict && type == "BLOB" {
            self = .onlyBlob
        } else if type.contains("INT") {
            self = .integer
        } else if type.contains("CHAR") || type.contains("CLOB") || type.contains("TEXT") {
            self = .text
        } else if type.isEmpty || type.contains("BLOB") {
            self = .blob
        } else if type.contains("REAL") || type.contains("FLOA") || type.contains("DOUB") {
            self = .real
        } else {
            self = .numeric
        }
    }
}

/// How the values of a column are stored, so that SQLite keeps every one as it is.
enum SQLiteStorage: Equatable {
    /// As INTEGER. An unsigned value beyond 2^63-1 does not fit and is refused when it comes.
    case integer
    /// As INTEGER up to 2^63-1, and as the text of its digits beyond: what a column without affinity can hold.
    case integerOrText
    /// As REAL.
    case real
    /// As TEXT, in canonical form.
    case text
    /// As BLOB.
    case blob

    /// Nil: a column of this affinity would change values of `type`.
    init?(_ type: ColumnType, affinity: SQLiteAffinity, isStrict: Bool) {
        switch type {
        case .blob, .binary, .geometry:
            // No affinity changes a BLOB, but a STRICT column of another type refuses it.
            guard !isStrict || affinity == .blob || affinity == .onlyBlob else { return nil }
            self = .blob
        case _ where affinity == .text:
            self = .text
        case .integer, .bit, .year:
            switch affinity {
            case .integer, .numeric: self = .integer
            case .blob: self = Self.mayExceedInt64(type) ? .integerOrText : .integer
            default: return nil
            }
        case .float, .double:
            switch affinity {
            // NUMERIC turns 2.0 into 2, an equal number.
            case .real, .blob: self = .real
            case .numeric where !isStrict: self = .real
            default: return nil
            }
        case .date, .dateTime, .timestamp, .time, .uuid, .inet4, .inet6:
            // Their text is never a well-formed number, so numeric affinities leave it alone (declared types such as
            // DATETIME have one); a STRICT column refuses it.
            guard affinity != .onlyBlob && (!isStrict || affinity == .blob) else { return nil }
            self = .text
        case .decimal, .text, .enumeration, .set, .json, .vector:
            guard affinity == .blob else { return nil }
            self = .text
        }
    }

    private static func mayExceedInt64(_ type: ColumnType) -> Bool {
        switch type {
        case .integer(byteCount: 8, unsigned: true), .bit(width: 64): true
        default: false
        }
    }

    /// The declared type that keeps values of `type` as they are, for messages.
    static func recommendedType(for type: ColumnType) -> String {
        switch type {
        case .blob, .binary, .geometry: "BLOB"
        case .integer, .bit, .year: mayExceedInt64(type) ? "TEXT" : "INTEGER"
        case .float, .double: "REAL"
        default: "TEXT"
        }
    }
}
