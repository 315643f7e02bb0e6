internal import Glibc
internal import Rows

/// What was told of a table of the log from elsewhere: by the live table, or by the schema history.
package struct TableHints: Equatable {
    var columns: [String: ColumnHint] = [:]
    var period: SystemPeriod?
    /// Where the log does not name the columns.
    var schema: TableSchema?

    init() {}

    init(_ schema: TableSchema) {
        self.schema = schema
        period = schema.period
        for column in schema.columns { columns[column.name] = column.hint }
    }
}

/// A table that a TABLE_MAP event described.
final class MappedTable {
    let tableID: UInt64
    /// The event's body behind the table id and flags: the same as long as the table is.
    let body: [UInt8]
    fileprivate let bodyHash: Int
    let name: TableMapEvent.Name
    /// Nil: not selected, so its columns were not looked at.
    let layout: TableLayout?
    /// Makes current rows of a table with versions; nil for others.
    let current: CurrentRows?
    /// Some columns are what was told from elsewhere.
    let dependsOnHints: Bool
    let hints: TableHints
    /// Memory that it holds, roughly. A column takes many times the bytes that the event has of it.
    let byteCount: Int
    /// False once what was told may be out of date: then it is asked again.
    fileprivate(set) var isCurrent = true

    init(
        tableID: UInt64, body: [UInt8], name: TableMapEvent.Name, layout: TableLayout?, dependsOnHints: Bool,
        hints: TableHints
    ) {
        self.tableID = tableID
        self.body = body
        bodyHash = body.withUnsafeBytes { Self.hash(of: $0) }
        self.name = name
        self.layout = layout
        current = layout.flatMap { layout in hints.period.flatMap { CurrentRows(of: layout.table, $0) } }
        self.dependsOnHints = dependsOnHints
        self.hints = hints
        byteCount = body.count + 64 * (layout?.formats.count ?? 0) + 256
    }

    /// The same table under another id.
    init(_ table: MappedTable, tableID: UInt64) {
        self.tableID = tableID
        body = table.body
        bodyHash = table.bodyHash
        name = table.name
        layout = table.layout
        current = table.current
        dependsOnHints = table.dependsOnHints
        hints = table.hints
        byteCount = table.byteCount
    }

    var fullName: String { "\(name.database).\(name.table)" }
}

/// The tables of the statement being read, by id, and those of earlier ones: a table keeps its ``Table`` object for as
/// long as its TABLE_MAP events are the same, byte for byte.
struct TableCache {
    /// What the current statement may name besides `last`, by id: mostly nothing.
    private var current: [UInt64: MappedTable] = [:]
    private var known: [UInt64: MappedTable] = [:]
    /// Of those of `known` with the same body, by its hash, the one that was mapped last. A table gets a new id whenever the
    /// server opens it: with more tables than it keeps open that is always.
    private var knownByBody: [Int: MappedTable] = [:]
    /// The one that was mapped last: mostly the next one too.
    private var last: MappedTable?
    /// The current statement may name `last`.
    private var isLastCurrent = false
    /// Memory that `known` and `current` hold.
    private var knownByteCount = 0
    private var currentByteCount = 0
    /// More tables than this, or as take more memory than this, are forgotten, all at once.
    private static let greatestCount = 16_384
    private static let greatestByteCount = 128 << 20

    /// The table that a rows event names; nil if no TABLE_MAP of its statement did.
    func table(_ id: UInt64) -> MappedTable? {
        if isLastCurrent, let last, last.tableID == id { return last }
        return current[id]
    }

    /// Maps a known table by a TABLE_MAP event's id and body; false if it is not known.
    mutating func mapKnown(_ id: UInt64, body: borrowing ByteCursor) -> Bool {
        if last?.tableID != id {
            guard let table = known[id] else { return false }
            appoint(table)
        }
        guard last?.isCurrent == true, last?.has(body) == true else { return false }
        isLastCurrent = true
        return true
    }

    /// A known table with the same body and any id.
    func known(anyID body: borrowing ByteCursor) -> MappedTable? {
        let hash = body.bytes.extracting(body.offset..<body.end).withUnsafeBytes { MappedTable.hash(of: $0) }
        guard let table = knownByBody[hash], table.has(body) else { return nil }
        return table
    }

    /// Likewise, and the live table told the same of it.
    func known(anyID body: [UInt8], hints: TableHints) -> MappedTable? {
        guard let table = knownByBody[body.withUnsafeBytes { MappedTable.hash(of: $0) }], table.body == body,
            table.hints == hints
        else { return nil }
        return table
    }

    mutating func map(_ table: MappedTable) {
        if known.count >= Self.greatestCount || knownByteCount > Self.greatestByteCount {
            known.removeAll()
            knownByBody.removeAll()
            knownByteCount = 0
        }
        if let former = known.updateValue(table, forKey: table.tableID) {
            knownByteCount -= former.byteCount
            if knownByBody[former.bodyHash] === former { knownByBody[former.bodyHash] = nil }
        }
        knownByteCount += table.byteCount
        knownByBody[table.bodyHash] = table
        appoint(table)
        isLastCurrent = true
    }

    /// Makes `table` the last one, which the current statement does not name yet.
    private mutating func appoint(_ table: MappedTable) {
        if isLastCurrent, let last, last.tableID != table.tableID {
            // No statement names so many: rows of those that are forgotten are refused.
            if currentByteCount > Self.greatestByteCount { endStatement() }
            currentByteCount += last.byteCount
            current[last.tableID] = last
        }
        if !current.isEmpty, let named = current.removeValue(forKey: table.tableID) {
            currentByteCount -= named.byteCount
        }
        last = table
        isLastCurrent = false
    }

    mutating func endStatement() {
        isLastCurrent = false
        if current.isEmpty { return }
        current.removeAll()
        currentByteCount = 0
    }

    /// Statements may have changed these tables.
    mutating func retire(_ names: Set<SourceServer.TableName>) {
        if names.isEmpty { return }
        for table in known.values where table.dependsOnHints {
            let name = SourceServer.TableName(database: table.name.database, name: table.name.table)
            if names.contains(name) { table.isCurrent = false }
        }
    }

    /// A new file, perhaps of a server that was restarted: ids mean nothing any more, and what was told of tables may
    /// be out of date.
    mutating func beginFile() {
        endStatement()
        last = nil
        for table in known.values where table.dependsOnHints { table.isCurrent = false }
    }
}

extension MappedTable {
    /// Seeded anew in each process, so that no log can be made to have many of one hash.
    fileprivate static func hash(of body: UnsafeRawBufferPointer) -> Int {
        var hasher = Hasher()
        hasher.combine(bytes: body)
        return hasher.finalize()
    }

    /// Whether its body are the bytes that `cursor` has left.
    fileprivate func has(_ cursor: borrowing ByteCursor) -> Bool {
        let count = cursor.remaining
        guard body.count == count, count > 0 else { return false }
        return cursor.bytes.extracting(cursor.offset..<cursor.end).withUnsafeBytes { left in
            body.withUnsafeBytes { right in
                guard let left = left.baseAddress, let right = right.baseAddress else { return false }
                // SAFETY: both buffers have `count` bytes.
                return memcmp(left, right, count) == 0
            }
        }
    }
}
