import Foundation
import Rows
import Sinks

/// Which targets share a lane because foreign keys of the target tie them together: each tied target, with its group.
struct TargetTies: Equatable, Sendable {
    private var groups: [TableName: String] = [:]

    init() {}

    /// Asks the sink about `targets`.
    init(of targets: Set<TableName>, in sink: any Sink) throws(SinkError) {
        let names = Array(targets)
        let found = try sink.foreignKeyGroups(
            of: names.map { Table(database: $0.database, name: $0.table, columns: [], primaryKey: []) })
        for (name, group) in zip(names, found) {
            if let group { groups[name] = group }
        }
    }

    /// The reverse of `text`; nil if it is not one.
    init?(text: String) {
        guard let rows = try? JSONDecoder().decode([[String]].self, from: Data(text.utf8)) else { return nil }
        for row in rows {
            guard row.count == 3 else { return nil }
            groups[TableName(database: row[0], table: row[1])] = row[2]
        }
    }

    /// One line, the same for equal ties: `[["DATABASE","TABLE","GROUP"],…]`.
    var text: String {
        let rows = groups.map { [$0.key.database, $0.key.table, $0.value] }.sorted { $0.lexicographicallyPrecedes($1) }
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        return (try? encoder.encode(rows)).map { String(decoding: $0, as: UTF8.self) } ?? "[]"
    }

    var isEmpty: Bool { groups.isEmpty }

    /// The tied targets.
    var targets: Set<TableName> { Set(groups.keys) }

    func group(of target: TableName) -> String? { groups[target] }
}
