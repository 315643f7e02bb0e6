import Rows

/// What several texts become in one result.
extension Typer {
    /// Character set and collation of a function's result (agg_arg_charsets_for_string_result). Of numbers alone it is
    /// that of the session.
    func textAggregate(of operands: [TypedExpression], _ span: SourceSpan) throws(MappingError) -> TextAttributes {
        var result = operands[0].type.text
        var isUnknown = false
        for operand in operands.dropFirst() {
            if let joined = result.aggregated(with: operand.type.text) {
                result = joined
            } else if result.charset != operand.type.text.charset {
                // Only an explicit collation can still win.
                isUnknown = true
                result = TextAttributes(
                    collation: .binary, derivation: .mixed, isASCII: result.isASCII && operand.type.text.isASCII)
            } else {
                throw unmixable(operands, span)
            }
        }
        if isUnknown, result.derivation != .explicit { throw unmixable(operands, span) }
        return result.derivation == .numeric ? .literal(isASCII: true) : result
    }

    func unmixable(_ operands: [TypedExpression], _ span: SourceSpan) -> MappingError {
        let names = operands.map { $0.type.text.collation.name ?? "unknown" }.joined(separator: ", ")
        return error(
            span, "these texts have collations that do not go together (\(names)): add COLLATE to one of them")
    }

    /// In the character set of `collation`.
    func convertedText(_ operand: TypedExpression, to collation: Collation) throws(MappingError) -> Evaluator<Text> {
        guard let evaluate = operand.text(in: collation, constants: pool) else {
            throw error(
                operand.span, "this text cannot be converted to \(collation.charset?.name ?? "its character set")")
        }
        return evaluate
    }
}

extension ValueType {
    /// The longest text of it, in characters (Item::max_char_length).
    var textLength: Int {
        kind == .bit ? (maxLength + 7) / 8 : maxLength
    }
}
