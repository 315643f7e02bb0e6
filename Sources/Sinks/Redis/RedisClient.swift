/// A connection that is made when it is needed, and made anew after a failure. Confined to one thread at a time.
final class RedisClient {
    let settings: RedisSettings
    private let name: RedisWriterName?
    private var connection: RedisConnection?

    /// - Parameter name: what its connections are called, of which there is one at a time; nil for any number of them,
    ///   which must not write rows.
    init(_ settings: RedisSettings, name: RedisWriterName? = nil) {
        self.settings = settings
        self.name = name
    }

    var label: String { settings.address.label }

    /// Runs `body` on the connection. Where it throws, replies may be outstanding: the connection is dropped.
    func withConnection<Result>(
        _ body: (RedisConnection) throws(SinkError) -> Result
    ) throws(SinkError) -> Result {
        let connection = if let connection { connection } else { try connect() }
        self.connection = nil
        let result = try body(connection)
        self.connection = connection
        return result
    }

    private func connect() throws(SinkError) -> RedisConnection {
        let connection = try RedisConnection(settings)
        if let name { try connection.take(name) }
        return connection
    }
}
