import BinlogReader
import Rows
import Sinks

/// Gathers a source's events into transactions, so that lanes get rows with the time of their commit, and nothing of a
/// transaction whose end has not been seen. Only a transaction larger than `maximumByteCount` is handed on in parts.
/// Pure: no I/O, no clock.
struct TransactionAssembler {
    enum Output {
        /// Rows of one transaction. `resume` is where reading may start again after it; nil: more of it follows.
        case rows([RowBatch], resume: ResumePosition?)
        /// A statement between transactions. `before` is where reading starts again if it is not passed, `after` where
        /// if it is.
        case statement(Statement, before: ResumePosition, after: ResumePosition)
        /// Nothing but the position has moved.
        case position(ResumePosition)
    }

    private let maximumByteCount: Int
    /// The last place where reading may start again.
    private(set) var resume: ResumePosition
    private var gtids: GTIDPosition
    private var start: TransactionStart?
    private var batches: [RowBatch] = []
    private var byteCount = 0
    /// Transactions handed on in parts so far.
    private(set) var splitCount = 0
    private var isSplit = false

    init(resume: ResumePosition, maximumByteCount: Int) {
        self.maximumByteCount = maximumByteCount
        self.resume = resume
        gtids = GTIDPosition(resume.gtids)
    }

    /// Takes the next event in; what it completes, if anything. Throws on an order of events that no log has.
    mutating func add(_ event: SourceEvent) throws(AssemblyError) -> Output? {
        switch event {
        case .begin(let start):
            guard self.start == nil else { throw .unfinished(at: start.position) }
            self.start = start
            return nil
        case .rows(let batch):
            guard let start else { throw .rowsOutside(at: batch.origin.position) }
            batches.append(batch)
            byteCount += batch.byteCount
            guard byteCount > maximumByteCount else { return nil }
            if !isSplit { splitCount += 1 }
            isSplit = true
            // The commit's time is not known yet; every part carries that of the GTID event, so that a restart, which
            // splits at the same places, makes the same rows.
            return .rows(take(committed: start.headerMicroseconds), resume: nil)
        case .commit(let end):
            let time = isSplit ? start?.headerMicroseconds ?? end.commitMicroseconds : end.commitMicroseconds
            if let gtid = start?.gtid { gtids.add(gtid) }
            resume = ResumePosition(position: end.next, gtids: gtids.description, commitMicroseconds: time)
            start = nil
            isSplit = false
            let rows = take(committed: time)
            return rows.isEmpty ? .position(resume) : .rows(rows, resume: resume)
        case .statement(let statement):
            let before = ResumePosition(
                position: statement.start, gtids: gtids.description, commitMicroseconds: resume.commitMicroseconds)
            if let gtid = statement.gtid { gtids.add(gtid) }
            resume = ResumePosition(
                position: statement.next, gtids: gtids.description,
                commitMicroseconds: statement.headerMicroseconds)
            return .statement(statement, before: before, after: resume)
        case .idle(let position):
            guard start == nil else { return nil }
            resume.position = position
            return .position(resume)
        }
    }

    /// Whether a transaction is under way, and rows of it may have been handed on.
    var isInsideTransaction: Bool { start != nil }

    private mutating func take(committed time: Int64) -> [RowBatch] {
        // Swapped, so that they have one owner and are changed in place.
        var taken: [RowBatch] = []
        swap(&taken, &batches)
        for index in taken.indices { taken[index].origin.commitMicroseconds = time }
        byteCount = 0
        return taken
    }
}

/// Events in an order that a binary log cannot have.
enum AssemblyError: Error, CustomStringConvertible {
    case unfinished(at: BinlogPosition)
    case rowsOutside(at: BinlogPosition)

    var description: String {
        switch self {
        case .unfinished(let position):
            "\(position): a transaction begins before the one under way has ended: the binary log is damaged, or was "
                + "cut off by a crash of the server"
        case .rowsOutside(let position):
            "\(position): row changes outside a transaction: reading must start at the beginning of a transaction"
        }
    }
}

extension RowBatch {
    /// Memory that the batch holds, roughly.
    var byteCount: Int {
        bytes.count + computed.count + cells.count * MemoryLayout<Cell>.stride + rows.count * MemoryLayout<Row>.stride
            + 256
    }
}
