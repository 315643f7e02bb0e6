/// How a column of an image prints.
struct ColumnJSON: BitwiseCopyable {
    enum Format: BitwiseCopyable {
        /// What JSON has as it is.
        case number(ShortFormat)
        /// What goes in quotes.
        case string(ShortFormat)
        case utf8
        case enumeration(firstLabel: Int, count: Int)
        case set(firstLabel: Int, count: Int)
        case other

        /// `firstLabel`: where its labels begin.
        init(_ type: ColumnType, firstLabel: Int) {
            switch type {
            case .enumeration(let labels) where !labels.isEmpty:
                self = .enumeration(firstLabel: firstLabel, count: labels.count)
            case .set(let labels) where !labels.isEmpty: self = .set(firstLabel: firstLabel, count: labels.count)
            case .text(let collation) where collation.charset == .utf8mb4 || collation.charset == .utf8mb3:
                self = .utf8
            default:
                guard let format = ShortFormat(type) else {
                    self = .other
                    return
                }
                self = format.isNumber ? .number(format) : .string(format)
            }
        }

        /// Behind the key comes a quote.
        var isQuoted: Bool {
            switch self {
            case .string, .utf8, .enumeration, .set: true
            case .number, .other: false
            }
        }
    }

    let format: Format
    private let keyStart: Int
    private let keyEnd: Int
    /// Where the text in front of a value that is not NULL ends: the key, and the quote if there is one.
    let valueStart: Int

    /// Room for any value of a ``ShortFormat``, NULL, and what else is written in its place.
    static let shortByteCount = ShortFormat.byteCount + 32

    /// `key`: where it lies, as `,"name":`. If the format is quoted, a quote lies behind it.
    init(_ format: Format, key: Range<Int>) {
        self.format = format
        keyStart = key.lowerBound
        keyEnd = key.upperBound
        valueStart = format.isQuoted ? keyEnd + 1 : keyEnd
    }

    /// Where the key lies. The first of an image goes without its comma.
    @inline(__always)
    func key(isFirst: Bool) -> Range<Int> { (isFirst ? keyStart &+ 1 : keyStart)..<keyEnd }
}
