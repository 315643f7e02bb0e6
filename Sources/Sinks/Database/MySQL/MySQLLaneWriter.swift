import MySQLClient
import Rows

/// Writes a lane's changes and its checkpoint to the target, in one transaction a call.
final class MySQLLaneWriter: LaneWriter {
    private let settings: MySQLSettings
    private let row: MySQLLaneCheckpoint
    /// Nil after a failure that may have broken it: the next call connects anew.
    private var session: MySQLWriteSession?
    /// The last call's outcome, where its COMMIT was sent and no answer came: it may have been done after all.
    private var doubtful: (checkpoint: LaneCheckpoint, counts: WriteCounts)?

    private var lastUse = ContinuousClock.now
    let pulse: Pulse? = Pulse()

    init(settings: MySQLSettings, pipeline: String, lane: Int, epoch: UInt64) throws(SinkError) {
        self.settings = settings
        row = MySQLLaneCheckpoint(pipeline: pipeline, lane: lane, epoch: epoch)
        session = try MySQLWriteSession(settings, row, pulse)
    }

    func write(_ batches: [RowBatch], checkpoint: LaneCheckpoint) throws(SinkError) -> WriteCounts {
        // Rather than find that the server has ended it.
        if ContinuousClock.now - lastUse > .seconds(settings.idleSeconds / 2) { session = nil }
        let session = if let session { session } else { try MySQLWriteSession(settings, row, pulse) }
        self.session = nil
        defer { lastUse = .now }
        do throws(SinkError) {
            if let doubtful, doubtful.checkpoint == checkpoint {
                let stored = try session.storedCheckpoint()
                self.doubtful = nil
                if stored == checkpoint {
                    self.session = session
                    return doubtful.counts
                }
            }
            let counts = try session.apply(batches, checkpoint)
            doubtful = (checkpoint, counts)
            try session.commit()
            doubtful = nil
            self.session = session
            return counts
        } catch {
            if session.rollBack(), error.disposition == .retriable { self.session = session }
            throw error
        }
    }
}

/// One connection of a lane's writer, with what was made for its tables.
private final class MySQLWriteSession {
    /// Fewer changes of a table than these are not worth grouping.
    private static let groupCount = 8

    private let settings: MySQLSettings
    private let row: MySQLLaneCheckpoint
    private let session: MySQLSession
    private var tables: [MySQLTableWriter] = []
    private var schemas: MySQLSchemaReader?
    private var ordered: MySQLOrderedChanges
    private var grouped: MySQLGroupedChanges

    init(_ settings: MySQLSettings, _ row: MySQLLaneCheckpoint, _ pulse: Pulse?) throws(SinkError) {
        self.settings = settings
        self.row = row
        session = try MySQLSession(settings, pulse: pulse)
        // Where this host is gone, the server gives free what a transaction has locked.
        try session.execute("SET SESSION wait_timeout = \(settings.idleSeconds)")
        guard try row.isOurs(session) else {
            throw SinkError(fencing: row.pipeline, epoch: row.epoch, target: settings.label)
        }
        try MySQLLaneLock(session: session, pipeline: row.pipeline, lane: row.lane).take()
        ordered = MySQLOrderedChanges(session)
        grouped = MySQLGroupedChanges(session)
    }

    /// What is stored for the lane, once no earlier transaction can change it any more.
    func storedCheckpoint() throws(SinkError) -> LaneCheckpoint? {
        try session.execute("START TRANSACTION")
        let stored = try row.lock(session)
        try session.execute("ROLLBACK")
        return stored
    }

    /// Begins the transaction and applies all. The fence first: where another process has taken over, no row is touched.
    func apply(_ batches: [RowBatch], _ checkpoint: LaneCheckpoint) throws(SinkError) -> WriteCounts {
        try session.execute("START TRANSACTION")
        guard try session.execute(row.update(to: checkpoint, session.connection)) == 1 else {
            throw SinkError(fencing: row.pipeline, epoch: row.epoch, target: settings.label)
        }
        var counts = WriteCounts()
        var groups: [(table: MySQLTableWriter, references: [MySQLOrderedChanges.Reference])] = []
        var writers: [MySQLTableWriter] = []
        for (index, batch) in batches.enumerated() {
            let table: MySQLTableWriter
            do throws(SinkError) { table = try writer(for: batch.table, &writers) } catch {
                throw error.located(at: batch)
            }
            let references = batch.rows.indices.map {
                MySQLOrderedChanges.Reference(table: table, batch: index, row: $0)
            }
            guard table.isPlain else {
                for reference in references { try ordered.add(reference, batches, &counts) }
                continue
            }
            if let known = groups.firstIndex(where: { $0.table === table }) {
                groups[known].references += references
            } else {
                groups.append((table, references))
            }
        }
        try ordered.flush(batches, &counts)
        for (table, references) in groups {
            if references.count >= Self.groupCount, try grouped.apply(references, to: table, batches, &counts) {
                continue
            }
            for reference in references { try ordered.add(reference, batches, &counts) }
            try ordered.flush(batches, &counts)
        }
        return counts
    }

    func commit() throws(SinkError) {
        try session.execute("COMMIT")
    }

    /// True if the session may be used on.
    func rollBack() -> Bool {
        ordered.removeAll()
        return session.rollBack()
    }

    // MARK: Tables

    /// - Parameter checked: the tables of this transaction: the server's definition of each was compared with the one
    ///   that its statements were made for. None can change before the transaction ends.
    private func writer(
        for table: Table, _ checked: inout [MySQLTableWriter]
    ) throws(SinkError) -> MySQLTableWriter {
        if let known = checked.first(where: { $0.table === table }) { return known }
        if let known = checked.first(where: { $0.adopt(table) }) { return known }
        let definition = try session.holdDefinition(of: table.name)
        if let known = tables.first(where: { $0.adopt(table) }), known.definition == definition {
            checked.append(known)
            return known
        }
        // The target has one table of this name: another shape of it takes the older one's place.
        tables.removeAll { $0.table.name == table.name }
        let new = try MySQLTableWriter(for: table, definition: definition, on: session)
        tables.append(new)
        checked.append(new)
        return new
    }
}

extension MySQLSession {
    /// The server's definition of a table, which no one can change any more until the transaction ends.
    fileprivate func holdDefinition(of table: String) throws(SinkError) -> [UInt8] {
        let name = Connection.identifier(table)
        // Opens it, which holds its metadata lock; reads no row.
        _ = try query("SELECT 1 FROM \(name) WHERE FALSE")
        let definition = try query("SHOW CREATE TABLE \(name)")
        guard let text = definition.rows.first.flatMap({ $0.count > 1 ? $0[1] : nil }) else { return [] }
        return Self.withoutCounter(text)
    }

    /// Without ` AUTO_INCREMENT=17`, which inserts change.
    private static func withoutCounter(_ definition: [UInt8]) -> [UInt8] {
        let mark = Array(" AUTO_INCREMENT=".utf8)
        guard definition.count > mark.count,
            let start = (0..<definition.count - mark.count).last(where: { definition[$0...].starts(with: mark) })
        else { return definition }
        let end = definition[(start + mark.count)...].firstIndex { !(0x30...0x39).contains($0) } ?? definition.count
        return Array(definition[..<start] + definition[end...])
    }
}
