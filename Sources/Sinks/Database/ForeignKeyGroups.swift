/// Which tables of a target hang together by foreign keys. A group has the name of its first table, in the order of the
/// names' bytes: no process and no order of asking makes another one.
struct ForeignKeyGroups {
    private var groups: [String: String] = [:]
    private var members: [String: [String]] = [:]

    /// Takes in a foreign key between two tables, each by a name that the target has for no other.
    mutating func tie(_ child: String, _ parent: String) {
        // A table's rows are in one lane anyhow.
        guard child != parent else { return }
        let (one, other) = (groups[child] ?? child, groups[parent] ?? parent)
        guard one != other else { return }
        let name = one.utf8.lexicographicallyPrecedes(other.utf8) ? one : other
        let all = (members.removeValue(forKey: one) ?? [one]) + (members.removeValue(forKey: other) ?? [other])
        for member in all { groups[member] = name }
        members[name] = all
    }

    /// The group of a table; nil if no foreign key ties it to another.
    func name(of table: String) -> String? { groups[table] }
}
