/// The type that several values become in one column: CASE, IF, COALESCE (field_types_merge_rules in sql/field.cc).
extension ValueType.Kind {
    /// Integers from the narrowest to the widest; nil for what is none.
    private var integerRank: Int? {
        switch self {
        case .tiny: 1
        case .short: 2
        case .medium: 3
        case .boolean, .long: 4
        case .longLong: 5
        default: nil
        }
    }

    /// True for all that is neither text nor a time.
    private var isNumber: Bool {
        switch self {
        case .year, .bit, .float, .double, .decimal: true
        default: integerRank != nil
        }
    }

    private var isTemporal: Bool {
        switch self {
        case .date, .time, .dateTime, .timestamp: true
        default: false
        }
    }

    func merged(with other: ValueType.Kind) -> ValueType.Kind {
        if self == .null { return other }
        if other == .null || self == other { return self }
        if isTemporal, other.isTemporal { return .dateTime }
        guard isNumber, other.isNumber else { return .text }
        // BIT among other numbers is a BIGINT; a YEAR takes the other's width.
        let (one, two) = (self == .bit ? .longLong : self, other == .bit ? .longLong : other)
        if one == .year, two != .float { return two }
        if two == .year, one != .float { return one }
        if one == .double || two == .double { return .double }
        if one == .float || two == .float {
            let rank = one == .float ? two.integerRank : one.integerRank
            if one == .year || two == .year { return .float }
            return (rank ?? 5) <= 3 ? .float : .double
        }
        if one == .decimal || two == .decimal { return .decimal }
        return (one.integerRank ?? 5) >= (two.integerRank ?? 5) ? one.plain : two.plain
    }

    /// Without being a truth value.
    private var plain: ValueType.Kind { self == .boolean ? .long : self }
}

extension Typer {
    /// The type of a column that holds all `values` (aggregate_for_result, Item_hybrid_func_fix_attributes).
    func resultType(of values: [TypedExpression], _ span: SourceSpan) throws(MappingError) -> ValueType {
        let types = values.map(\.type)
        var kind = types[0].kind
        for type in types.dropFirst() { kind = kind.merged(with: type.kind) }
        let isMixedBit = types.contains { $0.kind == .bit } && types.contains { $0.kind != .bit && $0.kind != .null }
        switch kind {
        case .null: return types[0]
        case .boolean, .tiny, .short, .medium, .long, .longLong:
            return integerResult(kind, types, isMixedBit: isMixedBit)
        case .year, .bit:
            let length = types.map(\.precision).max() ?? 1
            return ValueType(kind, maxLength: length, isUnsigned: true)
        case .float, .double:
            return ValueType(
                kind, maxLength: types.map(\.maxLength).max() ?? 0,
                decimals: ValueType.realDecimals(types.map(\.decimals)))
        case .decimal: return decimalResult(types, isUnsigned: types.allSatisfy(\.isUnsigned))
        case .date: return ValueType(.date, maxLength: 10)
        case .time, .dateTime, .timestamp:
            let decimals = min(types.map(\.decimals).max() ?? 0, 6)
            let length = (kind == .time ? 10 : 19) + (decimals > 0 ? decimals + 1 : 0)
            return ValueType(kind, maxLength: length, decimals: decimals, isUnsigned: kind == .timestamp)
        case .text, .hexadecimal, .enumeration, .set:
            let attributes = try textAttributes(of: values, span, allowsMixed: true)
            let length = types.map(\.maxLength).max() ?? 0
            return ValueType(
                .text, maxLength: length, decimals: length > 0 ? ValueType.notFixed : 0, text: attributes)
        }
    }

    private func integerResult(_ kind: ValueType.Kind, _ types: [ValueType], isMixedBit: Bool) -> ValueType {
        let isUnsigned = types[0].isUnsigned
        guard types.allSatisfy({ $0.isUnsigned == isUnsigned }) else {
            // A mixture of signed and unsigned needs more digits than either.
            return decimalResult(types, isUnsigned: false)
        }
        let length = (types.map(\.wholeDigits).max() ?? 0) + (isUnsigned ? 0 : 1)
        var kind = kind
        if isMixedBit, kind == .longLong {
            kind = (types.map(\.maxLength).max() ?? 0) <= 11 ? .long : .longLong
        }
        return ValueType(kind, maxLength: length, isUnsigned: isUnsigned)
    }

    private func decimalResult(_ types: [ValueType], isUnsigned: Bool) -> ValueType {
        let scale = types.map(\.decimals).max() ?? 0
        let whole = types.map(\.wholeDigits).max() ?? 0
        return .decimal(
            precision: min(whole + scale, ValueType.maximumPrecision), scale: scale, isUnsigned: isUnsigned)
    }
}
