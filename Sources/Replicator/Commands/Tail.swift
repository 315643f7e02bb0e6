import BinlogReader
import Foundation
import Rows
import Sinks

/// `replicator tail`: prints row changes as they stand in the log, transaction by transaction.
public struct Tail {
    /// Transactions up to this size carry the time of their commit; parts of larger ones that of their GTID event.
    fileprivate static let transactionByteCount = 16 << 20

    private let source: any PipelineSource
    private let start: StartPosition
    private let until: StopRequest?
    private let tables: TablePatterns
    private let skipsStatementChanges: Bool

    /// `source`, `tables`, `start`, `until` and `schema` as the command line has them; nil: not given.
    public init(
        source url: String, tables: String?, start: String?, until: String? = nil, schema: String? = nil,
        passwordFile: String?, verifiesChecksums: Bool = true, skipsStatementChanges: Bool = false
    ) throws(ConfigurationError) {
        self.skipsStatementChanges = skipsStatementChanges
        self.until = try until.map { text throws(ConfigurationError) in try StopRequest(text) }
        self.tables = try tables.map { text throws(ConfigurationError) in try TablePatterns(text) } ?? .all
        let location = try SourceLocation(url, passwordFile: passwordFile)
        switch (location, schema) {
        case (.files(let path), let schema?):
            source = FilePipelineSource(
                path: path, verifiesChecksums: verifiesChecksums,
                schema: try SchemaFile(reading: schema, as: schema, option: "--schema"))
        case (.server, _?):
            throw ConfigurationError("--schema is for files: a server says itself what its tables are")
        default:
            source = location.makeSource(
                ServerSession(pipeline: "", command: "tail", serverIDBase: 0, heartbeatSeconds: 5),
                verifiesChecksums: verifiesChecksums)
        }
        if let start {
            self.start = try StartPosition(start)
        } else if case .files = location {
            self.start = .earliest
        } else {
            self.start = .latest
        }
    }

    /// Prints until the files end, a signal comes, or stdout is closed. Throws what ended it otherwise. `say` is called
    /// with what the user should know besides; from another thread.
    public func run(until shutdown: ShutdownSignal, say: @escaping @Sendable (String) -> Void) throws {
        let stop = StopFlag()
        let interrupt = InterruptBox()
        let failure = FirstError()
        let skipped = skipsStatementChanges ? SkippedStatements() : nil
        defer {
            if let count = skipped?.count, count > 0 {
                say("\(count) changes that were logged as text, not as rows, were passed over: they are not printed")
            }
        }
        let worker = WorkerThread(name: "tail") { [source, start, until, tables] in
            do {
                try TailRun(source: source, stop: stop, interrupt: interrupt, skipped: skipped, say: say)
                    .run(from: start, until: until, tables: tables)
            } catch let error as SinkError where error.disposition == .closed {
                // As in `tail … | head`: nobody reads on, and that is no failure.
            } catch {
                if !stop.isSet { failure.record(error) }
            }
        }
        // It waits for the worker, so that the end of the files is the end at once; a signal may take its time.
        while !worker.join(within: 0.1) {
            guard shutdown.wait(seconds: 0) != nil else { continue }
            stop.set()
            source.stop()
            interrupt.call()
            _ = worker.join(within: 5)
            break
        }
        if let error = failure.error { throw WaysOut.ofReader(error) }
    }
}

/// Lets the main thread end the worker's blocked read.
private final class InterruptBox: @unchecked Sendable {
    // @unchecked Sendable because `action` is touched only under `lock`.
    private let lock = NSLock()
    private var action: (@Sendable () -> Void)?

    func set(_ action: (@Sendable () -> Void)?) {
        lock.withLock { self.action = action }
    }

    func call() {
        lock.withLock { action }?()
    }
}

/// The worker thread's part of a tail.
private struct TailRun {
    let source: any PipelineSource
    let stop: StopFlag
    let interrupt: InterruptBox
    /// Nil: a change that was logged as text ends the tail.
    let skipped: SkippedStatements?
    let say: @Sendable (String) -> Void

