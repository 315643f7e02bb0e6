import BinlogReader
import Rows

extension Table {
    /// MariaDB keeps a sequence as a table of one row, and logs its changes as inserts. Such a table is known by its
    /// columns (`sequence_structure`, sql/sql_sequence.cc): it can have no others, and no key.
    var isSequence: Bool {
        primaryKey.isEmpty && columns.map(\.name) == Self.sequenceColumns
    }

    private static let sequenceColumns = [
        "next_not_cached_value", "minimum_value", "maximum_value", "start_value", "increment", "cache_size",
        "cycle_option", "cycle_count",
    ]
}

extension TableInspection.CascadingKey {
    /// Why rows of the child table would go wrong in the target, and the ways out.
    var finding: String {
        let child = "\(child.database).\(child.name)"
        let parent = "\(parent.database).\(parent.name)"
        return "\(child): its foreign key (\(columns)) to \(parent) has \(rules), and the server does not log what "
            + "that changes in \(child): the target would differ. Leave the table out (tables = …, "
            + "!\(child)), make the key RESTRICT and let the application change these rows, or accept it with "
            + "cascades = ignore in the [sink]"
    }
}
