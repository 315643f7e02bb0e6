import BinlogReader
import MySQLClient
import Rows
import Sinks

/// Where a pipeline's events come from: a server, or binlog files. Used from the pipeline's source thread, but for
/// what `OpenSource.interrupt` does.
protocol PipelineSource: Sendable {
    /// What messages call it; never with a password.
    var label: String { get }

    /// What must be mended at the source before rows can be replicated, each with the statement that mends it.
    func findings() throws -> [String]

    /// What may stay as it is at the source, and is worth knowing: for `check`.
    func notices() throws -> [String]

    /// What the source tells now of the tables that `selects` takes, to check them and their targets before rows come;
    /// empty where only the log tells.
    func inspectTables(
        where selects: (_ database: String, _ table: String) -> Bool
    ) throws -> TableInspection

    /// What is wrong with what was declared of the tables that `selects` takes: for `check`, since reading says it too.
    func schemaFindings(where selects: (_ database: String, _ table: String) -> Bool) throws -> [String]

    /// Hands on at most `limit` rows that each of `tables` holds now, as a batch of inserts a table, committed now for all
    /// that they tell. None where only the log tells of rows.
    func sample(_ tables: [Table], limit: Int, _ body: (RowBatch) throws -> Void) throws

    /// The server, in the words of `ServerIdentity`; nil where none is asked.
    func identity() throws -> String?

    /// The place that `start` means now. `say` is called with what the user should know about it.
    func resolve(_ start: StartPosition, say: (String) -> Void) throws -> ResumePosition

    /// The source's clock, microseconds since 1970 UTC.
    func now() throws -> Int64

    /// Whose log positions are places in; nil for files.
    func logIdentity() throws -> String?

    /// Finds out what the tables that `selects` takes are at `resume`, where reading is about to begin: as far as the log
    /// does not tell, and at once, so that rows which nobody can read stop it before it begins. Returns what the user
    /// should know.
    func prepareSchemas(
        at resume: ResumePosition, of arrival: SchemaArrival,
        selects: @escaping @Sendable (_ database: String, _ table: String) -> Bool
    ) throws -> [String]

    /// The checkpoint is ours, with the epoch `epoch`: what is known of the tables holds on only if the epoch before was
    /// ours too. Another process, with a state file of its own, may have gone on from here to there. Right after the claim,
    /// since a start that fails before that is noted leaves an epoch to the next one that nobody knows.
    func claimSchemas(epoch: UInt64) throws

    /// Reading begins at `resume`, of a checkpoint that ``claimSchemas(epoch:)`` was called for: what is known of the
    /// tables, if it does not hold on, is found out anew.
    func takeOverSchemas(
        at resume: ResumePosition,
        selects: @escaping @Sendable (_ database: String, _ table: String) -> Bool
    ) throws

    /// The server that is asked now; nil for files.
    var followed: ConnectionOptions? { get }

    /// Throws if `gtids` are none that this source can have: those of the other server's kind.
    func requireKind(of gtids: String) throws

    /// Whether the URL names several servers.
    var hasSeveralServers: Bool { get }

    /// Where several servers are named: turns to the one of that log, if another one answers now. Returns whether it did.
    /// Throws where one that is up, and may be it, takes no sessions for now, and is still waited for. Where none is it,
    /// `say` is called with why others did not answer.
    func seek(_ logIdentity: String, say: (_ error: String) -> Void) throws -> Bool

    /// Where several servers are named: turns to the first that answers now, if one does.
    func turnToOneThatAnswers()

    /// The place of `resume`, which is one in another server's log, in the log of the server that is asked now.
    func place(of resume: ResumePosition, having gtid: String?) throws -> ResumePosition

    /// Throws what would keep it from being read from `resume` on, a place in the log of `server` (nil: whatever log there
    /// is). Reads no event, and changes nothing.
    func check(_ resume: ResumePosition, of server: String?) throws

    /// Throws if the log of `server` (nil: whatever log there is) ends before `place`, of which a checkpoint says that it was
    /// read.
    func requireLogged(_ place: BinlogPosition, in server: String?) throws

    /// Begins to read at `resume`, a place in the log of `server` (nil: whatever log there is). To the `options` the source
    /// adds what it knows itself.
    func open(from resume: ResumePosition, of server: String?, _ options: ReaderOptions) throws -> OpenSource

