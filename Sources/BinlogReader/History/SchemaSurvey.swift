internal import MySQLClient
internal import Rows

/// Goes through the log from a place where not all tables are known to its end, and finds out which of them are what the
/// server says now, and from where on. Rows are not decoded. Confined to one thread.
final class SchemaSurvey: TableSchemas {
    typealias Name = SourceServer.TableName

    /// Rows that could not be read: what their table was there cannot be told.
    struct Loss {
        var table: Name
        var rows: BinlogPosition
        /// The statement that changed the table behind them; nil: the server does not have it any more.
        var change: LoggedStatement?
        var reason: String?
    }

    /// What is known for sure.
    private var sure: SchemaCatalogue
    /// Likewise, and for the others what the server says now, as long as no statement touches them.
    private var assumed: SchemaCatalogue
    private var assumptions: Set<Name>
    /// Tables that cannot be told since the statement of ``touches``, with the reason.
    private(set) var lost: [Name: String] = [:]
    /// The statements that touched a table, in their order.
    private(set) var touches: [Name: [LoggedStatement]] = [:]
    /// The first rows of a table that is not sure, since its last touch.
    private var rows: [Name: BinlogPosition] = [:]
    private(set) var losses: [Loss] = []
    /// Databases whose default was assumed, and is changed on the way.
    private(set) var changedDatabases: Set<String> = []
    private let assumedDatabases: Set<String>
    private let stopper: StreamStopper
    /// Behind the last statement that matters: the server was asked before the later ones.
    private let end: BinlogPosition
    private(set) var isDone = false
    /// Where the log cannot be read: what comes behind it is not known, so nothing is what it is now.
    var cut: EventError?

    /// - Parameters:
    ///   - known: what is known at the place where the log is read from.
    ///   - live: what the server says, and up to where.
    ///   - wrongDatabases: whose default collation is not what the server says now.
    init(
        known: SchemaCatalogue, live asked: SourceServer.LiveSchemas, wrongDatabases: Set<String>,
        stopper: StreamStopper
    ) {
        let live = asked.catalogue
        end = asked.end
        sure = known
        sure.isPartial = false
        assumedDatabases = Set(live.databases.keys).subtracting(known.databases.keys).subtracting(wrongDatabases)
        for database in assumedDatabases { sure[collationOf: database] = live[collationOf: database] }
        assumed = sure
        assumptions = Set(live.tables.keys).subtracting(known.tables.keys)
        for name in assumptions { assumed[name] = live[name] }
        self.stopper = stopper
    }

    /// Tables that no statement has touched: they always were what they are now.
    var untouched: Set<Name> { cut == nil ? assumptions : [] }

    /// Databases whose default collation no statement has touched.
    var untouchedDatabases: Set<String> {
        cut == nil ? assumedDatabases.subtracting(changedDatabases) : []
    }

    func answer(for table: Name, at place: LogPlace) throws -> SchemaAnswer {
        try stopper.checkNotStopped()
        if !hasPassed(place), sure[table] == nil {
            let name = sure.folded(table)
            if rows[name] == nil { rows[name] = place.event }
        }
        return .unwanted
    }

    /// What the log names is no loss, whatever else is open.
    func hints(for table: Name, _ open: OpenTable, at place: LogPlace) throws -> TableHints? {
        try stopper.checkNotStopped()
        _ = hasPassed(place)
        return nil
    }

    private func hasPassed(_ place: LogPlace) -> Bool {
        if !place.event.isBefore(end) { isDone = true }
        return isDone
    }

    func take(_ statement: LoggedStatement) throws -> Set<Name> {
        try stopper.checkNotStopped()
        if hasPassed(statement.place) || statement.keepsColumns { return [] }
        let before = sure
        let assumedBefore = assumed
        let (touched, fault) = sure.follow(statement)
        var (all, _) = assumed.follow(statement)
        for database in assumedDatabases where before.databases[database] != sure.databases[database] {
            changedDatabases.insert(database)
        }
        all.formUnion(touched)
        for name in assumptions.intersection(all)
        where sure[name] != nil && assumed[name] == assumedBefore[name] {
            // CREATE TABLE IF NOT EXISTS: made only if it was not there, and then it is as the server says.
            sure[name] = nil
            all.remove(name)
        }
        for name in all { settle(name, wasSure: before[name] != nil, fault, statement) }
        return all
    }

    private func settle(_ name: Name, wasSure: Bool, _ fault: SchemaFault?, _ statement: LoggedStatement) {
        let isAtFault = fault?.tables.contains { sure.folded($0) == name } ?? false
        touches[name, default: []].append(statement)
        if !wasSure, let place = rows[name] {
            losses.append(Loss(table: name, rows: place, change: statement, reason: lost[name]))
        }
        rows[name] = nil
        assumptions.remove(name)
        lost[name] = nil
        let isDropped = assumed[name] == nil && !isAtFault
        if isAtFault || sure[name] == nil && !isDropped {
            lost[name] = isAtFault ? fault?.reason : "what it was before is not known"
            sure[name] = nil
        }
        assumed[name] = sure[name]
    }

    /// Rows whose table is gone by now: called at the end.
    func finish(_ live: SourceServer.LiveSchemas) {
        for (name, place) in rows where sure[name] == nil && live.catalogue[name] == nil {
            losses.append(Loss(table: name, rows: place, change: nil, reason: live.faults[name]))
        }
    }
}

extension LoggedStatement {
    /// True where it leaves the tables that it names as they are, but for rows and indexes. (What the server says now of a
    /// table is also what it was before such a statement.)
    var keepsColumns: Bool {
        var words = StatementWords(text)
        switch words.next() {
        case "TRUNCATE": return true
        case "CREATE": return words.next() == "INDEX"
        default: return false
        }
    }
}

extension SchemaCatalogue {
    /// Does what the statement did, if that can be told, and returns the tables that it touched.
    mutating func follow(_ statement: LoggedStatement) -> (touched: Set<Name>, fault: SchemaFault?) {
        do throws(SchemaFault) {
            return (try apply(statement.text, in: statement.context), nil)
        } catch {
            return (Set(error.tables.map(folded)), error)
        }
    }
}
