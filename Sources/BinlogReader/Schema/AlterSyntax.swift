/// What an ALTER TABLE says, gathered: the server does it at once, and not clause by clause.
struct AlterSyntax {
    /// A column that is added, or takes the place of another one.
    struct Definition {
        var column: ColumnSyntax
        /// CHANGE and MODIFY: the column of before.
        var replaced: String?
        /// `IF EXISTS` of that one, or `IF NOT EXISTS` of a new one.
        var isConditional = false
    }

    struct Rename {
        var old: String
        var new: String
        var isConditional = false
    }

    struct Drop {
        var name: String
        var isConditional = false
    }

    enum Addition {
        case element(TableElement)
        /// A key of a definition: an index into ``definitions``.
        case key(KeySyntax, ofDefinition: Int)
    }

    var definitions: [Definition] = []
    var droppedColumns: [Drop] = []
    var renamedColumns: [Rename] = []
    var visibility: [(name: String, isInvisible: Bool)] = []
    var additions: [Addition] = []
    var droppedKeys: [Drop] = []
    var droppedConstraints: [String] = []
    var renamedKeys: [Rename] = []
    var options = TableOptions()
    /// `CONVERT TO CHARACTER SET`
    var conversion: CharsetClause?
    var dropsPeriod = false
    var newName: SourceServer.TableName?
    /// `CONVERT PARTITION … TO TABLE`
    var madeTable: SourceServer.TableName?
    /// `CONVERT TABLE … TO PARTITION`
    var takenTable: SourceServer.TableName?
    /// All other columns and keys stay; the rest of the statement is not about them.
    private var isDone = false

    /// - Parameter database: Where unqualified names are.
    init(_ reader: inout StatementReader, database: String, settings: StatementSettings) throws(SchemaFault) {
        while !reader.isAtEnd, !isDone {
            var clause = reader.takeElement()
            while !clause.isAtEnd, !isDone {
                try take(&clause, database, settings)
            }
        }
    }

    private mutating func take(
        _ clause: inout StatementReader, _ database: String, _ settings: StatementSettings
    ) throws(SchemaFault) {
        if clause.take("ADD") {
            try takeAddition(&clause, settings)
        } else if clause.take("DROP") {
            try takeDrop(&clause)
        } else if clause.take("MODIFY") {
            try takeDefinition(&clause, settings, isRenamed: false)
        } else if clause.take("CHANGE") {
            try takeDefinition(&clause, settings, isRenamed: true)
        } else if clause.take("RENAME") {
            try takeRename(&clause, database)
        } else if clause.take("ALTER") {
            try takeAlteration(&clause)
        } else if clause.take("CONVERT") {
            try takeConversion(&clause, database)
        } else if let word = clause.keyword, Self.ignoredClauses.contains(word) {
            clause = clause.end
        } else if let word = clause.keyword, Self.partitionClauses.contains(word) {
            isDone = true
        } else if clause.keyword == "ORDER" || clause.keyword == "PARTITION" {
            isDone = true
        } else if clause.take(anyOf: ["FORCE", "NOWAIT"]) != nil {
            return
        } else if clause.take(anyOf: ["ALGORITHM", "LOCK", "WAIT"]) != nil {
            _ = clause.takeSymbol("=")
            clause.skip()
        } else if clause.keyword == "WITH" || clause.keyword == "WITHOUT", clause.keyword(1) == "VALIDATION" {
            clause = clause.end
        } else if try !options.takeOne(&clause) {
            throw SchemaFault(.cannotFollow, "\(clause.shown) in an ALTER TABLE is not known")
        }
    }

    /// About keys' use, and where the table's data is.
    private static let ignoredClauses: Set<String> = [
        "ENABLE", "DISABLE", "DISCARD", "IMPORT", "SECONDARY_LOAD", "SECONDARY_UNLOAD",
    ]

    /// Alone in their statement, whose commas are their own.
    private static let partitionClauses: Set<String> = [
        "REMOVE", "TRUNCATE", "COALESCE", "REORGANIZE", "EXCHANGE", "ANALYZE", "CHECK", "OPTIMIZE", "REBUILD", "REPAIR",
        "UPGRADE",
    ]

    mutating func add(_ definition: Definition) {
        definitions.append(definition)
        additions += definition.column.keys.map { .key($0, ofDefinition: definitions.count - 1) }
    }

    mutating func finish() { isDone = true }
}