    /// Ends a question that waits for the source, and all later ones; from any thread.
    func stop()

    /// The same source for another run: not stopped.
    var fresh: any PipelineSource { get }

    /// Whether reading may go on after `error` over a new connection: where several servers are named, perhaps to the next.
    /// Called once for each error.
    func goesOn(after error: any Error) -> Bool
}

extension PipelineSource {
    func schemaFindings(where selects: (_ database: String, _ table: String) -> Bool) throws -> [String] { [] }

    func identity() throws -> String? { nil }

    func prepareSchemas(
        at resume: ResumePosition, of arrival: SchemaArrival,
        selects: @escaping @Sendable (_ database: String, _ table: String) -> Bool
    ) throws -> [String] { [] }

    func claimSchemas(epoch: UInt64) throws {}

    func takeOverSchemas(
        at resume: ResumePosition,
        selects: @escaping @Sendable (_ database: String, _ table: String) -> Bool
    ) throws {}

    func logIdentity() throws -> String? { nil }

    func requireLogged(_ place: BinlogPosition, in server: String?) throws {}

    var followed: ConnectionOptions? { nil }

    func requireKind(of gtids: String) {}

    var hasSeveralServers: Bool { false }

    func seek(_ logIdentity: String, say: (_ error: String) -> Void) throws -> Bool { false }

    func turnToOneThatAnswers() {}

    func place(of resume: ResumePosition, having gtid: String?) throws -> ResumePosition { resume }

    /// What `question` is answered, and whose log that is about: an address may lead to one server now and to another a
    /// moment later.
    func ofOneLog<Value>(_ question: () throws -> Value) throws -> (answer: Value, log: String?) {
        var log = try logIdentity()
        while true {
            let answer = try question()
            let after = try logIdentity()
            if after == log { return (answer, log) }
            log = after
        }
    }

    /// Whether `error` says that another server answers than the one that is read.
    func isMove(_ error: any Error) -> Bool { (error as? StreamError)?.kind == .anotherServer }

    /// Those of `targets` that this source's own log would bring back: target tables that `selects` takes, on one server
    /// with the source. Each with the way out.
    func loops(
        to sink: any Sink, _ targets: [Table], where selects: (_ database: String, _ table: String) -> Bool
    ) throws -> [String] {
        guard let place = try sink.place(), place.server == (try identity()) else { return [] }
        return targets.filter { selects(place.database, $0.name) }.map { target in
            "the target table \(place.database).\(target.name) is on the source's own server and among the tables that are "
                + "replicated, so that what is written there would come back: write to another database, or leave it out "
                + "of tables = …"
        }
    }

    func resolve(_ start: StartPosition) throws -> ResumePosition {
        try resolve(start) { _ in }
    }

    /// Likewise, with the schemas prepared for reading from there.
    func begin(
        at start: StartPosition, selects: @escaping @Sendable (_ database: String, _ table: String) -> Bool,
        say: (String) -> Void
    ) throws -> ResumePosition {
        let end = ContinuousClock.now + SchemaHistory.patience
        var last: BinlogPosition?
        repeat {
            let resume = try resolve(start, say: say)
            do {
                for notice in try prepareSchemas(at: resume, of: .choice, selects: selects) { say(notice) }
                return resume
            } catch let error as SchemaHistoryError where start == .latest {
                // A statement came right then. Now is a little later; where it is not, that was not why.
                if resume.position == last { throw error }
                last = resume.position
            }
        } while ContinuousClock.now < end
        throw SchemaHistoryError.restless
    }
}

/// A source that is being read.
struct OpenSource {
    let reader: ChangeReader
    /// Waits until what is read comes: a server has to be connected to, and to agree. Called once, before the reader.
    let begin: () throws -> Void
    /// Ends a blocked read; from any thread.
    let interrupt: @Sendable () -> Void
    /// Whether the next event is still to come, so that it is time to hand out what came before. Asked by the thread that
    /// reads.
    let isWaiting: () -> Bool
    /// The log comes: what is read is no first try any more.
    var succeeded: () -> Void = {}
    /// The GTIDs in front of the place where reading began, where they are not those of the resume position: see
    /// ``GTIDPosition/expect(_:)``.
    var gtidsBefore: String?
    /// Why the schema history begins anew, where one was damaged.
    var notices: [String] = []
}
