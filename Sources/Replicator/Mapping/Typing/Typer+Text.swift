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
                    // Too long already: `finish` says so, and no more memory goes into it.
                    if output.count > context.limits.textByteCount { break }
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
            .text, maxLength: substringLength(arguments), decimals: ValueType.notFixed,
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

    /// The most that SUBSTRING can leave over, where its arguments are constant (Item_func_substr::fix_length_and_dec,
    /// which begins with the length in bytes).
    private func substringLength(_ arguments: [TypedExpression]) -> Int {
        var result = arguments[0].type.byteLength
        if arguments[1].isConstant {
            let start = constantInteger(arguments[1])
            if let start, start < 0 {
                result = -start > result ? 0 : -start
            } else {
                result = start.map { max(0, result - max(0, $0 - 1)) } ?? 0
            }
        }
        if arguments.count > 2, arguments[2].isConstant {
            result = constantInteger(arguments[2]).map { max(0, min($0, result)) } ?? 0
        }
        return result
    }

    private func constantInteger(_ operand: TypedExpression) -> Int? {
        var evaluation = Evaluation(constants: pool.bytes)
        // Cut to 32 bits, which no text is longer than, so that sums and signs cannot overflow.
        return (try? operand.integer(&evaluation)).map { $0.map { Int(Int32(clamping: $0)) } } ?? nil
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
        var escapeSign: UInt32? = 0x5C
        if let escape { escapeSign = try escapeCharacter(escape, collation) }
        let rules = LikeRules(try rules(of: collation, span), escape: escapeSign)
        let own = try text(value, in: collation)
        let wanted = try text(pattern, in: collation)
        var type = ValueType.boolean
        type.isNullable = value.type.isNullable || pattern.type.isNullable
        let evaluate: Evaluator<Int64>
        if pattern.isConstant, let text = constantText(pattern, wanted) {
            let compiled = LikePattern(text.span, rules)
            evaluate = { (context) throws(EvaluationFailure) in
                guard let text = try own(&context) else { return nil }
                return context.read(text) { compiled.matches($0) } != negated ? 1 : 0
            }
        } else {
            evaluate = { (context) throws(EvaluationFailure) in
                guard let text = try own(&context), let like = try wanted(&context) else { return nil }
                return context.matches(text, like, rules) != negated ? 1 : 0
            }
        }
        return TypedExpression(type, span, .integer(evaluate), operands: [value, pattern])
    }

    /// The character that ESCAPE names, in a text of `collation`; nil if none can be it (fix_escape_item in
    /// sql/item_cmpfunc.cc, and how the `my_wildcmp` of each collation compares it).
    private func escapeCharacter(_ escape: TypedExpression, _ collation: Collation) throws(MappingError) -> UInt32? {
        guard escape.isConstant else { throw error(escape.span, "ESCAPE must be a constant") }
        let backslash: UInt32 = 0x5C
        guard let bytes = constantText(escape, escape.ownText) else { return backslash }
        let isUTF8 = escape.type.text.charset == .utf8mb4 || escape.type.text.charset == .utf8mb3
        guard CharacterRange.characterCount(bytes.span, isUTF8) <= 1 else {
            throw error(escape.span, "ESCAPE must be one character")
        }
        guard let first = bytes.first else { return collation == .binary ? 0 : backslash }
        switch collation.charset {
        case .binary: return UInt32(first)
        case .utf8mb4, .utf8mb3:
            var offset = 0
            let character = isUTF8 ? UTF8Character.next(bytes.span, &offset) : UInt32(first)
            // Bytes are compared one by one in _bin.
            return character < 0x80 || !collation.isBinary ? character : nil
        default:
            var converted: [UInt8] = []
            guard isUTF8, let charset = SingleByteCharset(collation) else { return UInt32(first) }
            return charset.append(utf8: bytes.span, to: &converted) ? UInt32(converted[0]) : 0x3F
        }
    }

    private func constantText(_ expression: TypedExpression, _ evaluate: Evaluator<Text>) -> [UInt8]? {
        var evaluation = Evaluation(constants: pool.bytes)
        // One that is too long is an error for each row.
        guard let text = try? evaluate(&evaluation), evaluation.overflow == nil else { return nil }
        var bytes: [UInt8] = []
        evaluation.append(text, to: &bytes)
        return bytes
    }
}

extension Evaluation {
    fileprivate func matches(_ text: Text, _ pattern: Text, _ rules: LikeRules) -> Bool {
        rules.matches(span(of: text), pattern: span(of: pattern))
    }
}
