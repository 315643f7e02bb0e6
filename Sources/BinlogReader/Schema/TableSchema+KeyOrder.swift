internal import Rows

extension TableSchema {
    /// Indices into ``columns`` of the primary key, or of the unique key that the server takes for one, in key order.
    ///
    /// MariaDB takes only one that stands where a table made anew would have it: a unique key that once took NULL stays
    /// behind others that do, and is none, until something puts the keys in order [seen on 10.11 and 11.8].
    package var primaryKey: [Int] {
        guard let index = keys.firstIndex(where: { $0.kind == .primary || canBePrimary($0) }) else { return [] }
        let rank = rank(keys[index])
        guard keys[..<index].allSatisfy({ self.rank($0) <= rank }) else { return [] }
        return keys[index].parts.compactMap { part in part.column.flatMap { self.index(of: $0) } }
    }

    /// Brings what follows from keys and constraints up to date: after each statement.
    /// - Parameter sortsKeys: the server puts the keys in order (`sort_keys`, sql/sql_table.cc). MySQL's always does,
    ///   MariaDB's where a table is made, gets a key or loses its identity.
    mutating func settle(isMariaDB: Bool, sortsKeys: Bool) {
        for index in keys.indices {
            for part in keys[index].parts.indices {
                guard let name = keys[index].parts[part].column, let column = self.index(of: name) else { continue }
                keys[index].parts[part].column = columns[column].name
                if let prefix = keys[index].parts[part].prefix, columns[column].declared.isWhole(prefix) {
                    keys[index].parts[part].prefix = nil
                }
            }
        }
        dropImpliedKeys()
        // MySQL knows the primary key before it sorts.
        if !isMariaDB { _ = takeRanks() }
        let ranks = takeRanks()
        if sortsKeys { keys = keys.indices.sorted { (ranks[$0], $0) < (ranks[$1], $1) }.map { keys[$0] } }
        settleHints(isMariaDB: isMariaDB)
    }

    /// What each key is sorted by, told as it comes: a primary key makes its columns NOT NULL for those behind it only.
    private mutating func takeRanks() -> [Int] {
        keys.indices.map { index in
            if keys[index].kind == .primary {
                for part in keys[index].parts {
                    guard let column = part.column.flatMap({ self.index(of: $0) }) else { continue }
                    columns[column].isNullable = false
                }
            }
            return rank(keys[index])
        }
    }

    /// Whether the key that told rows of `old` apart is gone, other than by a DROP KEY (which was done to `old` before): its
    /// columns went, or take NULL by now.
    func hasLostIdentity(of old: TableSchema) -> Bool {
        if old.keys.contains(where: { $0.kind == .primary }) { return !keys.contains { $0.kind == .primary } }
        guard let identity = old.keys.first, old.canBePrimary(identity) else { return false }
        let unique = old.keys.filter { $0.kind == .unique && !old.takesNull($0) }
        return unique.contains { key in
            guard let kept = keys.first(where: { $0.name == key.name }) else { return key == identity }
            return takesNull(kept)
        }
    }

    /// Whether the server takes a unique key for the primary one where there is none: all of its columns count whole and
    /// are stored, and none takes NULL.
    private func canBePrimary(_ key: Key) -> Bool {
        let isVirtual = key.parts.contains { part in
            part.column.flatMap { index(of: $0) }.map { columns[$0].generation == .virtual } ?? false
        }
        return key.kind == .unique && !isVirtual && !takesNull(key) && !key.parts.contains(where: \.hasPrefix)
            && !isSurelyHashed(key)
    }

    private func takesNull(_ key: Key) -> Bool {
        key.parts.contains { part in part.column.flatMap { index(of: $0) }.map { columns[$0].isNullable } ?? true }
    }

    /// Too long for all engines (InnoDB takes 3072 bytes, as the most), or told to be.
    func isSurelyHashed(_ key: Key) -> Bool { key.usesHash || textByteCount(key) > 3072 }

    /// Where MariaDB makes the list of keys again, it decides anew which of them are hashed: by their length, whatever
    /// `USING HASH` asked for once [seen on 10.11]. One that only some engine takes as it is stays what it was.
    mutating func forgetHashes() {
        for index in keys.indices where textByteCount(keys[index]) <= 767 { keys[index].usesHash = false }
    }

    /// Bytes of text that a key has at most, of a TEXT or BLOB without end.
    private func textByteCount(_ key: Key) -> Int {
        var byteCount = 0
        for part in key.parts {
            guard let column = part.column.flatMap({ index(of: $0) }).map({ columns[$0] }) else { continue }
            if part.prefix == nil, column.declared.isLarge { return .max }
            byteCount +=
                (part.prefix ?? column.declared.length ?? 0) * (column.collation?.charset?.bytesPerCharacter ?? 1)
        }
        return byteCount
    }

    private mutating func dropImpliedKeys() {
        var index = 0
        while index < keys.count {
            let parts = keys[index].parts
            let isServed = keys.enumerated().contains { other in
                other.offset != index && other.element.parts.starts(with: parts)
            }
            if keys[index].isImplied, isServed { keys.remove(at: index) } else { index += 1 }
        }
    }

    /// The primary key, unique keys without NULL, others; and those with prefixes behind those without. Last of the unique
    /// ones come those by hashes.
    private func rank(_ key: Key) -> Int {
        switch key.kind {
        case .primary: 0
        case .unique where isSurelyHashed(key): 5
        case .unique: 1 + (takesNull(key) ? 2 : 0) + (key.parts.contains(where: \.hasPrefix) ? 1 : 0)
        case .plain: 6
        }
    }
}

extension DeclaredType {
    /// TEXT and BLOB, whose length says nothing about keys.
    var isLarge: Bool {
        switch keyword {
        case .tinytext, .text, .mediumtext, .longtext, .tinyblob, .blob, .mediumblob, .longblob: true
        default: false
        }
    }

    /// Whether `prefix` characters or bytes are all that a key can have of it.
    fileprivate func isWhole(_ prefix: Int) -> Bool {
        switch keyword {
        case .char, .varchar, .binary, .varbinary: length.map { $0 <= prefix } ?? false
        default: !isLarge && !isGeometry
        }
    }

    private var isGeometry: Bool {
        switch keyword {
        case .geometry, .point, .linestring, .polygon, .multipoint, .multilinestring, .multipolygon,
            .geometryCollection:
            true
        default: false
        }
    }
}
