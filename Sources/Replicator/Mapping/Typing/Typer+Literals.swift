import Rows

/// Literals, and what the replicator tells.
extension Typer {
    func literal(_ literal: Literal, _ span: SourceSpan) throws(MappingError) -> TypedExpression {
        var result = try untagged(literal, span)
        result.literal = literal
        result.isConstant = true
        return result
    }

    private func untagged(_ literal: Literal, _ span: SourceSpan) throws(MappingError) -> TypedExpression {
        switch literal {
        case .null: return null(span)
        case .boolean(let value):
            // As long as "false", whatever it is.
            var type = ValueType(.boolean, maxLength: 5, isNullable: false)
            type.precisionOverride = 5
            return TypedExpression(type, span, .integer(constant(value ? 1 : 0)))
        case .integer(let digits): return integer(digits, span)
        case .decimal(let digits): return decimalLiteral(digits, span)
        case .float(let digits):
            let value = NumberPrefix.double(Array(digits.utf8).span)
            guard value.magnitude < .greatestFiniteMagnitude else {
                throw error(span, "this number is too large")
            }
            let type = ValueType(
                .double, maxLength: digits.utf8.count, decimals: Self.decimals(of: digits), isNullable: false)
            return TypedExpression(type, span, .real(constant(value)))
        case .string(let text): return string(text, span)
        case .binary(let bytes): return self.bytes(bytes, .text, span)
        case .hexadecimal(let bytes):
            var result = self.bytes(bytes, .hexadecimal, span)
            // Digits of the largest number of as many bytes (Item_hex_hybrid::decimal_precision).
            result.type.precisionOverride = bytes.count < 8 ? [3, 3, 5, 8, 10, 13, 15, 17][bytes.count] : 20
            return result
        case .temporal(let kind, let text): return try temporal(kind, text, span)
        }
    }

    /// `DATE'…'` and its like, which must be right (Type_handler::create_literal_item).
    private func temporal(
        _ kind: TemporalLiteral, _ text: String, _ span: SourceSpan
    ) throws(MappingError) -> TypedExpression {
        let bytes = Array(text.utf8)
        guard let scanner = TemporalScanner(bytes.span), let literal = scanner.literal(kind) else {
            throw error(span, "incorrect \(kind.rawValue) value '\(text)'")
        }
        let digits = kind == .date ? 0 : literal.fractionDigits
        let (valueKind, length): (ValueType.Kind, Int) =
            switch kind {
            case .date: (.date, 10)
            case .time: (.time, 10)
            case .timestamp: (.dateTime, 19)
            }
        let type = ValueType(
            valueKind, maxLength: length + (digits > 0 ? digits + 1 : 0), decimals: digits, isNullable: false)
        return TypedExpression(type, span, .temporal(constant(literal.value)))
    }

    func null(_ span: SourceSpan) -> TypedExpression {
        var result = TypedExpression(ValueType(.null, maxLength: 0, text: .null), span, .null)
        result.isConstant = true
        return result
    }

    /// INT or BIGINT; BIGINT UNSIGNED beyond that; DECIMAL beyond that (int_token in sql/sql_lex.cc).
    private func integer(_ digits: String, _ span: SourceSpan) -> TypedExpression {
        let length = digits.utf8.count
        if let value = Int64(digits) {
            return integerLiteral(value, length: length, span)
        }
        if let value = UInt64(digits) {
            var type = ValueType(.longLong, maxLength: length, isUnsigned: true, isNullable: false)
            type.precisionOverride = length
            return TypedExpression(type, span, .integer(constant(Int64(bitPattern: value))))
        }
        return decimal(NumberPrefix.decimal(Array(digits.utf8).span), span)
    }

    func integerLiteral(_ value: Int64, length: Int, _ span: SourceSpan) -> TypedExpression {
        var type = ValueType(ValueType.integerKind(maxLength: length), maxLength: length, isNullable: false)
        type.precisionOverride = length - (value < 0 ? 1 : 0)
        return TypedExpression(type, span, .integer(constant(value)))
    }

