import BinlogReader
import Glibc
import MySQLClient
import Rows
import Sinks

/// A server as a source: followed over a connection of its own, asked about itself over another. Where several are named,
/// it is the one whose turn it is.
struct ServerPipelineSource: PipelineSource {
    let hosts: SourceHosts
    let session: ServerSession
    private let verifiesChecksums: Bool
    /// What is known of tables whose columns the log does not name, and from where on.
    let schemas: any SchemaStore
    /// Likewise in the log that the checkpoint is of, from when another server is asked until the checkpoint is of that one's.
    let formerSchemas: any SchemaStore
    private let claim = SchemaClaim()
    let questions = StreamStopper()

    init(
        hosts: SourceHosts, session: ServerSession, verifiesChecksums: Bool = true,
        schemas: any SchemaStore = MemorySchemaStore(), formerSchemas: any SchemaStore = MemorySchemaStore()
    ) {
        self.hosts = hosts
        self.session = session
        self.verifiesChecksums = verifiesChecksums
        self.schemas = schemas
        self.formerSchemas = formerSchemas
    }

    var options: ConnectionOptions { hosts.current }

    func ask() -> SourceServer { SourceServer(options, stopper: questions) }

    func stop() { questions.stop() }

    var fresh: any PipelineSource {
        ServerPipelineSource(
            hosts: hosts, session: session, verifiesChecksums: verifiesChecksums, schemas: schemas,
            formerSchemas: formerSchemas)
    }

    var label: String { "mysql://\(options)" }

    func findings() throws -> [String] {
        let server = ask()
        let problems = try server.inspect().problems
        return problems.isEmpty && hosts.areSeveral ? try server.failoverProblems() : problems
    }

    func notices() throws -> [String] {
        let server = ask()
        return try server.inspect().notices + server.preparedNotices()
    }

    func inspectTables(
        where selects: (_ database: String, _ table: String) -> Bool
    ) throws -> TableInspection {
        try ask().inspectTables(where: selects)
    }

    func sample(_ tables: [Table], limit: Int, _ body: (RowBatch) throws -> Void) throws {
        if tables.isEmpty { return }
        let server = ask()
        let origin = Origin(
            position: try server.end(), gtid: nil, commitMicroseconds: try server.now())
        let rows = try TableRows(options)
        for table in tables { try body(try rows.read(table, limit: limit, origin: origin)) }
    }

    func identity() throws -> String? { try ask().identity() }

    func resolve(_ start: StartPosition, say: (String) -> Void) throws -> ResumePosition {
        let server = ask()
        let position: BinlogPosition
        switch start {
        case .earliest: position = try server.earliest()
        case .latest:
            let end = try server.latest(serverID: session.serverID)
            return ResumePosition(position: end.position, gtids: end.gtid, commitMicroseconds: 0)
        case .position(let given):
            try server.check(given)
            position = given
        case .gtids(let gtids):
            // One of the other server's kind is told by what follows.
            if (GTIDSet(gtids) != nil) == (try server.version().flavour == .mySQL) {
                let (logged, statement) = try server.loggedGTIDs()
                try GTIDBound(gtids).requireKnown(gtids, to: "the server", having: logged, by: statement)
            }
            let found = try server.position(after: gtids, serverID: session.serverID)
            return ResumePosition(position: found, gtids: gtids, commitMicroseconds: 0)
        case .time(let point):
            let now = try server.now()
            let time = try point.past(now: now)
            let place = try server.place(of: time, serverID: session.serverID)
            var resume = try ResumePosition(place, time: time, isServer: true, say: say)
            resume.gtids = try server.gtid(at: resume.position, serverID: session.serverID) ?? ""
            return resume
        }
        return ResumePosition(
            position: position, gtids: try server.gtid(at: position, serverID: session.serverID) ?? "",
            commitMicroseconds: 0)
    }

    func now() throws -> Int64 {
        try SourceServer(options).now()
    }

    func check(_ resume: ResumePosition, of identity: String?) throws {
        let server = ask()
        try require(identity, server)
        _ = try refuseAnotherLog(resume, server)
        let end = try server.end()
        guard !end.isBefore(resume.position) else {
            throw PlanError(StreamError.anotherLog("it ends at \(end)", "\(resume.position)"))
        }
        try server.check(resume.position)
    }

    func requireLogged(_ place: BinlogPosition, in identity: String?) throws {
        let server = ask()
        let end = try server.end()
        // Where another server answers by now, reading finds that out, and goes on there.
        guard end.isBefore(place), try identity == nil || server.logIdentity() == identity else { return }
        throw PlanError(StreamError.anotherLog("it ends at \(end)", "\(place), as the checkpoint says"))
    }

