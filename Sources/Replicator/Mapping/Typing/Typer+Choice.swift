/// CASE, IF, IFNULL, COALESCE, NULLIF.
extension Typer {
    func choice(
        operand: Expression?, branches: [Expression.Branch], otherwise: Expression?, _ span: SourceSpan
    ) throws(MappingError) -> TypedExpression {
        let conditions = try types(branches.map(\.when))
        var values = try types(branches.map(\.then))
        let operand = try operand.map { (expression) throws(MappingError) in try self.type(expression) }
        let select =
            try operand.map { (value) throws(MappingError) in try simpleSelector(value, conditions, span) }
            ?? Self.searchedSelector(conditions)
        if let otherwise { values.append(try self.type(otherwise)) }
        var type = try resultType(of: values, span)
        type.isNullable = otherwise == nil || values.contains { $0.type.isNullable }
        let all = values + conditions + (operand.map { [$0] } ?? [])
        return try chosen(type, values, select, operands: all, span)
    }

    func conditional(_ arguments: [TypedExpression], _ span: SourceSpan) throws(MappingError) -> TypedExpression {
        let values = Array(arguments[1...])
        // A NULL that is written out does not count (fix_length_and_dec2_eliminate_null).
        let typed = values.filter { !$0.isNull }
        var type = try resultType(of: typed.isEmpty ? values : typed, span)
        type.isNullable = values.contains { $0.type.isNullable }
        let condition = arguments[0].truth
        let select: Evaluator<Int> = { (context) throws(EvaluationFailure) in
            try condition(&context) == true ? 0 : 1
        }
        return try chosen(type, values, select, operands: arguments, span)
    }

    func coalesce(_ values: [TypedExpression], _ span: SourceSpan) throws(MappingError) -> TypedExpression {
        var type = try resultType(of: values, span)
        type.isNullable = values.allSatisfy(\.type.isNullable)
        let code = try code(
            of: values, as: type, span, integers: Self.first, reals: Self.first, decimals: Self.first,
            texts: Self.first)
        var result = TypedExpression(type, span, code, operands: values)
        result.isChosen = true
        return result
    }

    func nullIf(_ value: TypedExpression, _ other: TypedExpression, _ span: SourceSpan) throws(MappingError)
        -> TypedExpression
    {
        let order = try order(value, other, span).evaluate
        var type = value.type
        type.isNullable = true
        if type.kind == .enumeration || type.kind == .set { type.kind = .text }
        let select: Evaluator<Int> = { (context) throws(EvaluationFailure) in
            try order(&context) == 0 ? nil : 0
        }
        return try chosen(type, [value], select, operands: [value, other], span)
    }

    // MARK: - Selection

    /// The first branch whose condition is true; behind the last one the value of ELSE.
    private static func searchedSelector(_ conditions: [TypedExpression]) -> Evaluator<Int> {
        let conditions = conditions.map(\.truth)
        return { (context) throws(EvaluationFailure) in
            for (index, condition) in conditions.enumerated() where try condition(&context) == true { return index }
            return conditions.count
        }
    }

    private func simpleSelector(
        _ value: TypedExpression, _ conditions: [TypedExpression], _ span: SourceSpan
    ) throws(MappingError) -> Evaluator<Int> {
        let orders = try listOrders(value, conditions, span).map(\.evaluate)
        return { (context) throws(EvaluationFailure) in
            for (index, order) in orders.enumerated() where try order(&context) == 0 { return index }
            return orders.count
        }
    }

    private func chosen(
        _ type: ValueType, _ values: [TypedExpression], _ select: @escaping Evaluator<Int>,
        operands: [TypedExpression], _ span: SourceSpan
    ) throws(MappingError) -> TypedExpression {
        let code = try code(
            of: values, as: type, span, integers: { Self.pick($0, select) }, reals: { Self.pick($0, select) },
            decimals: { Self.pick($0, select) }, texts: { Self.pick($0, select) })
        var result = TypedExpression(type, span, code, operands: operands)
        result.isChosen = true
        if type.family == .temporal, values.contains(where: { $0.compared != nil }) {
            let compared = values.map { type.kind == .time ? $0.comparedTime : $0.comparedDateTime ?? constant(nil) }
            result.compared = Self.pick(compared, select)
        }
        return result
    }

    private static func pick<Value>(
        _ values: [Evaluator<Value>], _ select: @escaping Evaluator<Int>
    ) -> Evaluator<Value> {
        { (context) throws(EvaluationFailure) in
            guard let index = try select(&context), index < values.count else { return nil }
            return try values[index](&context)
        }
    }

    private static func first<Value>(_ values: [Evaluator<Value>]) -> Evaluator<Value> {
        { (context) throws(EvaluationFailure) in
            for value in values {
                if let value = try value(&context) { return value }
            }
            return nil
        }
    }

    /// The code of a value of `type` that one of `values` is, each of them converted to it.
    private func code(
        of values: [TypedExpression], as type: ValueType, _ span: SourceSpan,
        integers: ([Evaluator<Int64>]) -> Evaluator<Int64>, reals: ([Evaluator<Double>]) -> Evaluator<Double>,
        decimals: ([Evaluator<Decimal>]) -> Evaluator<Decimal>, texts: ([Evaluator<Text>]) -> Evaluator<Text>
    ) throws(MappingError) -> TypedExpression.Code {
        switch type.kind {
        case .null: return .null
        case .boolean, .tiny, .short, .medium, .long, .longLong, .year, .bit:
            return .integer(integers(values.map(\.integer)))
        case .float, .double: return .real(reals(values.map(\.real)))
        case .decimal: return .decimal(decimals(values.map(\.decimal)))
        case .text, .hexadecimal, .enumeration, .set:
            var converted: [Evaluator<Text>] = []
            for value in values { converted.append(try text(value, in: type.text.collation)) }
            return .text(texts(converted))
        case .time: return .temporal(integers(values.map(\.time)))
        case .date, .dateTime, .timestamp:
            var converted: [Evaluator<Int64>] = []
            for value in values {
                guard let evaluate = value.dateTime(allowsInvalidDays: true) else {
                    throw error(
                        value.span, "a TIME among dates is not supported: the server takes today's date for it")
                }
                converted.append(evaluate)
            }
            return .temporal(integers(converted))
        }
    }
}
