import Rows

/// CAST, CONVERT, BINARY and COLLATE.
extension Typer {
    func cast(
        _ operand: TypedExpression, _ target: CastTarget, _ span: SourceSpan
    ) throws(MappingError) -> TypedExpression {
        switch target {
        case .signed: return castToInteger(operand, isUnsigned: false, span)
        case .unsigned: return castToInteger(operand, isUnsigned: true, span)
        case .decimal(let precision, let scale):
            let type = ValueType.decimal(precision: precision, scale: scale, isNullable: operand.type.isNullable)
            let evaluate = map(operand.decimal) { value in
                let rounded = value.rounded(to: scale)
                guard rounded.significantWholeDigits > precision - scale else { return rounded }
                return Decimal.largest(precision: precision, scale: scale, isNegative: rounded.isNegative)
            }
            return TypedExpression(type, span, .decimal(evaluate), operands: [operand])
        case .double:
            let type = ValueType(
                .double, maxLength: 22, decimals: ValueType.notFixed, isNullable: operand.type.isNullable)
            return TypedExpression(type, span, .real(operand.real), operands: [operand])
        case .float:
            let type = ValueType(
                .float, maxLength: 12, decimals: ValueType.notFixed, isNullable: operand.type.isNullable)
            let limit = Double(Float.greatestFiniteMagnitude)
            let evaluate = map(operand.real) { Double(Float(min(max($0, -limit), limit))) }
            return TypedExpression(type, span, .real(evaluate), operands: [operand])
        case .char(let length): return try castToText(operand, length: length, span)
        case .binary(let length): return castToBinary(operand, length: length, span)
        case .date, .dateTime, .time: return try castToTemporal(operand, target, span)
        }
    }

    private func castToInteger(_ operand: TypedExpression, isUnsigned: Bool, _ span: SourceSpan) -> TypedExpression {
        let length = castLength(operand, isUnsigned: isUnsigned)
        let fitsInt = length <= (isUnsigned ? 10 : 9)
        var type = ValueType(
            fitsInt ? .long : .longLong, maxLength: length, isUnsigned: isUnsigned, isNullable: operand.type.isNullable)
        type.precisionOverride = isUnsigned ? length : operand.type.precision
        let evaluate: Evaluator<Int64>
        switch operand.code {
        case .real(let value) where isUnsigned: evaluate = map(value) { Int64(bitPattern: $0.roundedUInt64) }
        case .decimal(let value) where isUnsigned: evaluate = map(value) { Int64(bitPattern: $0.uint64) }
        case .temporal where isUnsigned && operand.type.kind == .time: evaluate = map(operand.integer) { max(0, $0) }
        default: evaluate = operand.integer
        }
        return TypedExpression(type, span, .integer(evaluate), operands: [operand])
    }

    /// Item_func_signed and Item_func_unsigned: how many characters the result takes.
    private func castLength(_ operand: TypedExpression, isUnsigned: Bool) -> Int {
        let type = operand.type
        let least = isUnsigned ? 1 : 2
        switch type.family {
        case .real: return 20
        case .text:
            if isUnsigned, !type.isUnsigned, type.maxLength > 1 { return 20 }
            return max(min(type.wholeDigits, 21), least)
        case .integer, .decimal, .temporal:
            // What may be negative gives twenty digits as UNSIGNED.
            if isUnsigned, !type.isUnsigned, !operand.isNaturalLiteral { return 20 }
            return max(min(type.maxLength, 21), least)
        }
    }

    // MARK: - Text

    private func castToText(
        _ operand: TypedExpression, length: Int?, _ span: SourceSpan
    ) throws(MappingError) -> TypedExpression {
        let attributes = TextAttributes(collation: .utf8mb4, derivation: .implicit, isASCII: false)
        if operand.type.text.charset == .binary, !operand.isNull {
            throw error(operand.span, "CAST of bytes to CHAR is not supported yet: they need not be UTF-8")
        }
        let type = ValueType(
            .text, maxLength: length ?? operand.type.maxLength, isNullable: operand.type.isNullable, text: attributes)
        let evaluate = try text(operand, in: .utf8mb4)
        guard let length else { return TypedExpression(type, span, .text(evaluate), operands: [operand]) }
        let rules = try rules(of: .utf8mb4, span)
        return TypedExpression(
            type, span,
            .text { (context) throws(EvaluationFailure) in
                guard var text = try evaluate(&context) else { return nil }
                let kept = context.read(text) { CharacterRange.prefix(of: $0, characters: length, rules.isUTF8) }
                text.count = UInt32(kept)
                return text
            }, operands: [operand])
    }

