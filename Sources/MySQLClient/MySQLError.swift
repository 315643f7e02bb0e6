/// What the server or the client library refused, and why.
public struct MySQLError: Error, Equatable, Sendable {
    /// The server's error number (`mysqld_error.h`), or the client library's from 2000 on (`errmsg.h`).
    public var code: UInt32
    public var sqlState: String
    public var message: String

    public init(code: UInt32, sqlState: String, message: String) {
        self.code = code
        self.sqlState = sqlState
        self.message = message
    }
}

extension MySQLError: CustomStringConvertible {
    public var description: String { "\(message) (error \(code), SQLSTATE \(sqlState))" }
}
