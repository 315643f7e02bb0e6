/// The value of an expression as a date or time: the server's get_date.
extension TypedExpression {
    /// As ``ColumnType/dateTime(fractionDigits:)``; what is no date gives NULL. Nil for a TIME, which takes its date from
    /// the server's clock.
    func dateTime(allowsInvalidDays: Bool) -> Evaluator<Int64>? {
        switch code {
        case .null: return constant(nil)
        case .temporal(let evaluate):
            guard type.kind != .time else { return nil }
            guard !allowsInvalidDays else { return evaluate }
            return map(evaluate) { DateTimeParts(packed: $0).hasValidDay ? $0 : nil }
        case _ where isTextAmongTimes:
            return { [ownText] (context) throws(EvaluationFailure) in
                guard let text = try ownText(&context) else { return nil }
                return context.read(text) { bytes in
                    guard let scanner = TemporalScanner(bytes) else { return nil }
                    return scanner.dateTime(allowsInvalidDays: allowsInvalidDays)?.packed
                }
            }
        case .integer(let evaluate) where type.kind == .year:
            return map(evaluate) { Self.firstDay(ofYear: $0) }
        default: break
        }
        return map(seconds) { seconds in
            DateTimeParts(
                number: seconds.whole, isNegative: seconds.isNegative, microsecond: seconds.microsecond,
                allowsInvalidDays: allowsInvalidDays)?.packed
        }
    }

    /// As signed microseconds; what is no time gives NULL. Of a date with time, the time of day.
    var time: Evaluator<Int64> {
        switch code {
        case .null: return constant(nil)
        case .temporal(let evaluate):
            return type.kind == .time ? evaluate : Self.timeOfDay(evaluate)
        case _ where isTextAmongTimes:
            return { [ownText] (context) throws(EvaluationFailure) in
                guard let text = try ownText(&context) else { return nil }
                return context.read(text) { bytes in
                    guard let scanner = TemporalScanner(bytes) else { return nil }
                    return scanner.time()?.microseconds
                }
            }
        case .integer(let evaluate) where type.kind == .year: return map(evaluate) { _ in 0 }
        default: break
        }
        return map(seconds) { seconds in
            TimeParts(number: seconds.whole, isNegative: seconds.isNegative, microsecond: seconds.microsecond)?
                .microseconds
        }
    }

    /// As ``dateTime(allowsInvalidDays:)`` for comparisons: what is no date is the zero date.
    var comparedDateTime: Evaluator<Int64>? {
        if let compared, type.kind != .time { return compared }
        return dateTime(allowsInvalidDays: true).map { zeroIfNone($0) }
    }

    /// As ``time`` for comparisons: what is no time is zero.
    var comparedTime: Evaluator<Int64> {
        if let compared { return type.kind == .time ? compared : Self.timeOfDay(compared) }
        return zeroIfNone(time)
    }

    private static func timeOfDay(_ dateTime: @escaping Evaluator<Int64>) -> Evaluator<Int64> {
        map(dateTime) { value in
            var parts = DateTimeParts(packed: value)
            (parts.year, parts.month, parts.day) = (1970, 1, 1)
            return parts.microsecondsSince1970
        }
    }

    private func zeroIfNone(_ evaluate: @escaping Evaluator<Int64>) -> Evaluator<Int64> {
        let isNull = isNullEvaluator
        return { (context) throws(EvaluationFailure) in
            if let value = try evaluate(&context) { return value }
            return try isNull(&context) == true ? nil : 0
        }
    }

    /// A BIT counts by its bytes.
    private var isTextAmongTimes: Bool {
        switch type.kind {
        case .text, .enumeration, .set, .bit: true
        default: false
        }
    }

    /// 2024-00-00: a YEAR among dates.
    private static func firstDay(ofYear year: Int64) -> Int64 {
        var parts = DateTimeParts()
        parts.year = Int(year)
        return parts.packed
    }

    private var seconds: Evaluator<SecondsNumber> {
        switch code {
        case .decimal(let evaluate): return map(evaluate) { SecondsNumber($0) }
        case .real(let evaluate): return map(evaluate) { SecondsNumber($0) }
        default:
            let isUnsigned = type.isUnsigned || type.kind == .hexadecimal
            return map(integer) { SecondsNumber($0, isUnsigned: isUnsigned) }
        }
    }
}
