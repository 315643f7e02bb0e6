/// The JSON objects of a table's row images, such as `{"id":1,"state":"paid"}`: a column of ``Table/columns`` each that
/// is not absent, in order. What images have in common is made once: keys, labels of ENUM and SET, and how each column's
/// values print. Values print as ``ValueText/appendJSON(_:of:in:to:)`` says.
public final class ImageJSON: Sendable {
    private let columns: [ColumnJSON]
    private let types: [ColumnType]
    /// Keys, each as `,"name":` and with the quote that its values begin with, and labels, escaped; and 16 bytes more.
    private let text: [UInt8]
    /// Where labels lie in `text`.
    private let labels: [Range<Int>]
    /// An image takes no more, unless names or texts are long.
    private let usualByteCount: Int

    public init(_ table: Table) {
        var columns: [ColumnJSON] = []
        var text: [UInt8] = []
        var labels: [Range<Int>] = []
        for column in table.columns {
            let format = ColumnJSON.Format(column.type, firstLabel: labels.count)
            let keyStart = text.count
            text.append(UInt8(ascii: ","))
            JSONText.appendString(column.name, to: &text)
            text.append(UInt8(ascii: ":"))
            columns.append(ColumnJSON(format, key: keyStart..<text.count))
            if format.isQuoted { text.append(UInt8(ascii: "\"")) }
            for label in column.type.labels {
                let start = text.count
                JSONText.appendEscaped(label.utf8Span.span, to: &text)
                labels.append(start..<text.count)
            }
        }
        text.append(contentsOf: repeatElement(0, count: 16))
        self.columns = columns
        types = table.columns.map(\.type)
        self.text = text
        self.labels = labels
        usualByteCount = min(4096, 2 * ColumnJSON.shortByteCount + 64 * columns.count)
    }

    /// Appends the image that begins at cell `image` of `batch`, a batch of the table, or `null` where it is -1.
    public func append(
        imageAt image: Int32, of batch: RowBatch, to output: inout [UInt8],
        emptying: ((inout [UInt8]) -> Void)? = nil
    ) throws(ImageError) {
        try append(imageAt: image, of: batch, after: Span(), to: &output, emptying: emptying)
    }

    /// Appends `head`, and the image.
    ///
    /// `emptying`, if given, is called after each value, and many times in the midst of a large one: it may take out of
    /// `output` what it has, so that the whole is never in memory.
    public func append(
        imageAt image: Int32, of batch: RowBatch, after head: Span<UInt8>, to output: inout [UInt8],
        emptying: ((inout [UInt8]) -> Void)? = nil
    ) throws(ImageError) {
        if image < 0 {
            output.append(head)
            output.append("null")
            return
        }
        var next = NextColumn()
        do throws(ValueError) {
            if let emptying {
                output.append(head)
                output.append(UInt8(ascii: "{"))
                try appendLarge(&next, imageAt: image, of: batch, to: &output, emptying)
                return
            }
            // Most images are written in one step, with one check of the array.
            let room = max(usualByteCount, output.capacity - output.count - head.count - 1)
            try output.write(upTo: head.count + 1 + room) { (text) throws(ValueError) in
                text.append(head)
                text.append(UInt8(ascii: "{"))
                try appendShort(&next, imageAt: image, of: batch, to: &text)
            }
            while !next.isDone {
                try append(next, imageAt: image, of: batch, to: &output)
                next.pass()
                let room = max(usualByteCount, output.capacity - output.count)
                try output.write(upTo: room) { (text) throws(ValueError) in
                    try appendShort(&next, imageAt: image, of: batch, to: &text)
                }
            }
        } catch {
            throw ImageError(reason: error, column: next.column)
        }
    }

    /// Which column comes next.
    private struct NextColumn {
        var column = 0
        var isFirst = true
        /// The image was ended.
        var isDone = false

        mutating func pass() {
            column += 1
            isFirst = false
        }
    }

