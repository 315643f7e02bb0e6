/// What a ``ChangeReader`` reads, and how.
public struct ReaderOptions {
    /// Asked once for each TABLE_MAP that is new: rows of other tables are passed over without being decoded.
    public var selects: @Sendable (_ database: String, _ table: String) -> Bool
    /// Whom to ask what metadata leaves open; nil: such columns are the bytes they look like.
    public var hints: (any ColumnHints)?
    public var verifiesChecksums: Bool
    /// Where XA transactions are kept between the events that prepare them and those that commit them.
    public var prepared: PreparedTransactions
    /// Told of each change of a selected table that was logged as text, not as rows, and passed over. Nil: such a change
    /// ends the reading.
    public var skipsStatement: (@Sendable (SkippedStatement) -> Void)?
    /// Documents of MySQL's JSON of 1 MiB and more stay binary, as they are logged (``Cell/binaryJSON(_:)``,
    /// ``Cell/changedJSON(_:)``), and become text only where they are printed, in pieces.
    public var keepsLargeJSON = false
    /// Whom to ask for what the log does not name; nil: such columns are `@1`, `@2`, ….
    package var schemas: (any TableSchemas)?
    /// Asked for each GTID, in the log's order: whether its transaction was taken in before, so that it is passed over but
    /// for what it prepares. Nil: none was.
    package var isRepeated: ((_ gtid: String) -> Bool)?
    /// The log that is read, from its oldest file on, for XA transactions that were prepared before reading began. Nil: the
    /// commit of such a one ends the reading.
    var earlierLog: (() throws -> LogSearch)?
    /// Told how it goes with looking into that log, on the reader's thread.
    package var tellsLookBack: ((LookBack) -> Void)?
    /// Nothing is handed out but statements: changes that cannot be followed are passed over.
    var isSurvey = false
    /// In a survey: also what the server noted as lost is passed over.
    var passesIncidents = false

    public init(
        selects: @escaping @Sendable (_ database: String, _ table: String) -> Bool = { _, _ in true },
        hints: (any ColumnHints)? = nil, verifiesChecksums: Bool = true,
        prepared: PreparedTransactions = PreparedTransactions(),
        skipsStatement: (@Sendable (SkippedStatement) -> Void)? = nil
    ) {
        self.selects = selects
        self.hints = hints
        self.verifiesChecksums = verifiesChecksums
        self.prepared = prepared
        self.skipsStatement = skipsStatement
    }
}
