import Rows

/// Comparisons (Item_bool_rowready_func2 and Arg_comparator in sql/item_cmpfunc.cc).
extension Typer {
    /// Below 0, 0 or above 0; NULL if either side is.
    typealias Order = Evaluator<Int>

    func comparison(
        _ operation: ComparisonOperator, _ left: TypedExpression, _ right: TypedExpression, _ span: SourceSpan
    ) throws(MappingError) -> TypedExpression {
        let order = try order(left, right, span)
        var type = ValueType.boolean
        type.isNullable = operation != .nullSafeEqual && (left.type.isNullable || right.type.isNullable)
        let evaluate: Evaluator<Int64>
        let compare = order.evaluate
        switch operation {
        case .equal: evaluate = map(compare) { $0 == 0 ? 1 : 0 }
        case .notEqual: evaluate = map(compare) { $0 != 0 ? 1 : 0 }
        case .less: evaluate = map(compare) { $0 < 0 ? 1 : 0 }
        case .lessOrEqual: evaluate = map(compare) { $0 <= 0 ? 1 : 0 }
        case .greater: evaluate = map(compare) { $0 > 0 ? 1 : 0 }
        case .greaterOrEqual: evaluate = map(compare) { $0 >= 0 ? 1 : 0 }
        case .nullSafeEqual:
            let (leftIsNull, rightIsNull) = (order.leftIsNull, order.rightIsNull)
            evaluate = { (context) throws(EvaluationFailure) in
                if let order = try compare(&context) { return order == 0 ? 1 : 0 }
                return try leftIsNull(&context) == rightIsNull(&context) ? 1 : 0
            }
        }
        return TypedExpression(type, span, .integer(evaluate), operands: [left, right])
    }

    /// How two values are compared.
    struct Comparison {
        var evaluate: Order
        /// Whether a side is NULL in the form in which it is compared.
        var leftIsNull: Evaluator<Bool>
        var rightIsNull: Evaluator<Bool>
    }

    /// - Parameter roundsDecimals: `=` and its like compare decimals as they print; IN, BETWEEN and CASE as they are.
    func order(
        _ left: TypedExpression, _ right: TypedExpression, as kind: ComparisonKind? = nil, roundsDecimals: Bool = true,
        _ span: SourceSpan
    ) throws(MappingError) -> Comparison {
        try checkYears(left, right)
        let (left, right) = kind == nil ? asIntegers(left, right) : (left, right)
        var kind = kind ?? ComparisonKind(left.type).aggregated(with: ComparisonKind(right.type))
        if kind == .real, roundsDecimals, Self.isDecimalWithText(left, right) || Self.isDecimalWithText(right, left) {
            kind = .decimal
        }
        switch kind {
        case .text: return try textOrder(left, right, span)
        case .integer: return integerOrder(left, right)
        case .decimal:
            let (leftScale, rightScale) = (left.type.decimals, right.type.decimals)
            return comparison(left.decimal, right.decimal) { one, other in
                guard roundsDecimals else { return Decimal.compare(one, other) }
                return Decimal.compare(Self.rounded(one, leftScale), Self.rounded(other, rightScale))
            }
        case .real: return realOrder(left, right, roundsDecimals)
        case .time:
            return comparison(left.comparedTime, right.comparedTime) { $0 < $1 ? -1 : $0 > $1 ? 1 : 0 }
        case .date, .dateTime, .timestamp:
            guard let one = left.comparedDateTime, let other = right.comparedDateTime else {
                throw error(
                    span, "comparing a TIME with a date is not supported: the server takes today's date for it")
            }
            return comparison(one, other) { $0 < $1 ? -1 : $0 > $1 ? 1 : 0 }
        }
    }

    /// A constant beside a BIGINT column is an integer, if it is one by its value (convert_const_to_int).
    private func asIntegers(
        _ left: TypedExpression, _ right: TypedExpression
    ) -> (TypedExpression, TypedExpression) {
        if left.isBigintColumn { return (left, integerConstant(right) ?? right) }
        if right.isBigintColumn { return (integerConstant(left) ?? left, right) }
        return (left, right)
    }

    /// The integer that a constant number or time is; nil if it is none.
    func integerConstant(_ operand: TypedExpression) -> TypedExpression? {
        guard operand.isConstant, operand.type.family == .real || operand.type.family == .temporal else { return nil }
        var evaluation = Evaluation(constants: pool.bytes)
        guard let value = try? operand.decimal(&evaluation) else { return nil }
        let integer = value.int64
        guard Decimal.compare(Decimal(integer), value) == 0 else { return nil }
        return integerLiteral(integer, length: 20, operand.span)
    }

    /// `operands` as integers; nil if one is none.
    func integerConstants(_ operands: [TypedExpression]) -> [TypedExpression]? {
        var integers: [TypedExpression] = []
        for operand in operands {
            guard operand.isConstant, let integer = operand.isIntegerResult ? operand : integerConstant(operand) else {
                return nil
            }
            integers.append(integer)
        }
        return integers
    }

    private static func rounded(_ value: Decimal, _ scale: Int) -> Decimal {
        scale < Int(value.fractionDigits) ? value.rounded(to: scale) : value
    }

    /// A constant text is compared with a decimal without losing digits (Arg_comparator::set_cmp_func_real).
    private static func isDecimalWithText(_ decimal: TypedExpression, _ text: TypedExpression) -> Bool {
        decimal.type.family == .decimal && !decimal.isConstant && text.type.family == .text && text.isConstant
    }

