/// As what two values are compared (Type_collection_std::aggregate_for_comparison in sql/sql_type.cc).
enum ComparisonKind: Equatable, Sendable {
    case text, integer, decimal, real
    case date, dateTime, timestamp, time

    init(_ type: ValueType) {
        switch type.kind {
        case .date: self = .date
        case .dateTime: self = .dateTime
        case .timestamp: self = .timestamp
        case .time: self = .time
        default:
            switch type.family {
            case .integer: self = .integer
            case .decimal: self = .decimal
            case .real: self = .real
            case .text, .temporal: self = .text
            }
        }
    }

    var isTemporal: Bool {
        switch self {
        case .date, .dateTime, .timestamp, .time: true
        default: false
        }
    }

    func aggregated(with other: ComparisonKind) -> ComparisonKind {
        if self == other { return self }
        switch (isTemporal, other.isTemporal) {
        case (true, true): return .dateTime
        // A TIMESTAMP becomes a DATETIME, so that dates which no TIMESTAMP has can be compared with it.
        case (true, false): return self == .timestamp ? .dateTime : self
        case (false, true): return other == .timestamp ? .dateTime : other
        case (false, false): break
        }
        switch (self, other) {
        case (.integer, .text), (.text, .integer), (.integer, .decimal), (.decimal, .integer): return .decimal
        default: return .real
        }
    }
}