    private func castToBinary(_ operand: TypedExpression, length: Int?, _ span: SourceSpan) -> TypedExpression {
        let type = ValueType(
            .text, maxLength: length ?? operand.type.byteLength, isNullable: operand.type.isNullable, text: .binary)
        let evaluate = operand.ownText
        guard let length else { return TypedExpression(type, span, .text(evaluate), operands: [operand]) }
        let isUTF8 = operand.type.text.charset == .utf8mb4 || operand.type.text.charset == .utf8mb3
        return TypedExpression(
            type, span,
            .text { (context) throws(EvaluationFailure) in
                guard var text = try evaluate(&context) else { return nil }
                if text.count >= length {
                    // The server counts characters here (Item_char_typecast::val_str_generic).
                    text.count = UInt32(
                        context.read(text) { CharacterRange.prefix(of: $0, characters: length, isUTF8) })
                    return text
                }
                // A text beyond the limit is refused, so there is no need to fill it.
                let count = min(length, context.limits.textByteCount + 1)
                return context.transform(text) { bytes, output in
                    for index in 0..<count { output.append(index < bytes.count ? bytes[index] : 0) }
                }
            }, operands: [operand])
    }

    func collate(
        _ operand: TypedExpression, _ name: String, _ nameSpan: SourceSpan, _ span: SourceSpan
    ) throws(MappingError) -> TypedExpression {
        guard let collation = Collation(name: name) else { throw error(nameSpan, "unknown collation \(name)") }
        var type = operand.type
        let charset = operand.type.text.derivation == .numeric ? .utf8mb4 : operand.type.text.charset
        guard operand.isNull || collation.charset == charset else {
            throw error(
                nameSpan, "the collation \(name) is not one of \(charset?.name ?? "the text's character set")")
        }
        type.kind = .text
        type.decimals = ValueType.notFixed
        type.precisionOverride = nil
        type.text = TextAttributes(
            collation: collation, derivation: .explicit, isASCII: operand.type.text.isASCII)
        return TypedExpression(type, span, .text(operand.ownText), operands: [operand])
    }

    // MARK: - Dates and times

    private func castToTemporal(
        _ operand: TypedExpression, _ target: CastTarget, _ span: SourceSpan
    ) throws(MappingError) -> TypedExpression {
        switch target {
        case .time(let digits):
            let type = ValueType(.time, maxLength: 10 + (digits > 0 ? digits + 1 : 0), decimals: digits)
            let unit = Self.unit(digits)
            var result = TypedExpression(
                type, span, .temporal(map(operand.time) { $0 - $0 % unit }), operands: [operand])
            result.compared = map(operand.comparedTime) { $0 - $0 % unit }
            return result
        default: break
        }
        guard let evaluate = operand.dateTime(allowsInvalidDays: false), let compared = operand.comparedDateTime else {
            throw error(span, "CAST of a TIME to a date is not supported: the server takes today's date for it")
        }
        var result: TypedExpression
        if case .dateTime(let digits) = target {
            let type = ValueType(.dateTime, maxLength: 19 + (digits > 0 ? digits + 1 : 0), decimals: digits)
            let unit = Self.unit(digits)
            let cut: @Sendable (Int64) -> Int64 = { $0 - ($0 & 0xFF_FFFF) % unit }
            result = TypedExpression(type, span, .temporal(map(evaluate) { cut($0) }), operands: [operand])
            result.compared = map(compared) { cut($0) }
        } else {
            // The date is what stands above the time of day.
            let type = ValueType(.date, maxLength: 10)
            result = TypedExpression(type, span, .temporal(map(evaluate) { ($0 >> 41) << 41 }), operands: [operand])
            result.compared = map(compared) { ($0 >> 41) << 41 }
        }
        return result
    }

    /// Microseconds of the last of `digits` fraction digits.
    private static func unit(_ digits: Int) -> Int64 {
        var unit: Int64 = 1
        for _ in digits..<6 { unit *= 10 }
        return unit
    }
}

extension TypedExpression {
    /// True for an integer or truth value that is written out, without a minus.
    fileprivate var isNaturalLiteral: Bool {
        switch literal {
        case .integer(let digits): !digits.hasPrefix("-")
        case .boolean: true
        default: false
        }
    }
}
