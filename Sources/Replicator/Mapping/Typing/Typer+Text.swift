import Rows

/// CONCAT, UPPER, LOWER, SUBSTRING, LIKE.
extension Typer {
    func concat(_ operands: [TypedExpression], _ span: SourceSpan) throws(MappingError) -> TypedExpression {
        let attributes = try textAttributes(of: operands, span, allowsMixed: true)
        var texts: [Evaluator<Text>] = []
        for operand in operands { texts.append(try text(operand, in: attributes.collation)) }
        let type = ValueType(
            .text, maxLength: operands.map(\.type.maxLength).reduce(0, +), decimals: ValueType.notFixed,
            isNullable: operands.contains { $0.type.isNullable }, text: attributes)
        let parts = texts
        return TypedExpression(
            type, span,
            .text { (context) throws(EvaluationFailure) in
                var output = context.takeWorkspace()
                for part in parts {
                    guard let text = try part(&context) else {
                        _ = context.finish(&output)
                        return nil
                    }
                    context.append(text, to: &output)
                }
                return context.finish(&output)
            }, operands: operands)
    }

    func changeCase(
        to wanted: CaseMapping.Case, _ operand: TypedExpression, _ span: SourceSpan
    ) throws(MappingError) -> TypedExpression {
        let attributes = try textAttributes(of: [operand], span)
        guard let mapping = CaseMapping(to: wanted, in: attributes.collation) else {
            let name = attributes.collation.name ?? "\(attributes.collation.id)"
            throw error(span, "\("\(wanted)".uppercased()) in the collation \(name) is not supported yet")
        }
        let own = try text(operand, in: attributes.collation)
        let type = ValueType(
            .text, maxLength: operand.type.maxLength, decimals: ValueType.notFixed,
            isNullable: operand.type.isNullable, text: attributes)
        let evaluate =
            attributes.collation == .binary ? own : transform(own) { mapping.append($0, to: &$1) }
        return TypedExpression(type, span, .text(evaluate), operands: [operand])
    }

    func substring(_ arguments: [TypedExpression], _ span: SourceSpan) throws(MappingError) -> TypedExpression {
        let attributes = try textAttributes(of: [arguments[0]], span)
        let own = try text(arguments[0], in: attributes.collation)
        let type = ValueType(
            .text, maxLength: arguments[0].type.maxLength, decimals: ValueType.notFixed,
            isNullable: arguments.contains { $0.type.isNullable }, text: attributes)
        let isUTF8 = attributes.charset == .utf8mb4 || attributes.charset == .utf8mb3
        let position = Self.clamped(arguments[1])
        let length = arguments.count > 2 ? Self.clamped(arguments[2]) : constant(Int(Int32.max))
        return TypedExpression(
            type, span,
            .text { (context) throws(EvaluationFailure) in
                guard var text = try own(&context), let position = try position(&context),
                    let length = try length(&context)
                else { return nil }
                let isInRange = (Int(Int32.min)...Int(Int32.max)).contains(position)
                let range = context.read(text) {
                    isInRange
                        ? CharacterRange.range(of: $0, position: position, length: length, isUTF8)
                        : (start: 0, count: 0)
                }
                text.start += UInt32(range.start)
                text.count = UInt32(range.count)
                return text
            }, operands: arguments)
    }

    /// An integer; beyond Int64, the largest.
    private static func clamped(_ operand: TypedExpression) -> Evaluator<Int> {
        if operand.column != nil, operand.type.kind == .text {
            // A column's own conversion stops at the limits (Field_str::val_int).
            return mapBytes(operand.ownText) { Int(NumberPrefix.signedInteger($0)) }
        }
        let isUnsigned = operand.type.isUnsigned
        return map(operand.integer) { isUnsigned && $0 < 0 ? Int.max : Int($0) }
    }

    func like(
        _ value: TypedExpression, _ pattern: TypedExpression, escape: TypedExpression?, negated: Bool,
        _ span: SourceSpan
    ) throws(MappingError) -> TypedExpression {
        let collation = try textAttributes(of: [value, pattern], span).collation
        let rules = try rules(of: collation, span)
        let own = try text(value, in: collation)
        let wanted = try text(pattern, in: collation)
        let escape = try escape.map { (value) throws(MappingError) in try escapeCharacter(value, rules) } ?? 0x5C
        var type = ValueType.boolean
        type.isNullable = value.type.isNullable || pattern.type.isNullable
        let evaluate: Evaluator<Int64>
        if pattern.isConstant, let text = constantText(pattern, wanted) {
            let compiled = LikePattern(text.span, escape: escape, rules)
            evaluate = { (context) throws(EvaluationFailure) in
                guard let text = try own(&context) else { return nil }
                return context.read(text) { compiled.matches($0) } != negated ? 1 : 0
            }
        } else {
            evaluate = { (context) throws(EvaluationFailure) in
                guard let text = try own(&context), let like = try wanted(&context) else { return nil }
                let compiled = context.read(like) { LikePattern($0, escape: escape, rules) }
                return context.read(text) { compiled.matches($0) } != negated ? 1 : 0
            }
        }
        return TypedExpression(type, span, .integer(evaluate), operands: [value, pattern])
    }

    /// A constant of at most one character; without one, the backslash (fix_escape_item in sql/item_cmpfunc.cc).
    private func escapeCharacter(_ escape: TypedExpression, _ rules: CollationRules) throws(MappingError) -> UInt32 {
        guard escape.isConstant else { throw error(escape.span, "ESCAPE must be a constant") }
        guard let text = constantText(escape, escape.ownText), !text.isEmpty else { return 0x5C }
        var offset = 0
        let character = UTF8Character.next(text.span, &offset)
        guard offset == text.count, rules.isUTF8 || character < 0x80 else {
            throw error(escape.span, "ESCAPE must be one character")
        }
        return character
    }

    private func constantText(_ expression: TypedExpression, _ evaluate: Evaluator<Text>) -> [UInt8]? {
        var evaluation = Evaluation(constants: pool.bytes)
        guard let text = try? evaluate(&evaluation) else { return nil }
        var bytes: [UInt8] = []
        evaluation.append(text, to: &bytes)
        return bytes
    }
}
