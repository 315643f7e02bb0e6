/// A connection that is made when it is needed, and made anew after a failure. Confined to one thread at a time.
final class RedisClient {
    let settings: RedisSettings
    private var connection: RedisConnection?

    init(_ settings: RedisSettings) {
        self.settings = settings
    }

    var label: String { settings.address.label }

    /// Runs `body` on the connection. Where it throws, replies may be outstanding: the connection is dropped.
    func withConnection<Result>(
        _ body: (RedisConnection) throws(SinkError) -> Result
    ) throws(SinkError) -> Result {
        let connection = if let connection { connection } else { try RedisConnection(settings) }
        self.connection = nil
        let result = try body(connection)
        self.connection = connection
        return result
    }
}
