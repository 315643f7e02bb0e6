internal import MySQLClient
internal import Rows

/// What the server's version and the session's settings make of a definition.
struct StatementSettings {
    let isMariaDB: Bool
    /// `REAL_AS_FLOAT`
    let isRealFloat: Bool
    /// A TIMESTAMP takes NULL unless it is told not to.
    let hasExplicitTimestamps: Bool
    /// A table's keys are in their order.
    let keepsKeyOrder: Bool
    let collations: CollationResolver

    init(version: ServerVersion, context: StatementContext) {
        isMariaDB = version.flavour == .mariaDB
        isRealFloat = context.isRealFloat
        keepsKeyOrder = isMariaDB && context.isDescription
        // The servers' defaults: since MySQL 8.0 and MariaDB 10.10. (A wrong one shows in the null bits of TABLE_MAP.)
        hasExplicitTimestamps =
            context.hasExplicitTimestamps ?? (isMariaDB ? version.isAtLeast(10, 10) : version.isAtLeast(8, 0))
        let overridden = context.charsetCollations
        let modern: Collation = version.flavour == .mySQL && version.isAtLeast(8, 0) ? .utf8mb4Modern : .utf8mb4
        collations = CollationResolver(
            isMariaDB: isMariaDB, utf8mb4: context.utf8mb4Collation ?? overridden[Collation.utf8mb4.id] ?? modern,
            overridden: overridden)
    }
}

extension Collation {
    /// utf8mb4_0900_ai_ci, which MySQL's utf8mb4 has since 8.0.
    fileprivate static let utf8mb4Modern = Collation(id: 255)
}
