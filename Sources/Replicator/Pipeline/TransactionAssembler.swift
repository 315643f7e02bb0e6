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
    /// Whether a transaction is under way, and rows of it may have been handed on.
    private(set) var isInsideTransaction = false
    private var batches: [RowBatch] = []
    /// Rows events of the transaction handed on.
    private var handedOnCount = 0
    private var byteCount = 0
    /// Transactions handed on in parts so far.
    private(set) var splitCount = 0
    private var isSplit = false
    /// The transaction under way was taken in before: see ``GTIDPosition/passes(_:)``.
    private var isRepeated = false
    /// The last changes that were applied before this run.
    private let applied: [ChangeVersion]
    /// Where rows that were handed on are rolled back: nil, to throw.
    private let sayRolledBack: ((_ transaction: BinlogPosition, _ keptCount: Int) -> Void)?

    /// - Parameters:
    ///   - gtidsBefore: see ``OpenSource``.
    ///   - sayRolledBack: for who only shows rows: called where rows that were handed on are rolled back, with the
    ///     place of their transaction, and how many of its rows events stay. Nil: that is an error.
    init(
        resume: ResumePosition, maximumByteCount: Int, applied: [ChangeVersion] = [], gtidsBefore: String? = nil,
        sayRolledBack: ((_ transaction: BinlogPosition, _ keptCount: Int) -> Void)? = nil
    ) {
        self.sayRolledBack = sayRolledBack
        self.maximumByteCount = maximumByteCount
        self.resume = resume
        self.applied = applied
        gtids = GTIDPosition(resume.gtids)
        if let gtidsBefore { gtids.expect(gtidsBefore) }
    }

    /// Takes the next event in; what it completes, if anything. Throws on an order of events that no log has.
    mutating func add(_ event: consuming SourceEvent) throws(AssemblyError) -> Output? {
        switch consume event {
        case .begin(let start):
            guard !isInsideTransaction else { throw .unfinished(at: start.position) }
            isInsideTransaction = true
            self.start = start
            isRepeated = start.gtid.map { gtids.passes($0) } ?? false
            return nil
        case .rows(let batch):
            return try add(consume batch)
        case .rollback(let kept):
            if isRepeated { return nil }
            try drop(behind: kept)
            return nil
        case .commit(let end):
            let time = commitMicroseconds(of: end)
            if !isRepeated, let gtid = start?.gtid { gtids.add(gtid) }
            resume = ResumePosition(position: end.next, gtids: gtids.description, commitMicroseconds: time)
            start = nil
            isInsideTransaction = false
            isSplit = false
            handedOnCount = 0
            let rows = take(committed: time)
            return rows.isEmpty ? .position(resume) : .rows(rows, resume: resume)
        case .statement(let statement):
            let before = ResumePosition(
                position: statement.start, gtids: gtids.description, commitMicroseconds: resume.commitMicroseconds)
            let isRepeated = statement.gtid.map { gtids.passes($0) } ?? false
            if !isRepeated, let gtid = statement.gtid { gtids.add(gtid) }
            resume = ResumePosition(
                position: statement.next, gtids: gtids.description,
                commitMicroseconds: statement.headerMicroseconds)
            if isRepeated { return .position(resume) }
            return .statement(statement, before: before, after: resume)
        case .idle(let position):
            if isInsideTransaction { return nil }
            resume.position = position
            return .position(resume)
        }
    }

    /// By itself, so that a batch goes from hand to hand: in the midst of the others it is copied, which takes hold of its
    /// eight parts.
    @inline(never)
    private mutating func add(_ batch: consuming RowBatch) throws(AssemblyError) -> Output? {
        guard isInsideTransaction else { throw .rowsOutside(at: batch.origin.position) }
        if isRepeated { return nil }
        byteCount += batch.byteCount
        batches.append(batch)
        guard byteCount > maximumByteCount else { return nil }
        if !isSplit { splitCount += 1 }
        isSplit = true
        handedOnCount += batches.count
        // The commit's time is not known yet; every part carries that of the GTID event, so that a restart, which
        // splits at the same places, makes the same rows.
        return .rows(take(committed: start?.headerMicroseconds ?? 0), resume: nil)
    }

    /// When the transaction under way, which ends so, was committed, as its rows say it.
    func commitMicroseconds(of end: TransactionEnd) -> Int64 {
        isSplit ? start?.headerMicroseconds ?? end.commitMicroseconds : end.commitMicroseconds
    }

    /// Of the transaction under way, if it has one.
    var gtidUnderWay: String? { start?.gtid }

    /// Forgets the transaction's rows events behind the first `kept`. What a lane has got cannot be taken back, in this
    /// run or, where it was in parts then, in the one before.
    private mutating func drop(behind kept: Int) throws(AssemblyError) {
        guard let start else { return }
        var first = kept - handedOnCount
        if first < 0 {
            guard let sayRolledBack else { throw .rolledBackInParts(at: start.position) }
            sayRolledBack(start.position, kept)
            handedOnCount = kept
            first = 0
        }
        guard first < batches.count else { return }
        for batch in batches[first...] {
            let isApplied = applied.contains {
                $0.sequence == batch.origin.position.sequence && $0.offset == batch.origin.position.offset
                    && $0.row >= batch.rows.first?.index ?? 0
            }
            if isApplied { throw .rolledBackInParts(at: start.position) }
            byteCount -= batch.byteCount
        }
        batches.removeSubrange(first...)
    }

    private mutating func take(committed time: Int64) -> [RowBatch] {
        // Swapped, so that they have one owner and are changed in place.
        var taken: [RowBatch] = []
        swap(&taken, &batches)
        // The next transaction is mostly like this one.
        batches.reserveCapacity(min(taken.count, 64))
        for index in taken.indices { taken[index].origin.commitMicroseconds = time }
        byteCount = 0
        return taken
    }
}

/// Events in an order that a binary log cannot have, or that came too late.
enum AssemblyError: Error, CustomStringConvertible {
    case unfinished(at: BinlogPosition)
    case rowsOutside(at: BinlogPosition)
    /// Not the order is to blame but the size: rows that were handed on are rolled back.
    case rolledBackInParts(at: BinlogPosition)

    var description: String {
        switch self {
        case .unfinished(let position):
            "\(position): a transaction begins before the one under way has ended: the binary log is damaged, or was "
                + "cut off by a crash of the server"
        case .rowsOutside(let position):
            "\(position): row changes outside a transaction: reading must start at the beginning of a transaction"
        case .rolledBackInParts(let position):
            "\(position): the transaction that begins here was handed on in parts, since it is larger than "
                + "transaction-bytes, and then rolled back, in whole or to a savepoint: the target may hold rows of it that "
                + "the source does not. Mend those (replicator verify shows them), and go on at the transaction's end with "
                + "run --start FILE:OFFSET --reset-checkpoint; with larger transaction-bytes it is left out as a whole"
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
