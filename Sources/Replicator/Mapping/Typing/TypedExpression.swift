import Rows

/// An expression whose type is known, with what evaluates it. Conversions are expressions of their own: an evaluator
/// finds its operands in the form that it wants.
struct TypedExpression: Sendable {
    enum Code: Sendable {
        /// NULL.
        case null
        /// An integer, or its bit pattern if the type is unsigned.
        case integer(Evaluator<Int64>)
        case real(Evaluator<Double>)
        case decimal(Evaluator<Decimal>)
        case text(Evaluator<Text>)
        /// DATE, DATETIME, TIMESTAMP: as ``ColumnType/dateTime(fractionDigits:)``, in UTC. TIME: signed microseconds.
        case temporal(Evaluator<Int64>)
        /// ENUM's index or SET's bits; the labels in the character set of `type.text`.
        case label(Evaluator<Int64>, labels: [Text])
    }

    var type: ValueType
    let span: SourceSpan
    var code: Code
    /// True if it is the same for every row of the table.
    var isConstant = false
    /// The source column, if it is one and nothing else.
    var column: Int?
    /// Set for a literal that is written without an operator.
    var literal: Literal?
    /// In comparisons with dates and times, where what is none counts as zero and not as NULL: its value, if that makes
    /// it another one (TIME_FUZZY_DATES).
    var compared: Evaluator<Int64>?
    /// True for what CASE and its like choose, whose times lose their sign among integers (val_int_from_time_op).
    var isChosen = false
    /// True if it has inputs that differ from change to change.
    var dependsOnChange = false

    init(_ type: ValueType, _ span: SourceSpan, _ code: Code, operands: [TypedExpression] = []) {
        self.type = type
        self.span = span
        self.code = code
        isConstant = !operands.isEmpty && operands.allSatisfy(\.isConstant)
        dependsOnChange = operands.contains { $0.dependsOnChange }
    }

    var isNull: Bool {
        if case .null = code { return true }
        return false
    }
}
