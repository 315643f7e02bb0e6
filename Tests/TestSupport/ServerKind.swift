/// The servers that tests run on both of, for `@Test(arguments: ServerKind.allCases)`.
public enum ServerKind: String, CaseIterable, Sendable, CustomStringConvertible {
    case mariaDB = "MariaDB"
    case mySQL = "MySQL"

    public var description: String { rawValue }

    /// See ``DatabaseServer/shared()``.
    public func shared() throws -> any DatabaseServer {
        switch self {
        case .mariaDB: try MariaDBServer.shared()
        case .mySQL: try MySQLServer.shared()
        }
    }

    /// A server of the test's own.
    public func start(options: [String] = []) throws -> any DatabaseServer {
        switch self {
        case .mariaDB: try MariaDBServer(options: options)
        case .mySQL: try MySQLServer(options: options)
        }
    }
}
