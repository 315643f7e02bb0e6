/// The JSON objects of a table's row images, such as `{"id":1,"state":"paid"}`: a column of ``Table/columns`` each that
/// is not absent, in order. What images have in common is made once: keys, labels of ENUM and SET, and how each column's
/// values print. Values print as ``ValueText/appendJSON(_:of:in:to:)`` says.
public final class ImageJSON: Sendable {
    private let columns: [ColumnJSON]
    private let types: [ColumnType]
    /// Keys, each as `,"name":`, and labels, escaped.
    private let text: [UInt8]
    /// Where labels lie in `text`.
    private let labels: [Range<Int>]

    public init(_ table: Table) {
        var columns: [ColumnJSON] = []
        var text: [UInt8] = []
        var labels: [Range<Int>] = []
        for column in table.columns {
            let keyStart = text.count
            text.append(UInt8(ascii: ","))
            JSONText.appendString(column.name, to: &text)
            text.append(UInt8(ascii: ":"))
            columns.append(ColumnJSON(column.type, key: keyStart..<text.count, firstLabel: labels.count))
            for label in column.type.labels {
                let start = text.count
                JSONText.appendEscaped(label.utf8Span.span, to: &text)
                labels.append(start..<text.count)
            }
        }
        self.columns = columns
        types = table.columns.map(\.type)
        self.text = text
        self.labels = labels
    }

    /// Appends the image that begins at cell `image` of `batch`, a batch of the table, or `null` where it is -1.
    ///
    /// `emptying`, if given, is called after each value, and many times in the midst of a large one: it may take out of
    /// `output` what it has, so that the whole is never in memory.
    public func append(
        imageAt image: Int32, of batch: RowBatch, to output: inout [UInt8],
        emptying: ((inout [UInt8]) -> Void)? = nil
    ) throws(ImageError) {
        if image < 0 {
            output.append("null")
            return
        }
        let (allText, allColumns) = (text, columns)
        let text = allText.span
        let columns = allColumns.span
        output.append(UInt8(ascii: "{"))
        var isFirst = true
        for index in columns.indices {
            let column = columns[index]
            let cell = batch.cell(index, at: image)
            if case .absent = cell { continue }
            // The first key goes without its comma.
            let key = text.extracting((isFirst ? column.keyStart + 1 : column.keyStart)..<column.keyEnd)
            isFirst = false
            do throws(ValueError) {
                if let emptying {
                    emptying(&output)
                    if try appendLarge(cell, index, key: key, of: batch, to: &output, emptying) { continue }
                }
                try append(cell, column, index, key: key, text, of: batch, to: &output)
            } catch {
                throw ImageError(reason: error, column: index)
            }
        }
        output.append(UInt8(ascii: "}"))
    }

    /// False, and nothing is appended, if it is no large value.
    private func appendLarge(
        _ cell: Cell, _ index: Int, key: Span<UInt8>, of batch: RowBatch, to output: inout [UInt8],
        _ emptying: @escaping (inout [UInt8]) -> Void
    ) throws(ValueError) -> Bool {
        if case .json = types[index], let document = try StoredJSON(cell, in: batch) {
            output.append(key)
            try document.append(in: batch, to: &output, emptying: emptying)
            return true
        }
        guard let bytes = batch.bytes(of: cell), bytes.count >= LargeValueJSON.byteCount else { return false }
        let start = output.count
        output.append(key)
        if try LargeValueJSON.append(bytes, of: types[index], to: &output, emptying: emptying) { return true }
        output.removeSubrange(start...)
        return false
    }

    @inline(__always)
    private func append(
        _ cell: Cell, _ column: ColumnJSON, _ index: Int, key: Span<UInt8>, _ labelText: Span<UInt8>,
        of batch: RowBatch, to output: inout [UInt8]
    ) throws(ValueError) {
        switch (column.format, cell) {
        case (_, .null):
            output.write(upTo: key.count + 4) { text in
                text.append(key)
                text.append("null")
            }
        case (.short(let format), _):
            try output.write(upTo: key.count + ShortFormat.byteCount) { (text) throws(ValueError) in
                text.append(key)
                try text.appendJSON(cell, as: format, in: batch)
            }
        case (.utf8, _):
            guard let bytes = batch.bytes(of: cell) else { throw .mismatchedCell }
            try ValueText.appendString(bytes, after: key, to: &output)
        case (.enumeration(let firstLabel, let count), .uint(let value)):
            guard value <= UInt64(count) else { throw .labelOutOfRange(labelCount: count) }
            let label = value == 0 ? 0..<0 : labels[firstLabel + Int(value) - 1]
            output.write(upTo: key.count + label.count + 2) { text in
                text.append(key)
                text.append(UInt8(ascii: "\""))
                text.append(labelText.extracting(label))
                text.append(UInt8(ascii: "\""))
            }
        case (.set(let firstLabel, let count), .uint(let bits)):
            output.append(key)
            output.append(UInt8(ascii: "\""))
            var rest = bits
            while rest != 0 {
                let bit = rest.trailingZeroBitCount
                guard bit < count else { throw .labelOutOfRange(labelCount: count) }
                if rest != bits { output.append(UInt8(ascii: ",")) }
                output.append(labelText, labels[firstLabel + bit])
                rest &= rest - 1
            }
            output.append(UInt8(ascii: "\""))
        default:
            output.append(key)
            try ValueText.appendJSON(cell, of: types[index], in: batch, to: &output)
        }
    }
}

/// A value of an image that has no text.
public struct ImageError: Error, Equatable, Sendable {
    public var reason: ValueError
    /// Index of its column.
    public var column: Int

    public init(reason: ValueError, column: Int) {
        self.reason = reason
        self.column = column
    }
}

/// How a column of an image prints.
private struct ColumnJSON: BitwiseCopyable {
    enum Format: BitwiseCopyable {
        case short(ShortFormat)
        case utf8
        case enumeration(firstLabel: Int, count: Int)
        case set(firstLabel: Int, count: Int)
        case other
    }

    let format: Format
    /// Where its key begins and ends.
    let keyStart: Int
    let keyEnd: Int

    init(_ type: ColumnType, key: Range<Int>, firstLabel: Int) {
        keyStart = key.lowerBound
        keyEnd = key.upperBound
        switch type {
        case .enumeration(let labels) where !labels.isEmpty:
            format = .enumeration(firstLabel: firstLabel, count: labels.count)
        case .set(let labels) where !labels.isEmpty:
            format = .set(firstLabel: firstLabel, count: labels.count)
        case .text(let collation) where collation.charset == .utf8mb4 || collation.charset == .utf8mb3: format = .utf8
        default: format = ShortFormat(type).map(Format.short) ?? .other
        }
    }
}

extension ColumnType {
    fileprivate var labels: [String] {
        switch self {
        case .enumeration(let labels), .set(let labels): labels
        default: []
        }
    }
}
