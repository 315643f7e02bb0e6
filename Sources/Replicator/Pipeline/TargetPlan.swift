import Foundation
import Rows
import Sinks

/// What one pipeline replicates and where to: its mapping files, and what happens to tables without one. Immutable.
struct TargetPlan: Sendable {
    let views: [ViewDefinition]
    let unmapped: Configuration.Sink.Unmapped
    let tables: TablePatterns
    let lanes: Int
    let isKeyed: Bool
    let sink: String
    /// What shares a lane besides. Asked of the sink, so not known before it answers; nothing with one lane.
    var ties = TargetTies()

    init(
        views: [ViewDefinition], unmapped: Configuration.Sink.Unmapped, tables: TablePatterns, lanes: Int,
        isKeyed: Bool,
        sink: String
    ) {
        self.views = views
        self.unmapped = unmapped
        self.tables = tables
        self.lanes = lanes
        self.isKeyed = isKeyed
        self.sink = sink
    }

    /// The plan that `text` was made of. Throws if it was not.
    init(text: String, lanes: Int, isKeyed: Bool, sink: String) throws {
        var rest = text[...]
        /// The rest of the next line, if it begins with `keyword`.
        func line(_ keyword: String) -> String? {
            guard rest.hasPrefix(keyword + " "), let end = rest.firstIndex(of: "\n") else { return nil }
            defer { rest = rest[rest.index(after: end)...] }
            return String(rest[..<end].dropFirst(keyword.count + 1))
        }
        // Not a setting: see `PipelineCheckpoint.server`.
        _ = line("source")
        guard let tables = line("tables"),
            let unmapped = line("unmapped").flatMap(Configuration.Sink.Unmapped.init(rawValue:)),
            let ties = TargetTies(text: line("ties") ?? "[]")
        else {
            throw PlanError("the checkpoint of pipeline \(sink) names mappings that this version cannot read")
        }
        // A file must have a view; a plan need not.
        let views =
            rest.isEmpty ? [] : try MappingFile.parse(path: "the checkpoint's mappings", text: String(rest)).views
        self.init(
            views: views, unmapped: unmapped, tables: try TablePatterns(tables), lanes: lanes, isKeyed: isKeyed,
            sink: sink)
        self.ties = ties
    }

    /// All that shapes target rows and sends them to lanes, as text: a checkpoint keeps it, so that a restart can go on
    /// with the settings it was written under.
    var text: String {
        let lines =
            ["tables \(tables.text)", "unmapped \(unmapped.rawValue)"] + (ties.isEmpty ? [] : ["ties \(ties.text)"])
        return lines.joined(separator: "\n") + "\n" + views.map { $0.text + ";" }.joined(separator: "\n")
    }

    /// A fingerprint of the mapping files, as `status` names it.
    var mappingVersion: String { ViewDefinition.mappingVersion(of: views) }

    /// Whether rows of the table reach a target.
    func concerns(database: String, table: String) -> Bool {
        guard tables.contains(database: database, table: table) else { return false }
        return unmapped == .copy || views.contains { $0.matches(database: database, table: table) }
    }

    /// Whether some target has all columns of the table, whichever it has: it is copied as it is, or a view has `*`.
    func copiesWhole(_ table: TableName) -> Bool {
        let matching = views.filter { $0.matches(database: table.database, table: table.table) }
        return matching.isEmpty ? unmapped == .copy : matching.contains { $0.takesAllColumns }
    }

    /// Whether rows of some table of `database` may reach a target.
    func concernsDatabase(_ database: String) -> Bool {
        tables.mayContain(database: database)
    }

    /// The ways of `table`'s rows to their targets. Throws what stands in the way, with how to mend it.
    func routes(for table: Table) throws -> [Route] {
        if table.isSequence { return [] }
        guard table.metadata == .full else {
            throw PlanError(
                "\(table.database).\(table.name): the binary log does not name its columns, so its rows cannot be "
                    + "mapped: of binlog files, say what the tables are where reading begins (schema = FILE in [source]); or "
                    + "on the source, SET GLOBAL binlog_row_metadata = FULL; (for rows that are logged from then on)")
        }
        let matching = views.filter { $0.matches(database: table.database, table: table.name) }
        if matching.isEmpty {
            return unmapped == .copy ? [try route(.copy, to: table, from: table)] : []
        }
        return try matching.map { view in
            let compiled = try view.compile(source: table)
            return try route(.view(compiled), to: compiled.output, from: table)
        }
    }

    func route(_ shape: Route.Shape, to target: Table, from source: Table) throws(PlanError) -> Route {
        if isKeyed, target.primaryKey.isEmpty {
            let name = "\(source.database).\(source.name)"
            guard !source.primaryKey.isEmpty else {
                throw PlanError(
                    "\(name) has no primary key, and sink \(sink) keeps rows by key: give the table one, or leave it out "
                        + "with tables = …, !\(name)")
            }
            let key = source.primaryKey.map { source.columns[$0].name }.joined(separator: ", ")
            throw PlanError(
                "the view \(target.name) drops a part of the primary key (\(key)) of \(name), and sink \(sink) keeps "
                    + "rows by key: select the whole key")
        }
        return Route(shape: shape, target: target, lane: lane(of: target))
    }

    /// `key-by = table`: all that reaches one target shares a lane, and so do targets that foreign keys tie together. The
    /// hash is stable across processes.
    private func lane(of target: Table) -> Int {
        let name = TableName(database: target.database, table: target.name)
        return Int(StableHash.of(ties.group(of: name) ?? name.description) % UInt64(lanes))
    }
}

/// Why rows of a table cannot go to their target.
struct PlanError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// FNV-1a, 64 bits: the same in every process, unlike `Hasher`.
enum StableHash {
    static func of(_ text: String) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return hash
    }
}
