/// What a ``ChangeReader`` reads, and how.
public struct ReaderOptions {
    /// Asked once for each TABLE_MAP that is new: rows of other tables are passed over without being decoded.
    public var selects: @Sendable (_ database: String, _ table: String) -> Bool
    /// Whom to ask what metadata leaves open; nil: such columns are the bytes they look like.
    public var hints: (any ColumnHints)?
    public var verifiesChecksums: Bool

    public init(
        selects: @escaping @Sendable (_ database: String, _ table: String) -> Bool = { _, _ in true },
        hints: (any ColumnHints)? = nil, verifiesChecksums: Bool = true
    ) {
        self.selects = selects
        self.hints = hints
        self.verifiesChecksums = verifiesChecksums
    }
}
