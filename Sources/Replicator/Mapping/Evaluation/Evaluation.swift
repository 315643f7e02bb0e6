import Rows

/// A text that an evaluator made or found: it names bytes of one of the evaluation's buffers.
struct Text: BitwiseCopyable, Sendable {
    enum Source: UInt8, BitwiseCopyable, Sendable {
        /// ``RowBatch/bytes`` and ``RowBatch/computed`` of the source batch.
        case bytes, computed
        /// Made for the current row.
        case scratch
        /// Part of the view.
        case constant
    }

    var source: Source
    var start: UInt32
    var count: UInt32
}

/// How much a view may make of one batch.
struct ComputedLimits: Sendable {
    /// Bytes of one text: the largest `max_allowed_packet` that a server can have, beyond which its functions give NULL.
    var textByteCount = 1 << 30
    /// Bytes of all computed values of a batch, and of all texts made for one image: what a ``ByteRange`` can name.
    var totalByteCount = Int(UInt32.max)
}

/// What evaluators work on: a batch, the image of it that is being evaluated, and room for what they make. One for each
/// call of ``CompiledView/apply(_:keyed:)``.
struct Evaluation {
    private let bytes: [UInt8]
    private let computed: [UInt8]
    private let cells: ContiguousArray<Cell>
    private let projection: [Int32]?
    private let constants: [UInt8]
    let origin: Origin
    /// The first cell of the image, and the row it belongs to.
    var image = 0
    var row = Row(operation: .insert, before: -1, after: -1, index: 0)
    /// Texts made for the current image.
    private(set) var scratch: [UInt8] = []
    /// Set where a text was longer than the limits allow. It is empty then, and what is computed with it means nothing:
    /// evaluators need not look, but who takes their value must.
    private(set) var overflow: EvaluationFailure.Reason?
    let limits: ComputedLimits
    /// Buffers in which texts are put together before they go to `scratch`: one for each text that is being made.
    private var workspaces: [[UInt8]] = []

    init(_ batch: RowBatch, constants: [UInt8], limits: ComputedLimits) {
        self.limits = limits
        bytes = batch.bytes
        computed = batch.computed
        cells = batch.cells
        projection = batch.projection
        origin = batch.origin
        self.constants = constants
    }

    /// Without a batch: for what is constant.
    init(constants: [UInt8]) {
        limits = ComputedLimits()
        bytes = []
        computed = []
        cells = []
        projection = nil
        origin = Origin(position: BinlogPosition(file: "", offset: 0), gtid: nil, commitMicroseconds: 0)
        self.constants = constants
    }

    mutating func begin(image: Int32, of row: Row) {
        self.image = Int(image)
        self.row = row
        scratch.removeAll(keepingCapacity: true)
    }

    func cell(_ column: Int) -> Cell {
        if let projection { return cells[image + Int(projection[column])] }
        return cells[image + column]
    }

    @_lifetime(borrow self)
    func span(of text: Text) -> Span<UInt8> {
        let range = Int(text.start)..<Int(text.start) + Int(text.count)
        switch text.source {
        case .bytes: return bytes.span.extracting(range)
        case .computed: return computed.span.extracting(range)
        case .scratch: return scratch.span.extracting(range)
        case .constant: return constants.span.extracting(range)
        }
    }

    /// Makes a text of what `body` appends.
    mutating func makeText(_ body: (inout [UInt8]) -> Void) -> Text {
        let start = scratch.count
        body(&scratch)
        return madeText(from: start)
    }

    /// The text that `scratch` has from `start` on.
    private mutating func madeText(from start: Int) -> Text {
        guard scratch.count <= limits.totalByteCount else {
            scratch.removeSubrange(start...)
            return noText(.batchTooLarge)
        }
        guard scratch.count - start <= limits.textByteCount else {
            scratch.removeSubrange(start...)
            return noText(.textTooLong)
        }
        // At most `totalByteCount`, which is one of 32 bits.
        return Text(
            source: .scratch, start: UInt32(truncatingIfNeeded: start),
            count: UInt32(truncatingIfNeeded: scratch.count - start))
    }

    private mutating func noText(_ reason: EvaluationFailure.Reason) -> Text {
        overflow = reason
        return Text(source: .scratch, start: 0, count: 0)
    }

    /// Makes a text of what `body` appends for `text`.
    mutating func transform(_ text: Text, _ body: (Span<UInt8>, inout [UInt8]) -> Void) -> Text {
        var output = takeWorkspace()
        read(text, into: &output, body)
        return finish(&output)
    }

    /// Hands the bytes of `text` to `body`.
    func read<Result>(_ text: Text, _ body: (Span<UInt8>) -> Result) -> Result {
        let input = span(of: text)
        return body(input)
    }

    /// Hands the bytes of `text` to `body`.
    func read<Result>(_ text: Text, into output: inout Result, _ body: (Span<UInt8>, inout Result) -> Void) {
        let input = span(of: text)
        body(input, &output)
    }

    /// A buffer to put a text together in; ``finish(_:)`` takes it back.
    mutating func takeWorkspace() -> [UInt8] {
        workspaces.popLast() ?? []
    }

    mutating func finish(_ buffer: inout [UInt8]) -> Text {
        guard buffer.count <= limits.textByteCount else {
            buffer = []
            return noText(.textTooLong)
        }
        let start = scratch.count
        scratch.append(contentsOf: buffer)
        buffer.removeAll(keepingCapacity: true)
        var kept: [UInt8] = []
        swap(&buffer, &kept)
        workspaces.append(kept)
        return madeText(from: start)
    }
}

/// Evaluates an expression for the current image; nil is NULL.
typealias Evaluator<Value> = @Sendable (inout Evaluation) throws(EvaluationFailure) -> Value?
