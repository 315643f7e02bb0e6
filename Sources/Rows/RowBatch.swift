/// What happened to a row.
public enum Operation: UInt8, BitwiseCopyable, Sendable {
    case insert, update, delete
}

/// One row change of a batch. `before` and `after` are indices of an image's first cell in ``RowBatch/cells``, or -1
/// where the operation has no such image.
public struct Row: BitwiseCopyable, Sendable {
    public var operation: Operation
    public var before: Int32
    public var after: Int32
    /// Index of the row in its rows event, from 0: with the event's position it is the change's version. In a compressed
    /// transaction, whose rows events have one position, they go on rising, with gaps.
    public var index: UInt32
    /// A delete of a row that the target need not have: one that never was in its view. A sink does not count it as
    /// missing.
    public var mayBeMissing: Bool

    public init(operation: Operation, before: Int32, after: Int32, index: UInt32, mayBeMissing: Bool = false) {
        self.operation = operation
        self.before = before
        self.after = after
        self.index = index
        self.mayBeMissing = mayBeMissing
    }
}

/// The row changes of one rows event, or of a part of a large one: owned bytes, flat cells, and the table they belong to.
/// Moves between threads as a whole; nothing in it is made per row.
public struct RowBatch: Sendable {
    public var table: Table
    public var origin: Origin
    /// Holds what `.bytes` cells name. Shared, uncopied, by the batches that mappings make of this one.
    public var bytes: [UInt8] = []
    /// Holds what `.computed` cells name.
    public var computed: [UInt8] = []
    public var cells: ContiguousArray<Cell> = []
    public var rows: ContiguousArray<Row> = []
    /// Where column i of `table` lies in an image: `cells[row.after + projection[i]]`. Nil: at i. A mapping that only
    /// picks, drops, renames or reorders columns is such a projection and copies no cell.
    public var projection: [Int32]?

    public init(table: Table, origin: Origin) {
        self.table = table
        self.origin = origin
    }

    /// The cell of `column` in the image that begins at `image` (a ``Row/before`` or ``Row/after`` that is not -1).
    public func cell(_ column: Int, at image: Int32) -> Cell {
        let offset = projection.map { Int($0[column]) } ?? column
        return cells[Int(image) + offset]
    }

    /// The bytes that a `.bytes` or `.computed` cell names; nil for other cells, and for one that names bytes outside
    /// its buffer.
    @_lifetime(borrow self)
    public func bytes(of cell: Cell) -> Span<UInt8>? {
        switch cell {
        case .bytes(let range):
            guard Int(range.start) + Int(range.count) <= bytes.count else { return nil }
            return bytes.span.extracting(Int(range.start)..<Int(range.start) + Int(range.count))
        case .computed(let range):
            guard Int(range.start) + Int(range.count) <= computed.count else { return nil }
            return computed.span.extracting(Int(range.start)..<Int(range.start) + Int(range.count))
        default: return nil
        }
    }
}
