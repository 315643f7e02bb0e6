/// The value of an expression in the form that its surroundings want, whatever its own: the server's val_int, val_real,
/// val_decimal and val_bool.
extension TypedExpression {
    /// As an integer, or its bit pattern if the type is unsigned.
    var integer: Evaluator<Int64> {
        switch code {
        case .null: return constant(nil)
        case .integer(let evaluate), .label(let evaluate, _): return evaluate
        case .real(let evaluate):
            if type.isUnsigned { return map(evaluate) { Int64(bitPattern: $0.roundedUInt64) } }
            return map(evaluate) { $0.roundedInt64 }
        case .decimal(let evaluate): return map(evaluate) { $0.int64 }
        case .text(let evaluate):
            if type.kind == .hexadecimal { return mapBytes(evaluate) { Hexadecimal.integer($0) } }
            return mapBytes(evaluate) { NumberPrefix.integer($0) }
        case .temporal(let evaluate):
            switch type.kind {
            case .time where isChosen:
                return map(evaluate) { Int64(TimeParts(microseconds: $0).number.magnitude) }
            case .time: return map(evaluate) { TimeParts(microseconds: $0).number }
            case .date: return map(evaluate) { DateTimeParts(packed: $0).dateNumber }
            default: return map(evaluate) { DateTimeParts(packed: $0).number }
            }
        }
    }

    var real: Evaluator<Double> {
        switch code {
        case .null: return constant(nil)
        case .real(let evaluate): return evaluate
        case .integer(let evaluate), .label(let evaluate, _):
            // BIT(64) counts as signed here (Field_bit::val_real).
            if type.isUnsigned, type.kind != .bit || isChosen {
                return map(evaluate) { Double(UInt64(bitPattern: $0)) }
            }
            return map(evaluate) { Double($0) }
        case .decimal(let evaluate): return map(evaluate) { $0.double }
        case .text(let evaluate):
            if type.kind == .hexadecimal {
                return mapBytes(evaluate) { Double(UInt64(bitPattern: Hexadecimal.integer($0))) }
            }
            return mapBytes(evaluate) { NumberPrefix.double($0) }
        case .temporal: return map(decimal) { $0.double }
        }
    }

    var decimal: Evaluator<Decimal> {
        switch code {
        case .null: return constant(nil)
        case .decimal(let evaluate): return evaluate
        case .integer(let evaluate), .label(let evaluate, _):
            if type.isUnsigned { return map(evaluate) { Decimal(UInt64(bitPattern: $0)) } }
            return map(evaluate) { Decimal($0) }
        case .real(let evaluate): return map(evaluate) { $0.decimal }
        case .text(let evaluate):
            if type.kind == .hexadecimal {
                return mapBytes(evaluate) { Decimal(UInt64(bitPattern: Hexadecimal.integer($0))) }
            }
            return mapBytes(evaluate) { NumberPrefix.decimal($0) }
        case .temporal(let evaluate):
            let hasFraction = type.decimals > 0
            switch type.kind {
            case .date: return map(evaluate) { Decimal(DateTimeParts(packed: $0).dateNumber) }
            case .time:
                return map(evaluate) { value in
                    let microsecond = hasFraction ? Int(value.magnitude % 1_000_000) : 0
                    return Decimal(
                        seconds: TimeParts(microseconds: value).number, isNegative: value < 0, microsecond: microsecond)
                }
            default:
                return map(evaluate) { value in
                    let parts = DateTimeParts(packed: value)
                    return Decimal(
                        seconds: parts.number, isNegative: false, microsecond: hasFraction ? parts.microsecond : 0)
                }
            }
        }
    }

    var truth: Evaluator<Bool> {
        switch type.family {
        case .integer: map(integer) { $0 != 0 }
        case .decimal: map(decimal) { !$0.isZero }
        case .real, .text, .temporal: map(real) { $0 != 0 }
        }
    }
}

/// `0x…` among numbers: its bytes, the first one highest; more than eight are cut to the largest number
/// (Item_hex_hybrid).
enum Hexadecimal {
    static func integer(_ bytes: Span<UInt8>) -> Int64 {
        guard bytes.count <= 8 else { return -1 }
        var value: UInt64 = 0
        for index in bytes.indices { value = value << 8 | UInt64(bytes[index]) }
        return Int64(bitPattern: value)
    }
}
