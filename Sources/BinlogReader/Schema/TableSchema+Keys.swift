extension TableSchema {
    /// Adds a key behind the others, under the name that the server gives it.
    /// - Parameter hashesKeys: `USING HASH` makes a column of hashes: in MariaDB, but for tables in memory.
    mutating func add(_ key: KeySyntax, hashesKeys: Bool) {
        if key.ifNotExists, let name = key.name, self.key(named: name) != nil { return }
        if key.kind == .primary, key.ifNotExists, keys.contains(where: { $0.kind == .primary }) { return }
        let isNamed = key.kind == .primary || key.name != nil
        keys.append(
            Key(
                kind: key.kind, name: isNamed ? key.name : keyName(for: key.parts), parts: key.parts,
                isImplied: key.isImplied, usesHash: key.usesHash && hashesKeys))
    }

    func key(named name: String) -> Int? {
        keys.firstIndex { key in
            key.kind == .primary
                ? name.uppercased() == "PRIMARY" : key.name.map { $0.lowercased() == name.lowercased() } ?? false
        }
    }

    /// That of its first column, with `_2` and so on where another has it (`make_unique_key_name`, sql/sql_table.cc).
    private func keyName(for parts: [Key.Part]) -> String {
        let base = parts.first?.column ?? "functional_index"
        if base.uppercased() != "PRIMARY", key(named: base) == nil { return base }
        var number = 2
        while key(named: "\(base)_\(number)") != nil { number += 1 }
        return "\(base)_\(number)"
    }

    /// Takes away the columns of these names, and what keys have of them, unless the same statement makes new ones of the
    /// name: keys have those then.
    mutating func drop(columns names: Set<String>, replacedBy added: [String]) {
        columns.removeAll { names.contains($0.name) }
        let added = Set(added.map { $0.lowercased() })
        let gone = names.filter { !added.contains($0.lowercased()) }
        for index in keys.indices {
            keys[index].parts.removeAll { part in part.column.map(gone.contains) ?? false }
        }
        keys.removeAll { $0.parts.isEmpty }
    }

    /// Carries keys and constraints over to columns' new names; of columns as they were named before.
    mutating func rename(columns names: [String: String]) {
        guard !names.isEmpty else { return }
        for index in keys.indices {
            for part in keys[index].parts.indices {
                guard let name = keys[index].parts[part].column, let renamed = names[name] else { continue }
                keys[index].parts[part].column = renamed
            }
        }
        for index in jsonChecks.indices {
            jsonChecks[index].columns = Set(jsonChecks[index].columns.map { names[$0] ?? $0 })
        }
        if let period {
            self.period?.start = names[period.start] ?? period.start
            self.period?.end = names[period.end] ?? period.end
        }
    }
}
