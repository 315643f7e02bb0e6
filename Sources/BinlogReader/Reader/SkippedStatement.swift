public import Rows

/// A change that was logged as text, and passed over since the reader was told to. Holds nothing of the text but its kind.
public struct SkippedStatement: Equatable, Sendable {
    /// Of its event; of the commit, where it was part of a prepared transaction.
    public var position: BinlogPosition
    /// `INSERT`, `CREATE TABLE … SELECT`
    public var keyword: String
    /// `shop.orders`, or `a table of shop` where the text does not tell surely.
    public var table: String
    /// How many of its transaction were passed over before it: those of a prepared or compressed one have one position.
    public var ordinal = 0
}
