package import Rows

/// What a table was from a place of the log on.
package struct SchemaVersion: Equatable, Sendable {
    package typealias Name = SourceServer.TableName

    package enum State: Equatable, Sendable {
        /// A CREATE TABLE that says all, whatever the settings of who reads it.
        case table(String)
        /// There was none.
        case absent
        /// It cannot be told, for this reason.
        case untold(String)
        /// The default collation, by name, of the database ``SchemaVersion/table`` names; its table has no name.
        case database(collation: String)
        /// Not what the table was, but what some columns of it were: of this CREATE TABLE those with these indices, from 0. The
        /// log tells the others. `knowsPeriod`: it tells system versioning too.
        case spared(String, columns: [Int], knowsPeriod: Bool)
    }

    package var table: Name
    /// It holds for what stands here, or behind, up to the table's next version.
    package var from: BinlogPosition
    package var state: State
    /// The statement that ``from`` is right behind; nil: none is, or reading has not come there.
    package var statement: BinlogPosition?
    /// The server was asked: the statement does not tell.
    package var isAsked: Bool

    package init(
        _ table: Name, from: BinlogPosition, _ state: State, statement: BinlogPosition? = nil, isAsked: Bool = false
    ) {
        self.table = table
        self.from = from
        self.state = state
        self.statement = statement
        self.isAsked = isAsked
    }

    var isSpared: Bool { if case .spared = state { true } else { false } }
}

/// What is kept of a schema history.
package struct StoredHistory: Equatable, Sendable {
    /// From here on the versions tell all that is known of their tables.
    package var base: BinlogPosition
    package var versions: [SchemaVersion]
    /// Who has begun it or moved it on last, in the words of who keeps it; empty: nobody who was to read on.
    package var mark = ""
    /// Whose log the places are in (``SourceServer/logIdentity()``).
    package var log = ""

    package init(base: BinlogPosition, versions: [SchemaVersion]) {
        self.base = base
        self.versions = versions
    }

    /// The place behind the last statement that it has followed, or its base.
    var end: BinlogPosition {
        versions.filter { $0.statement != nil }.map(\.from).reduce(base) { $0.isBefore($1) ? $1 : $0 }
    }

    /// Without what no reader that begins at `place`, or behind it, asks for.
    func pruned(to place: BinlogPosition) -> StoredHistory {
        var kept: [SchemaVersion] = []
        var last: [SchemaVersion.Name: SchemaVersion] = [:]
        for version in versions {
            if place.isBefore(version.from) {
                kept.append(version)
            } else if last[version.table].map({ $0.from.isBefore(version.from) }) ?? true {
                last[version.table] = version
            }
        }
        // Of a table that is not there nothing needs to be known.
        var pruned = self
        pruned.base = place
        pruned.versions = last.values.filter { $0.state != .absent } + kept
        return pruned
    }

    /// What holds at `former`, as what holds at `place`, which is the same one in the log of another server. Of what comes
    /// behind it that log tells.
    func moved(from former: BinlogPosition, to place: BinlogPosition, in log: String) -> StoredHistory {
        let held = pruned(to: former).versions.filter { !former.isBefore($0.from) }
        var moved = StoredHistory(base: place, versions: held.map { SchemaVersion($0.table, from: place, $0.state) })
        moved.mark = mark
        moved.log = log
        return moved
    }
}

/// Where a schema history is kept: on disk, so that a restart finds the schema as of its checkpoint, or in memory.
/// What it throws ends the reading.
package protocol SchemaStore: AnyObject, Sendable {
    /// Nil: there is none. Throws ``SchemaStoreDamage`` where what is there cannot be read.
    func load() throws -> StoredHistory?
    /// In place of all that is there; nil: nothing.
    func replace(with history: StoredHistory?) throws
    /// Written to disk when it returns. A version of a table from the same place is replaced.
    func add(_ versions: [SchemaVersion]) throws
}

/// A schema history that cannot be read: it is built anew.
package struct SchemaStoreDamage: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}
