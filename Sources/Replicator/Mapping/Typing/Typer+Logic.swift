/// AND, OR, XOR, NOT, IS, BETWEEN and IN, with their three truth values.
extension Typer {
    func logic(
        _ operation: LogicOperator, _ left: TypedExpression, _ right: TypedExpression, _ span: SourceSpan
    ) -> TypedExpression {
        var type = ValueType.boolean
        type.isNullable = left.type.isNullable || right.type.isNullable
        let (one, other) = (left.truth, right.truth)
        let evaluate: Evaluator<Int64>
        switch operation {
        case .and:
            evaluate = { (context) throws(EvaluationFailure) in
                let first = try one(&context)
                if first == false { return 0 }
                guard let second = try other(&context) else { return nil }
                return second ? (first == nil ? nil : 1) : 0
            }
        case .or:
            evaluate = { (context) throws(EvaluationFailure) in
                let first = try one(&context)
                if first == true { return 1 }
                guard let second = try other(&context) else { return nil }
                return second ? 1 : (first == nil ? nil : 0)
            }
        case .exclusiveOr: evaluate = map(one, other) { $0 != $1 ? 1 : 0 }
        }
        return TypedExpression(type, span, .integer(evaluate), operands: [left, right])
    }

    func not(_ operand: TypedExpression, _ span: SourceSpan) -> TypedExpression {
        var type = ValueType.boolean
        type.isNullable = operand.type.isNullable
        return TypedExpression(type, span, .integer(map(operand.truth) { $0 ? 0 : 1 }), operands: [operand])
    }

    func test(_ operand: TypedExpression, _ truth: Truth, negated: Bool, _ span: SourceSpan) -> TypedExpression {
        var type = ValueType.boolean
        type.isNullable = false
        let evaluate: Evaluator<Int64>
        switch truth {
        case .null, .unknown:
            let isNull = operand.isNullEvaluator
            evaluate = { (context) throws(EvaluationFailure) in try isNull(&context) != negated ? 1 : 0 }
        case .yes, .no:
            let value = operand.truth
            evaluate = { (context) throws(EvaluationFailure) in
                (try value(&context) == (truth == .yes)) != negated ? 1 : 0
            }
        }
        return TypedExpression(type, span, .integer(evaluate), operands: [operand])
    }

    func between(
        _ value: TypedExpression, _ low: TypedExpression, _ high: TypedExpression, negated: Bool, _ span: SourceSpan
    ) throws(MappingError) -> TypedExpression {
        var kind = ComparisonKind(value.type)
        for bound in [low, high] { kind = kind.aggregated(with: ComparisonKind(bound.type)) }
        if value.isBigintColumn, kind == .real, let bounds = integerConstants([low, high]) {
            return try between(value, bounds[0], bounds[1], negated: negated, span)
        }
        let above: Comparison
        let below: Comparison
        if kind == .text {
            let collation = try textAttributes(of: [value, low, high], span).collation
            above = try textOrder(value, low, in: collation, span)
            below = try textOrder(value, high, in: collation, span)
        } else {
            above = try order(value, low, as: kind, roundsDecimals: false, span)
            below = try order(value, high, as: kind, roundsDecimals: false, span)
        }
        let (first, second) = (above.evaluate, below.evaluate)
        var type = ValueType.boolean
        type.isNullable = [value, low, high].contains { $0.type.isNullable }
        let evaluate: Evaluator<Int64> = { (context) throws(EvaluationFailure) in
            let isAbove = try first(&context)
            let isBelow = try second(&context)
            if (isAbove.map { $0 < 0 }) == true || (isBelow.map { $0 > 0 }) == true { return negated ? 1 : 0 }
            return isAbove == nil || isBelow == nil ? nil : negated ? 0 : 1
        }
        return TypedExpression(type, span, .integer(evaluate), operands: [value, low, high])
    }

    func inList(
        _ value: TypedExpression, _ list: [TypedExpression], negated: Bool, _ span: SourceSpan
    ) throws(MappingError) -> TypedExpression {
        // One value is compared as `=` would (handle_sql2003_note184_exception in sql/sql_yacc.yy).
        if list.count == 1 { return try comparison(negated ? .notEqual : .equal, value, list[0], span) }
        let matches = try listOrders(value, value.isBigintColumn ? integerConstants(list) ?? list : list, span)
        var type = ValueType.boolean
        type.isNullable = ([value] + list).contains { $0.type.isNullable }
        let orders = matches.map(\.evaluate)
        let evaluate: Evaluator<Int64> = { (context) throws(EvaluationFailure) in
            var sawNull = false
            for order in orders {
                guard let result = try order(&context) else {
                    sawNull = true
                    continue
                }
                if result == 0 { return negated ? 0 : 1 }
            }
            return sawNull ? nil : negated ? 1 : 0
        }
        return TypedExpression(type, span, .integer(evaluate), operands: [value] + list)
    }

    /// Comparisons of `value` with each of `list`, for IN and CASE: each pair by its own types, texts in the collation
    /// of them all (Predicant_to_list_comparator).
    func listOrders(
        _ value: TypedExpression, _ list: [TypedExpression], _ span: SourceSpan
    ) throws(MappingError) -> [Comparison] {
        let kinds = list.map { ComparisonKind(value.type).aggregated(with: ComparisonKind($0.type)) }
        let collation = kinds.contains(.text) ? try textAttributes(of: [value] + list, span).collation : nil
        var orders: [Comparison] = []
        for (element, kind) in zip(list, kinds) {
            if kind == .text, let collation {
                orders.append(try textOrder(value, element, in: collation, span))
            } else {
                orders.append(try order(value, element, as: kind, roundsDecimals: false, span))
            }
        }
        return orders
    }
}

extension TypedExpression {
    /// Whether the value is NULL.
    var isNullEvaluator: Evaluator<Bool> {
        switch code {
        case .null: constant(true)
        case .integer(let evaluate), .label(let evaluate, _), .temporal(let evaluate): isNull(evaluate)
        case .real(let evaluate): isNull(evaluate)
        case .decimal(let evaluate): isNull(evaluate)
        case .text(let evaluate): isNull(evaluate)
        }
    }

    private func isNull<Value>(_ evaluate: @escaping Evaluator<Value>) -> Evaluator<Bool> {
        { (context) throws(EvaluationFailure) in try evaluate(&context) == nil }
    }
}
