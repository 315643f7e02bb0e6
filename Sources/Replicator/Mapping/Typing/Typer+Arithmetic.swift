/// `+ - * / DIV %` and unary minus (Item_func_plus and its like in sql/item_func.cc).
extension Typer {
    /// The session's div_precision_increment.
    private static let divisionIncrement = 4

    func arithmetic(
        _ operation: ArithmeticOperator, _ left: TypedExpression, _ right: TypedExpression, _ span: SourceSpan
    ) throws(MappingError) -> TypedExpression {
        if operation == .integerDivide { return integerDivision(left, right, span) }
        let families = [numericFamily(left), numericFamily(right)]
        if families.contains(.real) { return real(operation, left, right, span) }
        if families.contains(.temporal) {
            let type = decimalType(operation, left, right)
            // A time without fraction digits counts as an integer.
            if type.decimals == 0, operation != .divide {
                return integer(operation, left, right, isUnsigned: type.isUnsigned, span, length: type.maxLength)
            }
            return decimal(operation, left, right, type, span)
        }
        if operation == .divide || families.contains(.decimal) {
            return decimal(operation, left, right, decimalType(operation, left, right), span)
        }
        let isUnsigned =
            operation == .modulo ? left.type.isUnsigned : left.type.isUnsigned || right.type.isUnsigned
        let type = decimalType(operation, left, right, isUnsigned: isUnsigned)
        return integer(operation, left, right, isUnsigned: isUnsigned, span, length: type.maxLength)
    }

    /// Aggregation for numeric operators: text counts as a double (Type_collection_std::aggregate_for_num_op).
    private func numericFamily(_ operand: TypedExpression) -> ValueType.Family {
        switch operand.type.kind {
        case .hexadecimal, .enumeration, .set: .integer
        default: operand.type.family == .text ? .real : operand.type.family
        }
    }

    // MARK: - Types

    /// Precision and scale by `result_precision` of each operator.
    private func decimalType(
        _ operation: ArithmeticOperator, _ left: TypedExpression, _ right: TypedExpression, isUnsigned: Bool? = nil
    ) -> ValueType {
        let (one, other) = (left.type, right.type)
        let isUnsigned = isUnsigned ?? (operation == .modulo ? one.isUnsigned : one.isUnsigned && other.isUnsigned)
        let precision: Int
        let scale: Int
        switch operation {
        case .add, .subtract:
            scale = max(one.scale, other.scale)
            precision = max(one.precision - one.scale, other.precision - other.scale) + 1 + scale
        case .multiply:
            scale = min(one.scale + other.scale, ValueType.maximumScale)
            precision = min(one.precision + other.precision, ValueType.maximumPrecision)
        case .divide:
            scale = min(one.scale + Self.divisionIncrement, ValueType.maximumScale)
            let increment = other.family == .temporal ? min(other.decimals, 6) : other.decimals
            precision = min(one.precision + increment + Self.divisionIncrement, ValueType.maximumPrecision)
        case .modulo, .integerDivide:
            scale = max(one.scale, other.scale)
            precision = max(one.precision, other.precision)
        }
        return .decimal(
            precision: precision, scale: scale, isUnsigned: isUnsigned, isNullable: nullable(operation, left, right))
    }

    private func nullable(_ operation: ArithmeticOperator, _ left: TypedExpression, _ right: TypedExpression) -> Bool {
        switch operation {
        case .divide, .modulo, .integerDivide: true
        default: left.type.isNullable || right.type.isNullable
        }
    }

    // MARK: - Doubles

    private func real(
        _ operation: ArithmeticOperator, _ left: TypedExpression, _ right: TypedExpression, _ span: SourceSpan
    ) -> TypedExpression {
        let decimals = max(left.type.decimals, right.type.decimals)
        var type = ValueType(
            .double, maxLength: 23, decimals: ValueType.realDecimals([left.type.decimals, right.type.decimals]),
            isNullable: nullable(operation, left, right))
        if operation == .modulo { type.isUnsigned = left.type.isUnsigned }
        if operation == .divide { type.decimals = min(decimals + Self.divisionIncrement, ValueType.notFixed) }
        let (one, other) = (left.real, right.real)
        let evaluate: Evaluator<Double>
        switch operation {
        case .add: evaluate = mapBoth(one, other) { (a, b) throws(EvaluationFailure) in try finite(a + b, span) }
        case .subtract: evaluate = mapBoth(one, other) { (a, b) throws(EvaluationFailure) in try finite(a - b, span) }
        case .multiply: evaluate = mapBoth(one, other) { (a, b) throws(EvaluationFailure) in try finite(a * b, span) }
        case .divide:
            evaluate = mapBoth(one, other) { (a, b) throws(EvaluationFailure) in b == 0 ? nil : try finite(a / b, span)
            }
        case .modulo, .integerDivide:
            evaluate = mapBoth(one, other) { $1 == 0 ? nil : $0.truncatingRemainder(dividingBy: $1) }
        }
        return TypedExpression(type, span, .real(evaluate), operands: [left, right])
    }