    /// Appends columns up to one that takes more than a copy, or more room than there is; behind the last, the image's end.
    @inline(__always)
    private func appendShort(
        _ next: inout NextColumn, imageAt image: Int32, of batch: borrowing RowBatch, to output: inout ByteWriter
    ) throws(ValueError) {
        let (allText, allColumns) = (text, columns)
        let text = allText.span
        let columns = allColumns.span
        var index = next.column
        var isFirst = next.isFirst
        defer {
            next.column = index
            next.isFirst = isFirst
        }
        while index < columns.count {
            let column = columns[index]
            let cell = batch.cell(index, at: image)
            if case .absent = cell {
                index &+= 1
                continue
            }
            let start = output.count
            let key = column.key(isFirst: isFirst)
            guard output.room >= key.count &+ ColumnJSON.shortByteCount else { return }
            if case .null = cell {
                output.append(key, ofPadded: text)
                output.append("null")
                index &+= 1
                isFirst = false
                continue
            }
            if case .other = column.format { return }
            output.append(key.lowerBound..<column.valueStart, ofPadded: text)
            switch (column.format, cell) {
            case (.number(.integer), .int(let value)): output.append(decimal: value)
            case (.number(.integer), .uint(let value)): output.append(decimal: value)
            case (.number(let format), _): try output.append(cell, as: format, in: batch)
            case (.string(let format), _):
                try output.append(cell, as: format, in: batch)
                output.append(UInt8(ascii: "\""))
            case (.utf8, _):
                guard let bytes = batch.bytes(of: cell) else { throw .mismatchedCell }
                guard output.room > bytes.count, output.append(ifPlain: bytes) else { return output.cut(to: start) }
                output.append(UInt8(ascii: "\""))
            case (.enumeration(let firstLabel, let count), .uint(let value)):
                guard value <= UInt64(count) else { throw .labelOutOfRange(labelCount: count) }
                if value > 0 {
                    let label = labels[firstLabel &+ Int(value) &- 1]
                    guard output.room > label.count &+ 16 else { return output.cut(to: start) }
                    output.append(label, ofPadded: text)
                }
                output.append(UInt8(ascii: "\""))
            case (.set(let firstLabel, let count), .uint(let bits)):
                var rest = bits
                while rest != 0 {
                    let bit = rest.trailingZeroBitCount
                    guard bit < count else { throw .labelOutOfRange(labelCount: count) }
                    let label = labels[firstLabel &+ bit]
                    guard output.room > label.count &+ 17 else { return output.cut(to: start) }
                    if rest != bits { output.append(UInt8(ascii: ",")) }
                    output.append(label, ofPadded: text)
                    rest &= rest &- 1
                }
                output.append(UInt8(ascii: "\""))
            default: throw .mismatchedCell
            }
            index &+= 1
            isFirst = false
        }
        guard output.room > 0 else { return }
        output.append(UInt8(ascii: "}"))
        next.isDone = true
    }

    /// Appends the column that is next, if it is not absent: any value, and an image's end behind the last.
    @inline(never)
    private func append(
        _ next: NextColumn, imageAt image: Int32, of batch: RowBatch, to output: inout [UInt8]
    ) throws(ValueError) {
        guard next.column < columns.count else { return }
        let cell = batch.cell(next.column, at: image)
        let column = columns[next.column]
        let allText = text
        let key = allText.span.extracting(column.key(isFirst: next.isFirst))
        if case .utf8 = column.format, let bytes = batch.bytes(of: cell) {
            try ValueText.appendString(bytes, after: key, to: &output)
            return
        }
        output.append(key)
        try ValueText.appendJSON(cell, of: types[next.column], in: batch, to: &output)
    }

    /// Appends the columns from `next` on and the image's end, large values in pieces.
    private func appendLarge(
        _ next: inout NextColumn, imageAt image: Int32, of batch: RowBatch, to output: inout [UInt8],
        _ emptying: @escaping (inout [UInt8]) -> Void
    ) throws(ValueError) {
        while next.column < columns.count {
            let cell = batch.cell(next.column, at: image)
            if case .absent = cell {
                next.column += 1
                continue
            }
            emptying(&output)
            if try !appendLarge(cell, next, of: batch, to: &output, emptying) {
                try append(next, imageAt: image, of: batch, to: &output)
            }
            next.pass()
        }
        output.append(UInt8(ascii: "}"))
    }

    /// False, and nothing is appended, if it is no large value.
    private func appendLarge(
        _ cell: Cell, _ next: NextColumn, of batch: RowBatch, to output: inout [UInt8],
        _ emptying: @escaping (inout [UInt8]) -> Void
    ) throws(ValueError) -> Bool {
        let column = columns[next.column]
        let allText = text
        if case .json = types[next.column], let document = try StoredJSON(cell, in: batch) {
            output.append(allText.span, column.key(isFirst: next.isFirst))
            try document.append(in: batch, to: &output, emptying: emptying)
            return true
        }
        guard let bytes = batch.bytes(of: cell), bytes.count >= LargeValueJSON.byteCount else { return false }
        let start = output.count
        output.append(allText.span, column.key(isFirst: next.isFirst))
        if try LargeValueJSON.append(bytes, of: types[next.column], to: &output, emptying: emptying) { return true }
        output.removeSubrange(start...)
        return false
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

extension ColumnType {
    fileprivate var labels: [String] {
        switch self {
        case .enumeration(let labels), .set(let labels): labels
        default: []
        }
    }
}
