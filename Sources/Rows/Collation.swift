/// A collation by the server's number for it (`information_schema.COLLATIONS.ID`), which is what binlog metadata
/// carries; it determines the character set.
public struct Collation: Equatable, Hashable, Sendable {
    public var id: UInt16

    public init(id: UInt16) {
        self.id = id
    }

    public static let binary = Collation(id: 63)
    /// utf8mb4_general_ci
    public static let utf8mb4 = Collation(id: 45)
    /// What files without metadata leave us with: text is UTF-8 if it is valid as such.
    public static let unknown = Collation(id: 0)
}
