import BinlogReader
import Rows
import Sinks

/// Binlog files as a source: a file, or a folder of them in sequence order. Ends with the last file.
struct FilePipelineSource: PipelineSource {
    let path: String
    var verifiesChecksums = true
    /// What the tables are where reading begins, for logs that do not name their columns.
    var schema: SchemaFile?
    /// Of a pipeline: where it is kept what statements make of them.
    var schemas: (any SchemaStore)?
    private let claim = SchemaClaim()

    init(
        path: String, verifiesChecksums: Bool = true, schema: SchemaFile? = nil, schemas: (any SchemaStore)? = nil
    ) {
        self.path = path
        self.verifiesChecksums = verifiesChecksums
        self.schema = schema
        self.schemas = schemas
    }

    var label: String { "file:\(path)" }

    func findings() throws -> [String] {
        // Made for what it throws where there is nothing to read.
        _ = try FileSource(path: path, start: nil)
        return []
    }

    func notices() -> [String] { [] }

    func inspectTables(where selects: (_ database: String, _ table: String) -> Bool) -> TableInspection {
        TableInspection()
    }

    func schemaFindings(where selects: (_ database: String, _ table: String) -> Bool) throws -> [String] {
        guard let schema else { return [] }
        return try [FileSource.finding(in: schema, path: path, where: selects)].compactMap(\.self)
    }

    func sample(_ tables: [Table], limit: Int, _ body: (RowBatch) throws -> Void) {}

    func stop() {}

    var fresh: any PipelineSource { self }

    func resolve(_ start: StartPosition, say: (String) -> Void) throws -> ResumePosition {
        switch start {
        case .earliest:
            let first = try FileSource(path: path, start: nil).firstPosition
            return ResumePosition(position: first, gtids: "", commitMicroseconds: 0)
        case .position(let position):
            return ResumePosition(position: position, gtids: "", commitMicroseconds: 0)
        case .latest:
            return ResumePosition(position: try FileSource.end(path: path), gtids: "", commitMicroseconds: 0)
        case .gtids(let text):
            let gtids = GTIDBound(text)
            try gtids.requireKnown(text, to: path, having: try FileSource.loggedGTIDs(path: path))
            guard
                let position = try FileSource.place(
                    afterThose: gtids.contains, and: gtids.containsAll, path: path)
            else {
                throw PlanError(
                    "cannot start at GTID \(text): what follows it is in none of the files of \(path), which begin later. "
                        + "Ways out: put the files before them beside them; or do without, with --start earliest")
            }
            return ResumePosition(position: position, gtids: text, commitMicroseconds: 0)
        case .time(let point):
            let time = try point.past(now: TimePoint.now)
            return try ResumePosition(
                try FileSource.place(of: time, path: path), time: time, isServer: false, say: say)
        }
    }

    func now() throws -> Int64 { TimePoint.now }

    func check(_ resume: ResumePosition, of server: String?) throws {
        _ = try FileSource(path: path, start: resume.position)
    }

    func requireLogged(_ place: BinlogPosition, in server: String?) throws {
        let end = try FileSource.end(path: path)
        guard end.isBefore(place) else { return }
        throw PlanError(
            "the files of \(path) end at \(end), and were read up to \(place), as the checkpoint says: put those that are "
                + "missing beside them; or begin anew, with --start earliest --reset-checkpoint")
    }

    func open(from resume: ResumePosition, of server: String?, _ reading: ReaderOptions) throws -> OpenSource {
        let files = try FileSource(path: path, start: resume.position)
        var reading = reading
        reading.verifiesChecksums = verifiesChecksums
        if let schema {
            reading.schemas = DeclaredSchemas(
                schema, selects: reading.selects, store: schemas, from: resume.position)
        }
        reading.looksBack(inFiles: path)
        let reader = ChangeReader(source: files, start: resume.position, options: reading)
        return OpenSource(reader: reader, begin: {}, interrupt: {}, isWaiting: { false })
    }

    func goesOn(after error: any Error) -> Bool { false }

    private var history: DeclaredHistory? {
        guard let schema, let schemas else { return nil }
        return DeclaredHistory(schema, store: schemas)
    }

    func prepareSchemas(
        at resume: ResumePosition, of arrival: SchemaArrival,
        selects: @escaping @Sendable (_ database: String, _ table: String) -> Bool
    ) throws -> [String] {
        switch arrival {
        case .choice: claim.begins(at: resume.position)
        case .checkpoint(let epoch, _):
            claim.begins(at: nil)
            try history?.goOn(at: resume.position, mark: epoch.map { "\($0)" })
        }
        return []
    }

    func claimSchemas(epoch: UInt64) throws {
        // In front of the checkpoint that names the place: a kill in between leaves a history that no checkpoint fits, and
        // not one of other tables.
        if let place = claim.takeBeginning() { try history?.begin(at: place) }
        try claim.take(epoch, in: schemas)
    }

    func takeOverSchemas(
        at resume: ResumePosition,
        selects: @escaping @Sendable (_ database: String, _ table: String) -> Bool
    ) throws {
        try history?.take(at: resume.position, mark: claim.mark)
    }
}
