import Rows

/// The value of an expression as text: the server's val_str.
extension TypedExpression {
    /// In the expression's own character set (`type.text`); of numbers and times, ASCII.
    var ownText: Evaluator<Text> {
        switch code {
        case .null: return constant(nil)
        case .text(let evaluate): return evaluate
        case .label(let evaluate, let labels):
            return type.kind == .set ? setText(evaluate, labels) : enumText(evaluate, labels)
        case .integer(let evaluate): return integerText(evaluate)
        case .real(let evaluate):
            if type.kind == .float { return makeText(evaluate) { DoubleText.appendFloat($0, to: &$1) } }
            let decimals = type.decimals
            if decimals >= ValueType.floating { return makeText(evaluate) { DoubleText.append($0, to: &$1) } }
            return makeText(evaluate) { DoubleText.append($0, decimals: decimals, to: &$1) }
        case .decimal(let evaluate):
            let scale = type.decimals
            return makeText(evaluate) { $0.rounded(to: scale).append(to: &$1) }
        case .temporal(let evaluate):
            let digits = min(type.decimals, 6)
            switch type.kind {
            case .time:
                return makeText(evaluate) { TimeParts(microseconds: $0).append(fractionDigits: digits, to: &$1) }
            case .date: return makeText(evaluate) { DateTimeParts(packed: $0).appendDate(to: &$1) }
            default: return makeText(evaluate) { DateTimeParts(packed: $0).append(fractionDigits: digits, to: &$1) }
            }
        }
    }

    private func integerText(_ evaluate: @escaping Evaluator<Int64>) -> Evaluator<Text> {
        switch type.kind {
        case .year:
            return makeText(evaluate) { value, output in
                let digits = String(value)
                output.append(contentsOf: String(repeating: "0", count: max(0, 4 - digits.utf8.count)).utf8)
                output.append(contentsOf: digits.utf8)
            }
        case .bit where !isChosen:
            let byteCount = (type.maxLength + 7) / 8
            return makeText(evaluate) { value, output in
                for index in stride(from: byteCount - 1, through: 0, by: -1) {
                    output.append(UInt8(truncatingIfNeeded: value >> Int64(index * 8)))
                }
            }
        default:
            if type.isUnsigned {
                return makeText(evaluate) { $1.append(contentsOf: String(UInt64(bitPattern: $0)).utf8) }
            }
            return makeText(evaluate) { $1.append(contentsOf: String($0).utf8) }
        }
    }

    private func enumText(_ evaluate: @escaping Evaluator<Int64>, _ labels: [Text]) -> Evaluator<Text> {
        let empty = Text(source: .constant, start: 0, count: 0)
        return map(evaluate) { index in
            index > 0 && index <= Int64(labels.count) ? labels[Int(index) - 1] : empty
        }
    }

    private func setText(_ evaluate: @escaping Evaluator<Int64>, _ labels: [Text]) -> Evaluator<Text> {
        { (context) throws(EvaluationFailure) in
            guard let bits = try evaluate(&context) else { return nil }
            var output = context.takeWorkspace()
            for (index, label) in labels.enumerated() where index < 64 && bits >> Int64(index) & 1 == 1 {
                if !output.isEmpty { output.append(UInt8(ascii: ",")) }
                context.append(label, to: &output)
            }
            return context.finish(&output)
        }
    }

    /// In the character set of `target`; nil if that cannot be done, be it for all values (a character set that we do
    /// not convert) or for this constant.
    func text(in target: Collation, constants: ConstantPool) -> Evaluator<Text>? {
        let own = ownText
        guard let from = type.text.charset, let to = target.charset else { return nil }
        if from == .binary, to != .binary, !type.text.isASCII {
            // The server takes bytes for text only where they are constant, and then checks them.
            return isNull || !to.isUTF8 || to == .ascii || (isConstant && isConstantUTF8(own, constants)) ? own : nil
        }
        if from == to || to == .binary || type.text.isASCII { return own }
        let isUTF8 = from == .utf8mb4 || from == .utf8mb3
        if isUTF8, to == .utf8mb4 { return own }
        if to == .utf8mb4 || to == .utf8mb3 {
            guard let charset = SingleByteCharset(type.text.collation) else {
                return isUTF8 ? constantText(as: own, constants) : nil
            }
            return transform(own) { charset.appendUTF8($0, to: &$1) }
        }
        guard isConstant, isUTF8, let charset = SingleByteCharset(target) else { return nil }
        var evaluation = Evaluation(constants: constants.bytes)
        guard let text = try? own(&evaluation) else { return own }
        var converted: [UInt8]? = []
        converted = evaluation.read(text) { bytes in
            var output: [UInt8] = []
            return charset.append(utf8: bytes, to: &output) ? output : nil
        }
        guard let converted else { return nil }
        return constant(constants.add(converted))
    }

    private func isConstantUTF8(_ own: Evaluator<Text>, _ constants: ConstantPool) -> Bool {
        var evaluation = Evaluation(constants: constants.bytes)
        guard let text = try? own(&evaluation) else { return true }
        return evaluation.read(text) { (try? UTF8Span(validating: $0)) != nil }
    }

    /// A constant of utf8mb4 as utf8mb3: the same bytes, if they fit.
    private func constantText(as own: @escaping Evaluator<Text>, _ constants: ConstantPool) -> Evaluator<Text>? {
        guard isConstant else { return nil }
        var evaluation = Evaluation(constants: constants.bytes)
        guard let text = try? own(&evaluation) else { return own }
        let fits = evaluation.read(text) { bytes in
            for index in bytes.indices where bytes[index] >= 0xF0 { return false }
            return true
        }
        return fits ? own : nil
    }
}

extension Evaluation {
    /// Appends the bytes of `text`.
    func append(_ text: Text, to output: inout [UInt8]) {
        read(text, into: &output) { bytes, output in
            // SAFETY: the buffer is read inside the closure only, while `bytes` is borrowed.
            bytes.withUnsafeBufferPointer { output.append(contentsOf: $0) }
        }
    }
}
