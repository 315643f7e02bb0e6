/// Evaluators made of evaluators. Each is inlined, so that what it does with a value is no call of its own.

/// NULL gives NULL; other values what `body` makes of them.
@inline(__always)
func map<Value, Result>(
    _ evaluate: @escaping Evaluator<Value>, _ body: @escaping @Sendable (Value) throws(EvaluationFailure) -> Result?
) -> Evaluator<Result> {
    { (context) throws(EvaluationFailure) in
        guard let value = try evaluate(&context) else { return nil }
        return try body(value)
    }
}

/// As ``map(_:_:)`` of two operands; the second is evaluated only if the first is not NULL.
@inline(__always)
func map<First, Second, Result>(
    _ first: @escaping Evaluator<First>, _ second: @escaping Evaluator<Second>,
    _ body: @escaping @Sendable (First, Second) throws(EvaluationFailure) -> Result?
) -> Evaluator<Result> {
    { (context) throws(EvaluationFailure) in
        guard let one = try first(&context), let other = try second(&context) else { return nil }
        return try body(one, other)
    }
}

/// As ``map(_:_:_:)``, with the second evaluated whatever the first is: it may end in an error.
@inline(__always)
func mapBoth<First, Second, Result>(
    _ first: @escaping Evaluator<First>, _ second: @escaping Evaluator<Second>,
    _ body: @escaping @Sendable (First, Second) throws(EvaluationFailure) -> Result?
) -> Evaluator<Result> {
    { (context) throws(EvaluationFailure) in
        let one = try first(&context)
        let other = try second(&context)
        guard let one, let other else { return nil }
        return try body(one, other)
    }
}

/// As ``map(_:_:)`` of a text's bytes.
@inline(__always)
func mapBytes<Result>(
    _ evaluate: @escaping Evaluator<Text>, _ body: @escaping @Sendable (Span<UInt8>) -> Result
) -> Evaluator<Result> {
    { (context) throws(EvaluationFailure) in
        guard let text = try evaluate(&context) else { return nil }
        return context.read(text, body)
    }
}

/// A text of what `body` appends for a value.
@inline(__always)
func makeText<Value>(
    _ evaluate: @escaping Evaluator<Value>, _ body: @escaping @Sendable (Value, inout [UInt8]) -> Void
) -> Evaluator<Text> {
    { (context) throws(EvaluationFailure) in
        guard let value = try evaluate(&context) else { return nil }
        return context.makeText { body(value, &$0) }
    }
}

/// A text of what `body` appends for a text's bytes.
@inline(__always)
func transform(
    _ evaluate: @escaping Evaluator<Text>, _ body: @escaping @Sendable (Span<UInt8>, inout [UInt8]) -> Void
) -> Evaluator<Text> {
    { (context) throws(EvaluationFailure) in
        guard let text = try evaluate(&context) else { return nil }
        return context.transform(text, body)
    }
}

@inline(__always)
func constant<Value: Sendable>(_ value: Value?) -> Evaluator<Value> {
    { (_) throws(EvaluationFailure) in value }
}