    /// With as many digits as are written, a single 0 before the point included.
    private func decimalLiteral(_ digits: String, _ span: SourceSpan) -> TypedExpression {
        var result = decimal(NumberPrefix.decimal(Array(digits.utf8).span), span)
        let whole = digits.utf8.prefix { $0 != UInt8(ascii: ".") }.count
        if whole <= 9 {
            let scale = result.type.decimals
            result.type = .decimal(precision: whole + scale, scale: scale, isNullable: false)
        }
        return result
    }

    func decimal(_ value: Decimal, _ span: SourceSpan) -> TypedExpression {
        let scale = Int(value.fractionDigits)
        let type = ValueType.decimal(precision: Int(value.wholeDigits) + scale, scale: scale, isNullable: false)
        return TypedExpression(type, span, .decimal(constant(value)))
    }

    /// Digits behind the point, if the exponent leaves any fixed number of them (nr_of_decimals in sql/item.cc).
    private static func decimals(of float: String) -> Int {
        guard float.contains(".") else { return ValueType.notFixed }
        return ValueType.notFixed
    }

    func string(_ text: String, _ span: SourceSpan) -> TypedExpression {
        let isASCII = text.utf8.allSatisfy { $0 < 0x80 }
        let type = ValueType(
            .text, maxLength: text.unicodeScalars.count, decimals: ValueType.notFixed, isNullable: false,
            text: .literal(isASCII: isASCII))
        return TypedExpression(type, span, .text(constant(pool.add(text.utf8))))
    }

    private func bytes(_ bytes: [UInt8], _ kind: ValueType.Kind, _ span: SourceSpan) -> TypedExpression {
        let type = ValueType(
            kind, maxLength: bytes.count, isUnsigned: true, isNullable: false,
            text: TextAttributes(collation: .binary, derivation: .coercible, isASCII: false))
        return TypedExpression(type, span, .text(constant(pool.add(bytes))))
    }

    // MARK: - Inputs

    func input(_ input: Input, _ span: SourceSpan) -> TypedExpression {
        switch input {
        case .database, .table:
            var result = string(input == .database ? scope.table.database : scope.table.name, span)
            result.isConstant = true
            return result
        case .operation:
            let names = Dictionary(
                uniqueKeysWithValues: [Operation.insert, .update, .delete].map { ($0, pool.add("\($0)".utf8)) })
            return change(
                inputText(length: 8, isNullable: false), span,
                .text({ (context) throws(EvaluationFailure) in
                    names[context.row.operation]
                }))
        case .gtid:
            return change(
                inputText(length: 64, isNullable: true), span,
                .text({ (context) throws(EvaluationFailure) in
                    guard let gtid = context.origin.gtid else { return nil }
                    return context.makeText { $0.append(contentsOf: gtid.utf8) }
                }))
        case .file:
            return change(
                inputText(length: 512, isNullable: false), span,
                .text({ (context) throws(EvaluationFailure) in
                    let file = context.origin.position.file
                    return context.makeText { $0.append(contentsOf: file.utf8) }
                }))
        case .commitTime:
            let type = ValueType(.dateTime, maxLength: 26, decimals: 6, isNullable: false)
            return change(
                type, span,
                .temporal({ (context) throws(EvaluationFailure) in
                    DateTimeParts(microsecondsSince1970: context.origin.commitMicroseconds).packed
                }))
        case .offset:
            let type = ValueType(.longLong, maxLength: 20, isUnsigned: true, isNullable: false)
            return change(
                type, span,
                .integer({ (context) throws(EvaluationFailure) in
                    Int64(bitPattern: context.origin.position.offset)
                }))
        case .row:
            let type = ValueType(.longLong, maxLength: 20, isUnsigned: true, isNullable: false)
            return change(type, span, .integer({ (context) throws(EvaluationFailure) in Int64(context.row.index) }))
        }
    }

    private func inputText(length: Int, isNullable: Bool) -> ValueType {
        ValueType(
            .text, maxLength: length, decimals: ValueType.notFixed, isNullable: isNullable,
            text: .literal(isASCII: true))
    }

    private func change(_ type: ValueType, _ span: SourceSpan, _ code: TypedExpression.Code) -> TypedExpression {
        var result = TypedExpression(type, span, code)
        result.dependsOnChange = true
        return result
    }
}
