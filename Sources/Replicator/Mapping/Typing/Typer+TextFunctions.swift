import Rows

/// Functions that make text (Item_func_concat and its like in sql/item_strfunc.cc).
extension Typer {
    /// Nil if `name` is no function of text.
    func textFunction(
        _ name: String, _ arguments: [Expression], _ span: SourceSpan
    ) throws(MappingError) -> TypedExpression? {
        var operands: [TypedExpression] = []
        guard ["CONCAT", "SUBSTRING", "SUBSTR", "MID"].contains(name) else { return nil }
        for argument in arguments { operands.append(try type(argument)) }
        switch name {
        case "CONCAT": return try concat(operands, span)
        default: return try substring(operands, span)
        }
    }

    private func concat(_ operands: [TypedExpression], _ span: SourceSpan) throws(MappingError) -> TypedExpression {
        let attributes = try textAggregate(of: operands, span)
        var type = ValueType(.text, maxLength: 0, decimals: ValueType.notFixed, isNullable: false, text: attributes)
        var parts: [Evaluator<Text>] = []
        for operand in operands {
            parts.append(try convertedText(operand, to: attributes.collation))
            type.maxLength += operand.type.textLength
            if operand.type.isNullable { type.isNullable = true }
        }
        if parts.count == 1 { return TypedExpression(type, span, .text(parts[0]), operands: operands) }
        return TypedExpression(
            type, span,
            .text({ [parts] (context) throws(EvaluationFailure) in
                var output = context.takeWorkspace()
                // The first NULL ends it: what follows is not evaluated.
                for part in parts {
                    guard let text = try part(&context) else {
                        context.giveBack(&output)
                        return nil
                    }
                    context.append(text, to: &output)
                }
                return context.finish(&output)
            }), operands: operands)
    }

    private func substring(_ operands: [TypedExpression], _ span: SourceSpan) throws(MappingError) -> TypedExpression {
        let attributes = try textAggregate(of: [operands[0]], span)
        let evaluate = try convertedText(operands[0], to: attributes.collation)
        var type = ValueType(
            .text, maxLength: operands[0].type.textLength, decimals: ValueType.notFixed,
            isNullable: operands.contains { $0.type.isNullable }, text: attributes)
        type.maxLength = substringLength(type.maxLength, operands)
        let isUTF8 = attributes.charset == .utf8mb4 || attributes.charset == .utf8mb3
        let (first, firstIsUnsigned) = (operands[1].integer, operands[1].type.isUnsigned)
        let count = operands.count > 2 ? operands[2].integer : nil
        let countIsUnsigned = operands.count > 2 && operands[2].type.isUnsigned
        return TypedExpression(
            type, span,
            .text({ (context) throws(EvaluationFailure) in
                let text = try evaluate(&context)
                let start = try first(&context)
                var length = Int64.max
                if let count {
                    guard let value = try count(&context) else { return nil }
                    // Unsigned numbers above the signed range are lengths as well.
                    length = value < 0 && countIsUnsigned ? Int64.max : value
                }
                guard let text, let start else { return nil }
                guard length > 0, !(firstIsUnsigned && start < 0) else { return text.prefix(0) }
                guard isUTF8 else { return text.bytes(from: start, count: length) }
                return context.characters(of: text, from: start, count: length)
            }), operands: operands)
    }

    /// What constant arguments tell of the length (Item_func_substr::fix_length_and_dec).
    private func substringLength(_ length: Int, _ operands: [TypedExpression]) -> Int {
        var length = length
        if let start = constantInteger(operands[1]) {
            length = start < 0 ? (-start > length ? 0 : -start) : max(0, length - max(0, start - 1))
        }
        if operands.count > 2, let count = constantInteger(operands[2]) { length = min(length, max(0, count)) }
        return length
    }

    /// The value of a constant expression, cut to 32 bits; nil for others. NULL counts as 0.
    private func constantInteger(_ expression: TypedExpression) -> Int? {
        guard expression.isConstant else { return nil }
        var evaluation = Evaluation(constants: pool.bytes)
        guard let value = try? expression.integer(&evaluation) else { return 0 }
        return Int(Int32(clamping: value))
    }
}

extension Text {
    fileprivate func prefix(_ length: Int) -> Text {
        Text(source: source, start: start, count: UInt32(length))
    }

    /// - Parameter start: from 1; below 0 from the end; 0 is nowhere.
    fileprivate func bytes(from start: Int64, count length: Int64) -> Text {
        let total = Int64(count)
        guard start != 0, start <= total, start >= -total else { return prefix(0) }
        let offset = start < 0 ? total + start : start - 1
        return Text(
            source: source, start: self.start + UInt32(offset), count: UInt32(min(length, total - offset)))
    }
}

extension Evaluation {
    /// As `SUBSTRING` of UTF-8 text.
    fileprivate func characters(of text: Text, from start: Int64, count length: Int64) -> Text {
        let bytes = span(of: text)
        var offset = 0
        if start > 0 {
            var skipped: Int64 = 1
            while skipped < start, offset < bytes.count {
                UTF8Character.skip(bytes, &offset)
                skipped += 1
            }
        } else if start == 0 {
            offset = bytes.count
        } else {
            offset = UTF8Character.offset(ofLast: start.magnitude, in: bytes) ?? bytes.count
        }
        var end = offset
        if length >= Int64(bytes.count - offset) {
            end = bytes.count
        } else {
            var taken: Int64 = 0
            while taken < length, end < bytes.count {
                UTF8Character.skip(bytes, &end)
                taken += 1
            }
        }
        return Text(source: text.source, start: text.start + UInt32(offset), count: UInt32(end - offset))
    }
}
