/// Where a server is, and who asks.
public struct ConnectionOptions: Sendable {
    public var host = "127.0.0.1"
    public var port: UInt16 = 3306
    /// A Unix socket; wins over host and port.
    public var socket: String?
    public var user = ""
    public var password: String?
    /// The session's default database.
    public var database: String?
    /// For each step of connecting and logging in.
    public var connectTimeoutSeconds: UInt32 = 5
    /// How long one read may wait for the server; nil: for ever.
    public var readTimeoutSeconds: UInt32?
    /// How long one write may wait for the server; nil: for ever.
    public var writeTimeoutSeconds: UInt32?
    /// An UPDATE counts the rows that it found, not only those that it changed (`CLIENT_FOUND_ROWS`).
    public var countsFoundRows = false
    /// One query may be of several statements (`CLIENT_MULTI_STATEMENTS`): see ``Connection/run(_:_:)``.
    public var allowsManyStatements = false

    /// Packets go compressed by zlib, the one method of libmariadb's (`CLIENT_COMPRESS`), if the server offers it.
    public var compresses = false

    /// Whether the session is encrypted.
    public var tls = TLSOptions()

    public init() {}
}