    // MARK: - Decimals

    private func decimal(
        _ operation: ArithmeticOperator, _ left: TypedExpression, _ right: TypedExpression, _ type: ValueType,
        _ span: SourceSpan
    ) -> TypedExpression {
        let (one, other) = (left.decimal, right.decimal)
        let evaluate: Evaluator<Decimal> = map(one, other) { (a, b) throws(EvaluationFailure) in
            do {
                switch operation {
                case .add: return try a + b
                case .subtract: return try a - b
                case .multiply: return try a * b
                case .divide: return try Decimal.divide(a, by: b, increment: Self.divisionIncrement)
                case .modulo, .integerDivide: return Decimal.remainder(a, by: b)
                }
            } catch {
                throw EvaluationFailure(reason: .outOfRange(.decimal), span: span)
            }
        }
        return TypedExpression(type, span, .decimal(evaluate), operands: [left, right])
    }

    // MARK: - Integers

    private func integer(
        _ operation: ArithmeticOperator, _ left: TypedExpression, _ right: TypedExpression, isUnsigned: Bool,
        _ span: SourceSpan, length: Int
    ) -> TypedExpression {
        let type = ValueType(
            ValueType.integerKind(maxLength: length), maxLength: length, isUnsigned: isUnsigned,
            isNullable: nullable(operation, left, right))
        let (one, other) = (left.integer, right.integer)
        let (oneUnsigned, otherUnsigned) = (left.type.isUnsigned, right.type.isUnsigned)
        let evaluate: Evaluator<Int64> = mapBoth(one, other) { (a, b) throws(EvaluationFailure) in
            let first = WholeNumber(a, isUnsigned: oneUnsigned)
            let second = WholeNumber(b, isUnsigned: otherUnsigned)
            let result: WholeNumber?
            switch operation {
            case .add: result = first.adding(second)
            case .subtract:
                // The server's check misses this one, and its result wraps (Item_func_minus::int_op).
                if a == 0, b == Int64.min, !oneUnsigned, !otherUnsigned { return b }
                result = first.adding(second.negated)
            case .multiply: result = first.multiplied(by: second)
            case .divide, .integerDivide:
                if second.magnitude == 0 { return nil }
                result = first.divided(by: second)
            case .modulo:
                if second.magnitude == 0 { return nil }
                result = WholeNumber(magnitude: first.magnitude % second.magnitude, isNegative: first.isNegative)
            }
            guard let bits = result?.bits(isUnsigned: isUnsigned) else {
                throw EvaluationFailure(reason: .outOfRange(isUnsigned ? .unsignedBigint : .bigint), span: span)
            }
            return bits
        }
        return TypedExpression(type, span, .integer(evaluate), operands: [left, right])
    }

    /// `DIV`: an integer whatever the operands; others than integers are divided as decimals.
    private func integerDivision(
        _ left: TypedExpression, _ right: TypedExpression, _ span: SourceSpan
    ) -> TypedExpression {
        let isUnsigned = left.type.isUnsigned || right.type.isUnsigned
        let length = min(left.type.wholeDigits, 21)
        if left.isIntegerResult, right.isIntegerResult {
            var result = integer(.integerDivide, left, right, isUnsigned: isUnsigned, span, length: length)
            result.type.kind = ValueType.integerKind(maxLength: length)
            if length == 1 { result.type.precisionOverride = 1 }
            return result
        }
        var type = ValueType(
            ValueType.integerKind(maxLength: length), maxLength: length, isUnsigned: isUnsigned)
        if length == 1 { type.precisionOverride = 1 }
        let evaluate: Evaluator<Int64> = map(left.decimal, right.decimal) { (a, b) throws(EvaluationFailure) in
            let failure = EvaluationFailure(
                reason: .outOfRange(isUnsigned ? .unsignedBigint : .bigint), span: span)
            let quotient: Decimal
            do {
                guard let value = try Decimal.divide(a, by: b, increment: 0) else { return nil }
                quotient = value.rounded(to: 0, .towardsZero)
            } catch {
                throw failure
            }
            guard let value = quotient.exactBits(isUnsigned: isUnsigned) else { throw failure }
            return value
        }
        return TypedExpression(type, span, .integer(evaluate), operands: [left, right])
    }

