/// An expression of a mapping as it was written, before its columns are known.
struct Expression: Sendable {
    let span: SourceSpan
    let kind: Kind
    /// Levels of the tree that it is.
    let height: Int

    init(span: SourceSpan, kind: Kind) {
        self.span = span
        self.kind = kind
        height = 1 + (Self.children(of: kind).lazy.map(\.height).max() ?? 0)
    }

    indirect enum Kind: Sendable {
        case column(ColumnReference)
        case input(Input)
        case literal(Literal)
        case negate(Expression)
        case not(Expression)
        case arithmetic(ArithmeticOperator, Expression, Expression)
        case comparison(ComparisonOperator, Expression, Expression)
        case logic(LogicOperator, Expression, Expression)
        /// `IS [NOT] NULL | TRUE | FALSE | UNKNOWN`
        case test(Expression, Truth, negated: Bool)
        case inList(Expression, [Expression], negated: Bool)
        case between(Expression, low: Expression, high: Expression, negated: Bool)
        case like(Expression, pattern: Expression, escape: Expression?, negated: Bool)
        /// `operand` is nil in `CASE WHEN condition …`.
        case choice(operand: Expression?, branches: [Branch], otherwise: Expression?)
        case cast(Expression, CastTarget)
        case collate(Expression, name: String, nameSpan: SourceSpan)
        /// `name` in upper case.
        case function(name: String, [Expression])
    }

    struct Branch: Sendable {
        let when: Expression
        let then: Expression
    }
}

/// `name`, `table.name` or `database.table.name`.
struct ColumnReference: Equatable, Sendable {
    let database: String?
    let table: String?
    let name: String
}

/// What a mapping may ask of the replicator, by a name with a leading underscore.
enum Input: String, CaseIterable, Sendable {
    case operation = "_op"
    case database = "_database"
    case table = "_table"
    case commitTime = "_commit_time"
    case gtid = "_gtid"
    case file = "_file"
    case offset = "_offset"
    case row = "_row"

    /// True for what is the same for all rows of a table, and so may stand in WHERE.
    var isOfTable: Bool { self == .database || self == .table }
}

enum Literal: Equatable, Sendable {
    case null
    case boolean(Bool)
    /// Decimal digits, any number of them.
    case integer(String)
    /// Digits with a point.
    case decimal(String)
    /// Digits with an exponent.
    case float(String)
    case string(String)
    /// The bytes of `x'…'`.
    case binary([UInt8])
    /// The bytes of `0x…`, `b'…'` or `0b…`: a number among numbers.
    case hexadecimal([UInt8])
    /// `DATE'…'`, `TIME'…'`, `TIMESTAMP'…'`
    case temporal(TemporalLiteral, String)
}

enum TemporalLiteral: String, Sendable {
    case date = "DATE"
    case time = "TIME"
    case timestamp = "TIMESTAMP"
}

enum ArithmeticOperator: String, Sendable {
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case integerDivide = "DIV"
    case modulo = "%"
}

enum ComparisonOperator: String, Sendable {
    case equal = "="
    case nullSafeEqual = "<=>"
    case notEqual = "<>"
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
}

enum LogicOperator: String, Sendable {
    case and = "AND"
    case or = "OR"
    case exclusiveOr = "XOR"
}

enum Truth: String, Sendable {
    case null = "NULL"
    case yes = "TRUE"
    case no = "FALSE"
    case unknown = "UNKNOWN"
}

/// What `CAST(… AS …)` makes.
enum CastTarget: Equatable, Sendable {
    case signed
    case unsigned
    case decimal(precision: Int, scale: Int)
    case double
    case float
    /// `length` in characters; nil: as long as it is.
    case char(length: Int?)
    case binary(length: Int?)
    case date
    case time(fractionDigits: Int)
    case dateTime(fractionDigits: Int)
}