    func run(from start: StartPosition, until: StopRequest?, tables: TablePatterns) throws {
        let selects: @Sendable (String, String) -> Bool = { tables.contains(database: $0, table: $1) }
        var ((resume, end), server) = try asking {
            try source.ofOneLog {
                (try source.begin(at: start, selects: selects, say: say), try until?.point(of: source))
            }
        }
        var hasMoved = false
        if let end, end.isReached(by: resume) {
            return say("nothing to print: \(resume.position) is at or behind --until \(end.text)")
        }
        var backoff = Backoff()
        var seen = PartsSeen()
        let untold = UntoldColumns(say: say)
        let prepared = try PreparedTransactions(folder: nil)
        while !stop.isSet {
            do {
                if hasMoved {
                    server = try source.logIdentity()
                    resume = try source.place(of: resume, having: nil)
                    end = try until?.point(of: source)
                    seen = PartsSeen()
                    skipped?.moved()
                    // Spools are named by places in the other log: a commit of one finds it in this log again.
                    try prepared.forgetAll()
                    hasMoved = false
                }
                try read(&resume, of: server, until: &end, &seen, selects, prepared, &backoff, untold)
                return
            } catch {
                if stop.isSet { throw error }
                if source.isMove(error) {
                    say("another server answers; going on there by GTID")
                    hasMoved = true
                    continue
                }
                guard source.goesOn(after: error) else { throw error }
                say("the source was lost; connecting again: \(error)")
                if stop.wait(seconds: backoff.next(random: Double.random(in: 0..<1))) { return }
            }
        }
    }

    private var skipsStatement: (@Sendable (SkippedStatement) -> Void)? {
        guard let skipped else { return nil }
        return { [say] statement in
            guard let count = skipped.note(statement) else { return }
            say(
                "\(statement.position): a change of \(statement.table) (\(statement.keyword)) was logged as text, not as rows, "
                    + "and is passed over (\(count) so far)")
        }
    }

    /// Asks the servers that are named, in turn, until one answers.
    private func asking<Value>(_ question: () throws -> Value) throws -> Value {
        var backoff = Backoff()
        while true {
            do {
                return try question()
            } catch {
                guard source.hasSeveralServers, !stop.isSet, source.goesOn(after: error) else { throw error }
                say("a server does not answer; asking the next: \(error)")
                if stop.wait(seconds: backoff.next(random: Double.random(in: 0..<1))) { throw error }
            }
        }
    }

    /// What is said where rows that were printed are rolled back, since their transaction was too large to wait for its end.
    static func rolledBack(_ transaction: BinlogPosition, keptCount: Int) -> String {
        let which = keptCount == 0 ? "all" : "all but those of its first \(keptCount) rows events"
        return
            "the transaction that begins at \(transaction) is larger than \(Tail.transactionByteCount >> 20) MiB and was "
            + "rolled back, in whole or to a savepoint: of its rows that are printed above, \(which) never were in the table"
    }

    private func read(
        _ resume: inout ResumePosition, of server: String?, until end: inout StopPoint?, _ seen: inout PartsSeen,
        _ selects: @escaping @Sendable (String, String) -> Bool, _ prepared: PreparedTransactions,
        _ backoff: inout Backoff, _ untold: UntoldColumns
    ) throws {
        var options = ReaderOptions(selects: selects, prepared: prepared, skipsStatement: skipsStatement)
        options.keepsLargeJSON = true
        options.tellLookBacks { [say] in if let notice = $0.notice { say(notice) } }
        let open = try source.open(from: resume, of: server, options)
        interrupt.set(open.interrupt)
        defer { interrupt.set(nil) }
        let printer = ChangePrinter()
        var assembler = TransactionAssembler(
            resume: resume, maximumByteCount: Tail.transactionByteCount, gtidsBefore: open.gtidsBefore
        ) { [say] in
            say(Self.rolledBack($0, keptCount: $1))
        }
        defer { try? printer.flush() }
        var hasRead = false
        // Asked for each event, and it stays so: to look at the whole point would copy it.
        let isBounded = end != nil
        reading: while !stop.isSet, let event = try open.reader.next() {
            if !hasRead {
                hasRead = true
                backoff.succeed()
                open.succeeded()
            }
            if isBounded, end?.excludes(event, assembler) == true { break }
            guard let output = try assembler.add(consume event) else {
                continue
            }
            switch consume output {
            case .rows(var batches, let after):
                if isBounded, after == nil, let part = batches.first,
                    end?.excludes(committedAt: part.origin.commitMicroseconds) == true
                {
                    break reading
                }
                seen.keepFresh(&batches, isLast: after != nil)
                // Taken from the end one by one: an array or its iterator would hand out copies, as `reverse` does.
                batches.withUnsafeMutableBufferPointer { part in
                    for index in 0..<part.count / 2 { swap(&part[index], &part[part.count - 1 - index]) }
                }
                while !batches.isEmpty {
                    let batch = batches.removeLast()
                    if batch.table.metadata != .full { untold.notice(batch) }
                    try printer.print(batch)
                    open.reader.reuse(batch)
                }
                if let after { resume = after }
                // What is printed should be seen, and not wait for what comes next.
                if open.isWaiting() { try printer.flush() }
            case .statement(_, _, let after), .position(let after):
                resume = after
                try printer.flush()
                try end?.lookForEnd(of: source)
            }
            if prepared.hasCommitted { try prepared.forget(before: resume.position) }
            if isBounded, !assembler.isInsideTransaction, end?.isReached(by: resume) == true { break }
        }
        try printer.flush()
    }
}
