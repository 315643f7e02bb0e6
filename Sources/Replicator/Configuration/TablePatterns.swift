import Sinks

/// Which tables are meant: `shop.*, !shop.tmp_*`. `*` is the only wildcard, and stands for any run of characters in
/// its part; `_` and `%` are letters. A table is selected if a pattern matches it and no `!pattern` does.
public struct TablePatterns: Equatable, Sendable {
    struct Pattern: Equatable, Sendable {
        var database: String
        var table: String
        var excludes: Bool
    }

    private(set) var patterns: [Pattern]
    public let text: String

    /// All tables but those of the server itself and our own.
    public static let all = TablePatterns(patterns: [Pattern(database: "*", table: "*", excludes: false)], text: "*.*")

    private init(patterns: [Pattern], text: String) {
        self.patterns = patterns
        self.text = text
    }

    /// Throws on anything that is not a comma-separated list of `DATABASE.TABLE`, `!` before those to leave out.
    public init(_ text: String) throws(ConfigurationError) {
        var patterns: [Pattern] = []
        for item in text.split(separator: ",", omittingEmptySubsequences: false) {
            var name = item.trimmed
            let excludes = name.first == "!"
            if excludes { name = name.dropFirst().trimmed }
            let parts = name.split(separator: ".", omittingEmptySubsequences: false)
            guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }) else {
                throw ConfigurationError(
                    "\"\(item.trimmed)\" is not a table pattern: write DATABASE.TABLE, as in shop.*, !shop.tmp_*")
            }
            patterns.append(Pattern(database: String(parts[0]), table: String(parts[1]), excludes: excludes))
        }
        guard patterns.contains(where: { !$0.excludes }) else {
            throw ConfigurationError("\"\(text)\" selects no table: it has only exclusions")
        }
        self.init(patterns: patterns, text: text)
    }

    public func contains(database: String, table: String) -> Bool {
        if Self.systemDatabases.contains(database) { return false }
        // Checkpoints in a target that is itself a source are never rows to replicate.
        if table == CheckpointTable.pipelines || table == CheckpointTable.lanes { return false }
        var selected = false
        for pattern in patterns
        where Self.matches(pattern.database, database) && Self.matches(pattern.table, table) {
            if pattern.excludes { return false }
            selected = true
        }
        return selected
    }

    /// The patterns that select no table of `names`, as the user wrote them.
    func unused(for names: [(database: String, table: String)]) -> [String] {
        patterns.filter { pattern in
            !pattern.excludes
                && !names.contains {
                    Self.matches(pattern.database, $0.database) && Self.matches(pattern.table, $0.table)
                }
        }.map { "\($0.database).\($0.table)" }
    }

    /// Whether some table of `database` may be selected.
    func mayContain(database: String) -> Bool {
        !Self.systemDatabases.contains(database)
            && patterns.contains { !$0.excludes && Self.matches($0.database, database) }
    }

    private static let systemDatabases: Set<String> = ["mysql", "information_schema", "performance_schema", "sys"]

    /// Whether `name` fits `pattern`, where `*` stands for any run of characters.
    static func matches(_ pattern: String, _ name: String) -> Bool {
        let pattern = Array(pattern.utf8)
        let name = Array(name.utf8)
        var (p, n) = (0, 0)
        var star: (pattern: Int, name: Int)?
        while n < name.count {
            if p < pattern.count, pattern[p] == UInt8(ascii: "*") {
                star = (p, n)
                p += 1
            } else if p < pattern.count, pattern[p] == name[n] {
                p += 1
                n += 1
            } else if let last = star {
                // The star takes one byte more, and the rest is tried again.
                p = last.pattern + 1
                n = last.name + 1
                star = (last.pattern, last.name + 1)
            } else {
                return false
            }
        }
        return pattern[p...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
