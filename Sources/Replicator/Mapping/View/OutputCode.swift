import Rows

/// What makes the cells of one output column.
enum OutputCode: Sendable {
    /// The source column at this index, as it is.
    case column(Int)
    /// Always NULL.
    case null
    case signed(Evaluator<Int64>)
    case unsigned(Evaluator<Int64>)
    case float(Evaluator<Double>)
    case double(Evaluator<Double>)
    case decimal(Evaluator<Decimal>, precision: Int, scale: Int, SourceSpan)
    case text(Evaluator<Text>)
    case date(Evaluator<Int64>)
    case timestamp(Evaluator<Int64>)

    init(_ expression: TypedExpression) {
        let type = expression.type
        switch expression.code {
        case .null: self = .null
        case .integer(let evaluate):
            let isUnsigned = type.isUnsigned || type.kind == .year || type.kind == .bit
            self = isUnsigned ? .unsigned(evaluate) : .signed(evaluate)
        case .real(let evaluate):
            let decimals = type.decimals
            self =
                type.kind == .float
                ? .float(evaluate)
                : .double(
                    decimals >= ValueType.floating
                        ? evaluate : map(evaluate) { DoubleText.shown($0, decimals: decimals) })
        case .decimal(let evaluate):
            guard case .decimal(let precision, let scale) = type.columnType else {
                self = .null
                return
            }
            self = .decimal(evaluate, precision: Int(precision), scale: Int(scale), expression.span)
        case .text, .label: self = .text(expression.ownText)
        case .temporal(let evaluate):
            switch type.kind {
            case .date: self = .date(evaluate)
            case .timestamp: self = .timestamp(evaluate)
            default: self = .signed(evaluate)
            }
        }
    }

    /// What was appended to `computed` since it ended at `start`. Right as long as `computed` is not too large, which the
    /// caller of ``cell(_:_:)`` must see to.
    private static func range(from start: Int, in computed: [UInt8]) -> ByteRange {
        ByteRange(
            start: UInt32(truncatingIfNeeded: start), count: UInt32(truncatingIfNeeded: computed.count - start))
    }

    /// The cell for the current image. Bytes that are not the source batch's go to `computed`.
    func cell(_ context: inout Evaluation, _ computed: inout [UInt8]) throws(EvaluationFailure) -> Cell {
        switch self {
        case .column(let index): return context.cell(index)
        case .null: return .null
        case .signed(let evaluate):
            guard let value = try evaluate(&context) else { return .null }
            return .int(value)
        case .unsigned(let evaluate):
            guard let value = try evaluate(&context) else { return .null }
            return .uint(UInt64(bitPattern: value))
        case .float(let evaluate):
            guard let value = try evaluate(&context) else { return .null }
            return .float(Float(value))
        case .double(let evaluate):
            guard let value = try evaluate(&context) else { return .null }
            return .double(value)
        case .decimal(let evaluate, let precision, let scale, let span):
            guard let value = try evaluate(&context) else { return .null }
            let start = computed.count
            guard value.append(precision: precision, scale: scale, to: &computed) else {
                throw EvaluationFailure(reason: .outOfRange(.decimal), span: span)
            }
            return .computed(Self.range(from: start, in: computed))
        case .text(let evaluate):
            guard let text = try evaluate(&context) else { return .null }
            switch text.source {
            case .bytes: return .bytes(ByteRange(start: text.start, count: text.count))
            case .computed: return .computed(ByteRange(start: text.start, count: text.count))
            case .scratch, .constant:
                let start = computed.count
                context.append(text, to: &computed)
                return .computed(Self.range(from: start, in: computed))
            }
        case .date(let evaluate):
            guard let value = try evaluate(&context) else { return .null }
            let parts = DateTimeParts(packed: value)
            return .uint(UInt64(parts.year << 9 | parts.month << 5 | parts.day))
        case .timestamp(let evaluate):
            guard let value = try evaluate(&context) else { return .null }
            return .int(value == 0 ? 0 : DateTimeParts(packed: value).microsecondsSince1970)
        }
    }
}
