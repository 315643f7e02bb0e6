import Rows

/// What the server knows of an expression's type (Type_handler and Type_std_attributes): enough to find the type of an
/// expression around it, and that of a result column.
struct ValueType: Equatable, Sendable {
    enum Kind: Equatable, Hashable, Sendable {
        /// The literal NULL.
        case null
        /// A truth value; an INT in all other respects.
        case boolean
        case tiny, short, medium, long, longLong
        case year
        case bit
        case float, double
        case decimal
        /// Characters or bytes, by the collation.
        case text
        /// `x'…'` and `0x…`: bytes among texts, a number among numbers.
        case hexadecimal
        case enumeration, set
        case date, time, dateTime, timestamp
    }

    /// What an operand is taken for among others (Item_result, cmp_type).
    enum Family: Sendable {
        case integer, real, decimal, text, temporal
    }

    /// `decimals` of what has no fixed number of them (NOT_FIXED_DEC of MariaDB).
    static let notFixed = 39
    /// From so many on, a DOUBLE prints all its digits (FLOATING_POINT_DECIMALS).
    static let floating = 31
    /// MariaDB's DECIMAL_MAX_SCALE and DECIMAL_MAX_PRECISION.
    static let maximumScale = 38
    static let maximumPrecision = 65
    /// The length of texts whose column does not tell it.
    static let unknownLength = 65_535

    var kind: Kind
    /// In characters, as the type prints; decides precisions of what is computed from it.
    var maxLength: Int
    var decimals = 0
    var isUnsigned = false
    var isNullable = true
    var text: TextAttributes = .numeric
    /// Where it is not what `maxLength` tells.
    var precisionOverride: Int?

    init(
        _ kind: Kind, maxLength: Int, decimals: Int = 0, isUnsigned: Bool = false, isNullable: Bool = true,
        text: TextAttributes = .numeric
    ) {
        self.kind = kind
        self.maxLength = maxLength
        self.decimals = decimals
        self.isUnsigned = isUnsigned
        self.isNullable = isNullable
        self.text = text
    }

    static let boolean = {
        var type = ValueType(.boolean, maxLength: 1)
        // Item_bool_func::decimal_precision
        type.precisionOverride = 1
        return type
    }()

    static func decimal(precision: Int, scale: Int, isUnsigned: Bool = false, isNullable: Bool = true) -> ValueType {
        ValueType(
            .decimal, maxLength: length(precision: precision, scale: scale, isUnsigned: isUnsigned), decimals: scale,
            isUnsigned: isUnsigned, isNullable: isNullable)
    }

    /// my_decimal_precision_to_length_no_truncation
    static func length(precision: Int, scale: Int, isUnsigned: Bool) -> Int {
        precision + (scale > 0 ? 1 : 0) + (isUnsigned || precision == 0 ? 0 : 1)
    }

    var family: Family {
        switch kind {
        case .boolean, .tiny, .short, .medium, .long, .longLong, .year, .bit: .integer
        case .float, .double: .real
        case .decimal: .decimal
        case .null, .text, .hexadecimal, .enumeration, .set: .text
        case .date, .time, .dateTime, .timestamp: .temporal
        }
    }

    /// INT or BIGINT, by how many characters it takes (type_handler_long_or_longlong).
    static func integerKind(maxLength: Int) -> Kind {
        maxLength <= 9 ? .long : .longLong
    }

    /// Digits that the value has as a DECIMAL (Item::decimal_precision).
    var precision: Int {
        if let precisionOverride { return precisionOverride }
        switch kind {
        case .time: return 7 + min(decimals, 6)
        case .date: return 8
        case .dateTime, .timestamp: return 14 + min(decimals, 6)
        default: break
        }
        switch family {
        case .integer, .decimal:
            let length = maxLength - (decimals > 0 ? 1 : 0) - (isUnsigned || maxLength == 0 ? 0 : 1)
            return min(length, Self.maximumPrecision)
        case .real, .text, .temporal:
            return maxLength == 0 ? 1 : min(maxLength, Self.maximumPrecision)
        }
    }

    /// Item::decimal_scale
    var scale: Int {
        guard decimals >= Self.notFixed else { return decimals }
        return family == .temporal ? 6 : min(maxLength, Self.maximumScale)
    }

    /// The decimals of a DOUBLE that is made of numbers with these (aggregate_numeric_attributes_real): the first that
    /// has too many to be fixed decides.
    static func realDecimals(_ decimals: [Int]) -> Int {
        decimals.reduce(0) { $0 < floating ? max($0, $1) : $0 }
    }

    /// Item::decimal_int_part
    var wholeDigits: Int {
        precision - (decimals >= Self.notFixed ? 0 : decimals)
    }

    /// `maxLength` in bytes, as the server keeps it.
    var byteLength: Int {
        guard family == .text else { return maxLength }
        switch text.charset {
        case .utf8mb4: return maxLength * 4
        case .utf8mb3: return maxLength * 3
        default: return maxLength
        }
    }

    /// What the server calls it.
    var name: String {
        switch kind {
        case .null: "NULL"
        case .boolean: "BOOLEAN"
        case .tiny: "TINYINT"
        case .short: "SMALLINT"
        case .medium: "MEDIUMINT"
        case .long: "INT"
        case .longLong: "BIGINT"
        case .year: "YEAR"
        case .bit: "BIT"
        case .float: "FLOAT"
        case .double: "DOUBLE"
        case .decimal: "DECIMAL"
        case .text: text.collation == .binary ? "VARBINARY" : "VARCHAR"
        case .hexadecimal: "a hexadecimal literal"
        case .enumeration: "ENUM"
        case .set: "SET"
        case .date: "DATE"
        case .time: "TIME"
        case .dateTime: "DATETIME"
        case .timestamp: "TIMESTAMP"
        }
    }

    /// The precision of a result column of DECIMAL.
    private var columnPrecision: Int {
        let digits = decimals == 0 ? maxLength - (isUnsigned ? 0 : 1) : precision
        return max(1, min(digits, Self.maximumPrecision))
    }

    /// The type of a result column.
    var columnType: ColumnType {
        switch kind {
        case .null: .text(.utf8mb4)
        case .boolean, .long: .integer(byteCount: 4, unsigned: isUnsigned)
        case .tiny: .integer(byteCount: 1, unsigned: isUnsigned)
        case .short: .integer(byteCount: 2, unsigned: isUnsigned)
        case .medium: .integer(byteCount: 3, unsigned: isUnsigned)
        case .longLong: .integer(byteCount: 8, unsigned: isUnsigned)
        case .year: .year
        case .bit: .bit(width: UInt8(clamping: maxLength))
        case .float: .float
        case .double: .double
        case .decimal: .decimal(precision: UInt8(clamping: columnPrecision), scale: UInt8(clamping: decimals))
        case .text, .hexadecimal, .enumeration, .set:
            text.collation == .binary ? .blob : .text(text.collation)
        case .date: .date
        case .time: .time(fractionDigits: UInt8(min(decimals, 6)))
        case .dateTime: .dateTime(fractionDigits: UInt8(min(decimals, 6)))
        case .timestamp: .timestamp(fractionDigits: UInt8(min(decimals, 6)))
        }
    }
}