    private func comparison<Value: Sendable>(
        _ left: @escaping Evaluator<Value>, _ right: @escaping Evaluator<Value>,
        _ compare: @escaping @Sendable (Value, Value) -> Int
    ) -> Comparison {
        Comparison(
            evaluate: map(left, right) { compare($0, $1) }, leftIsNull: isNull(left), rightIsNull: isNull(right))
    }

    private func isNull<Value>(_ evaluate: @escaping Evaluator<Value>) -> Evaluator<Bool> {
        { (context) throws(EvaluationFailure) in try evaluate(&context) == nil }
    }

    // MARK: - Numbers

    private func integerOrder(_ left: TypedExpression, _ right: TypedExpression) -> Comparison {
        switch (left.type.isUnsigned, right.type.isUnsigned) {
        case (false, false):
            comparison(left.integer, right.integer) { $0 < $1 ? -1 : $0 > $1 ? 1 : 0 }
        case (true, true):
            comparison(left.integer, right.integer) {
                let (one, other) = (UInt64(bitPattern: $0), UInt64(bitPattern: $1))
                return one < other ? -1 : one > other ? 1 : 0
            }
        // As bits of the same type, one that is above the signed range or below zero is the larger or smaller.
        case (false, true):
            comparison(left.integer, right.integer) { $0 < 0 || $1 < 0 ? -1 : $0 < $1 ? -1 : $0 > $1 ? 1 : 0 }
        case (true, false):
            comparison(left.integer, right.integer) { $0 < 0 || $1 < 0 ? 1 : $0 < $1 ? -1 : $0 > $1 ? 1 : 0 }
        }
    }

    private func realOrder(_ left: TypedExpression, _ right: TypedExpression, _ rounds: Bool) -> Comparison {
        let decimals = max(left.type.decimals, right.type.decimals)
        if rounds, decimals < ValueType.notFixed {
            // Both have a fixed number of decimals: what differs by less than half of the last is equal.
            var precision = 0.5
            for _ in 0..<decimals { precision /= 10 }
            return comparison(left.real, right.real) { [precision] in
                $0 == $1 || ($0 - $1).magnitude < precision ? 0 : $0 < $1 ? -1 : 1
            }
        }
        return comparison(left.real, right.real) { $0 < $1 ? -1 : $0 > $1 ? 1 : 0 }
    }

    /// A YEAR takes a constant beside it for a year too, so that 24 means 2024 (convert_const_to_int).
    private func checkYears(_ left: TypedExpression, _ right: TypedExpression) throws(MappingError) {
        for (year, other) in [(left, right), (right, left)] where year.type.kind == .year && year.column != nil {
            guard other.isConstant, !other.isNull, other.type.kind != .year else { continue }
            if case .integer(let digits)? = other.literal, let value = Int(digits), !(1...99).contains(value) {
                continue
            }
            throw error(other.span, "a YEAR can only be compared with a number of four digits")
        }
    }

    // MARK: - Text

    private func textOrder(
        _ left: TypedExpression, _ right: TypedExpression, _ span: SourceSpan
    ) throws(MappingError) -> Comparison {
        try textOrder(left, right, in: textAttributes(of: [left, right], span).collation, span)
    }

    func textOrder(
        _ left: TypedExpression, _ right: TypedExpression, in collation: Collation, _ span: SourceSpan
    ) throws(MappingError) -> Comparison {
        let rules = try rules(of: collation, span)
        let one = try text(left, in: collation)
        let other = try text(right, in: collation)
        return Comparison(
            evaluate: { (context) throws(EvaluationFailure) in
                guard let first = try one(&context), let second = try other(&context) else { return nil }
                return context.compare(first, second, rules)
            }, leftIsNull: isNull(one), rightIsNull: isNull(other))
    }

    /// The collation in which texts are compared or joined.
    func textAttributes(
        of operands: [TypedExpression], _ span: SourceSpan, allowsMixed: Bool = false
    ) throws(MappingError) -> TextAttributes {
        var result = operands[0].type.text
        var isMixed = false
        for operand in operands.dropFirst() {
            if let joined = result.aggregated(with: operand.type.text) {
                result = joined
            } else {
                isMixed = true
            }
        }
        guard !isMixed, allowsMixed || result.derivation != .mixed else {
            let names = operands.map { $0.type.text.collation.name ?? "unknown" }
            throw error(
                span,
                "these texts have collations that do not go together (\(names.joined(separator: ", "))): "
                    + "add COLLATE to one of them")
        }
        if result.derivation == .numeric {
            result = .literal(isASCII: true)
        }
        return result
    }

    func rules(of collation: Collation, _ span: SourceSpan) throws(MappingError) -> CollationRules {
        guard let rules = CollationRules(collation) else {
            let charset = collation.charset?.name ?? "utf8mb4"
            throw error(
                span,
                "comparison in the collation \(collation.name ?? "\(collation.id)") is not supported yet: "
                    + "use COLLATE \(charset)_bin or CAST(… AS BINARY)")
        }
        return rules
    }

    func text(_ operand: TypedExpression, in collation: Collation) throws(MappingError) -> Evaluator<Text> {
        guard let evaluate = operand.text(in: collation, constants: pool) else {
            throw error(
                operand.span,
                "this text cannot be converted to \(collation.charset?.name ?? "its character set")")
        }
        return evaluate
    }
}

extension TypedExpression {
    var isBigintColumn: Bool { column != nil && type.kind == .longLong }
}

extension Evaluation {
    func compare(_ left: Text, _ right: Text, _ rules: CollationRules) -> Int {
        rules.compare(span(of: left), span(of: right))
    }
}