    func open(from resume: ResumePosition, of identity: String?, _ reading: ReaderOptions) throws -> OpenSource {
        let options = options
        let server = SourceServer(options, stopper: questions)
        try require(identity, server)
        let end = try refuseAnotherLog(resume, server)
        let before = try gtidsBefore(resume, server, end)
        var stream = ServerStreamOptions(connection: options, serverID: session.serverID)
        stream.expectedIdentity = identity
        stream.heartbeatSeconds = UInt32(clamping: Int(session.heartbeatSeconds))
        let source = ServerStream(stream, from: .position(resume.position))
        let asking = StreamStopper()
        let repeats = { GTIDPosition.repeats(of: resume.gtids, before: before) }
        let history = history(reading.selects, mark: claim.mark, stopper: asking, repeats)
        // The checkpoint may be far behind: what was read before a connection broke need not be applied.
        let notices = try history.open(at: resume.position, isCheckpoint: false)
        var reading = reading
        reading.schemas = history
        reading.isRepeated = repeats()
        reading.verifiesChecksums = verifiesChecksums
        reading.looksBack(on: SourceServer(options, stopper: asking), serverID: session.of("prepared").serverID)
        let reader = ChangeReader(source: source, start: resume.position, options: reading)
        return OpenSource(
            reader: reader,
            begin: source.begin,
            interrupt: { [stream = source.stopper] in
                stream.stop()
                asking.stop()
            },
            isWaiting: { source.isWaiting }, succeeded: hosts.succeeded, gtidsBefore: before,
            notices: notices)
    }

    /// The GTIDs in front of `resume`, if they may be others than its own: a log of several of MariaDB's domains has them in
    /// an order of its own, so that a place found by GTID may have some that are done behind it.
    private func gtidsBefore(
        _ resume: ResumePosition, _ server: SourceServer, _ end: SourceServer.LogEnd
    ) throws -> String? {
        guard MariaDBGTID.list(end.gtid).count > 1, !resume.gtids.isEmpty else { return nil }
        return try server.gtid(at: resume.position, serverID: session.serverID)
    }

    private func require(_ identity: String?, _ server: SourceServer) throws {
        guard let identity, try server.logIdentity() != identity else { return }
        throw StreamError(.anotherServer, "\(options) is another server than the one that was followed")
    }

    func prepareSchemas(
        at resume: ResumePosition, of arrival: SchemaArrival,
        selects: @escaping @Sendable (_ database: String, _ table: String) -> Bool
    ) throws -> [String] {
        let history = history(selects, stopper: questions, repeats(behind: resume))
        switch arrival {
        case .choice:
            try history.keepOnly(ifKnownAt: resume.position)
            return try history.open(at: resume.position, isCheckpoint: true)
        // Before the claim, since a start may be killed right behind it: what is kept then begins at the checkpoint, and
        // holds there whoever claims next.
        case .checkpoint(let epoch, let former):
            try keepFormer(former)
            try history.keepOnly(ifMarked: epoch.map { "\($0)" }, orFrom: resume.position)
            return try history.open(at: resume.position, isCheckpoint: true, former: former)
        }
    }

    func claimSchemas(epoch: UInt64) throws {
        try claim.take(epoch, in: schemas)
        do {
            try claim.take(epoch, in: formerSchemas)
        } catch is SchemaStoreDamage {
            try formerSchemas.replace(with: nil)
        }
    }

    func takeOverSchemas(
        at resume: ResumePosition,
        selects: @escaping @Sendable (_ database: String, _ table: String) -> Bool
    ) throws {
        try formerSchemas.replace(with: nil)
        guard let stored = try schemas.load() else { return }
        if stored.mark != claim.mark, stored.base != resume.position {
            try schemas.replace(with: nil)
            let history = history(selects, mark: claim.mark, stopper: questions, repeats(behind: resume))
            _ = try history.open(at: resume.position, isCheckpoint: true)
        }
        guard var own = try schemas.load() else { return }
        own.mark = claim.mark
        try schemas.replace(with: own)
    }

    private func history(
        _ selects: @escaping @Sendable (_ database: String, _ table: String) -> Bool, mark: String = "",
        stopper: StreamStopper, _ repeats: @escaping () throws -> (_ gtid: String) -> Bool
    ) -> SchemaHistory {
        // It may look through the log while that is followed.
        let history = SchemaHistory(
            SourceServer(options, stopper: stopper), serverID: session.of("schemas").serverID, store: schemas,
            mark: mark,
            selects: selects)
        history.repeats = repeats
        return history
    }

    /// Made when it is asked for: most never are.
    private func repeats(behind resume: ResumePosition) -> () throws -> (_ gtid: String) -> Bool {
        {
            let server = ask()
            let end = try server.latest(serverID: session.serverID)
            return GTIDPosition.repeats(of: resume.gtids, before: try gtidsBefore(resume, server, end))
        }
    }

    /// Throws if the server's log is not the one that was read up to `resume`: RESET MASTER or another server may have put
    /// other transactions before that offset, and whatever stood behind them would be taken for new.
    private func refuseAnotherLog(
        _ resume: ResumePosition, _ server: SourceServer
    ) throws -> SourceServer.LogEnd {
        var attempt = 0
        while true {
            let end = try server.latest(serverID: session.serverID)
            guard GTIDBound.isLost(resume.gtids, whereLogEndsWith: end.gtid) else { return end }
            // MySQL lists a transaction a moment after it sends it, and after its log has grown by it.
            let mayBeListed = try server.version().flavour == .mySQL && !end.position.isBefore(resume.position)
            if attempt == 49 || !mayBeListed {
                throw PlanError(
                    StreamError.anotherLog(
                        "it ends at \(end.position) with GTIDs \(end.gtid.isEmpty ? "(none)" : end.gtid)",
                        "\(resume.position) with \(resume.gtids)"))
            }
            attempt += 1
            usleep(100_000)
        }
    }

    func goesOn(after error: any Error) -> Bool {
        // Of the state file, which has the schema history.
        if let error = error as? SinkError { return error.disposition == .retriable }
        return hosts.goesOn(after: error)
    }
}