    // MARK: - Unary minus

    func negate(_ expression: Expression, _ span: SourceSpan) throws(MappingError) -> TypedExpression {
        let operand = try type(expression)
        if let literal = operand.literal { return try negate(literal, operand, span) }
        switch numericFamily(operand) {
        case .integer: return negateInteger(operand, span)
        case .decimal, .temporal:
            // The column is as long as the operand prints; the precision among numbers is the operand's.
            var type = ValueType(
                .decimal, maxLength: operand.type.maxLength + 1, decimals: operand.type.scale,
                isNullable: operand.type.isNullable)
            type.precisionOverride = operand.type.precision
            return TypedExpression(type, span, .decimal(map(operand.decimal) { $0.negated }), operands: [operand])
        case .real, .text:
            let type = ValueType(
                .double, maxLength: min(operand.type.maxLength + 1, 53), decimals: operand.type.decimals,
                isNullable: operand.type.isNullable)
            return TypedExpression(type, span, .real(map(operand.real) { -$0 }), operands: [operand])
        }
    }

    /// A number with a sign is a literal itself (Item_int::neg and its like).
    private func negate(
        _ literal: Literal, _ operand: TypedExpression, _ span: SourceSpan
    ) throws(MappingError) -> TypedExpression {
        var result: TypedExpression
        switch literal {
        case .integer(let digits):
            let negated = Self.negated(digits)
            if let value = Int64(negated) {
                let change = value < 0 ? 1 : value > 0 ? -1 : 0
                result = integerLiteral(value, length: operand.type.maxLength + change, span)
            } else {
                result = decimal(NumberPrefix.decimal(Array(negated.utf8).span), span)
            }
            result.literal = .integer(negated)
        case .decimal(let digits):
            let negated = Self.negated(digits)
            result = decimal(NumberPrefix.decimal(Array(negated.utf8).span), span)
            result.type = .decimal(
                precision: operand.type.precision, scale: operand.type.decimals, isNullable: false)
            result.literal = .decimal(negated)
        case .float:
            guard case .real(let evaluate) = operand.code else { return operand }
            var type = operand.type
            type.maxLength += 1
            result = TypedExpression(type, span, .real(map(evaluate) { -$0 }))
        default:
            var plain = operand
            plain.literal = nil
            return numericFamily(plain) == .integer
                ? negateInteger(plain, span)
                : TypedExpression(
                    ValueType(.double, maxLength: 23, decimals: plain.type.decimals, isNullable: plain.type.isNullable),
                    span, .real(map(plain.real) { -$0 }), operands: [plain])
        }
        result.isConstant = true
        return result
    }

    private static func negated(_ digits: String) -> String {
        digits.hasPrefix("-") ? String(digits.dropFirst()) : "-\(digits)"
    }

    private func negateInteger(_ operand: TypedExpression, _ span: SourceSpan) -> TypedExpression {
        let length = operand.type.byteLength + 1
        var type = ValueType(
            ValueType.integerKind(maxLength: length), maxLength: length, isNullable: operand.type.isNullable)
        type.precisionOverride = operand.type.precision
        let isUnsigned = operand.type.isUnsigned
        let evaluate: Evaluator<Int64> = map(operand.integer) { (value) throws(EvaluationFailure) in
            guard let bits = WholeNumber(value, isUnsigned: isUnsigned).negated.bits(isUnsigned: false) else {
                throw EvaluationFailure(reason: .outOfRange(.bigint), span: span)
            }
            return bits
        }
        return TypedExpression(type, span, .integer(evaluate), operands: [operand])
    }
}

extension TypedExpression {
    /// True if the server computes it as a longlong (result_type INT_RESULT); ENUM and SET are texts.
    var isIntegerResult: Bool { type.family == .integer }
}

/// The server's error 1690 for doubles.
private func finite(_ value: Double, _ span: SourceSpan) throws(EvaluationFailure) -> Double {
    guard value.isFinite else { throw EvaluationFailure(reason: .outOfRange(.double), span: span) }
    return value
}
