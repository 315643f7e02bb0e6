/// Where a Redis is, from `redis://[USER@]HOST[:PORT][/DATABASE]`.
struct RedisAddress: Equatable, Sendable {
    var host: String
    var port: UInt16 = 6379
    /// An ACL user of Redis 6 and later; nil for the default user.
    var user: String?
    var database: UInt32 = 0

    /// What follows `redis:` in a URL. No message repeats the URL: it may hold a password.
    init(url rest: String) throws(SinkError) {
        guard rest.hasPrefix("//") else {
            throw SinkError(.fatal, "a Redis URL is redis://HOST:PORT/DATABASE, as in redis://127.0.0.1:6379/0")
        }
        let withoutSlashes = rest.dropFirst(2)
        let slash = withoutSlashes.firstIndex(of: "/") ?? withoutSlashes.endIndex
        var authority = withoutSlashes[..<slash]
        if let at = authority.lastIndex(of: "@") {
            let credentials = authority[..<at]
            guard !credentials.contains(":") else {
                throw SinkError(
                    .fatal,
                    "a password does not belong into a Redis URL: put it into a file and set password-file = FILE, or "
                        + "into the environment as REDISCLI_AUTH")
            }
            user = credentials.isEmpty ? nil : String(credentials)
            authority = authority[authority.index(after: at)...]
        }
        let (host, portText) = try Self.split(authority)
        guard !host.isEmpty else { throw SinkError(.fatal, "the Redis URL names no host: redis://HOST:PORT/DATABASE") }
        self.host = host
        if let portText {
            guard let port = UInt16(portText), port > 0 else {
                throw SinkError(.fatal, "the Redis URL has a port that is no number from 1 to 65535")
            }
            self.port = port
        }
        let path = withoutSlashes[slash...].dropFirst()
        if !path.isEmpty {
            guard let database = UInt32(path) else {
                throw SinkError(.fatal, "the Redis URL must end in a database number, as in redis://HOST:PORT/0")
            }
            self.database = database
        }
    }

    /// `HOST`, `HOST:PORT`, `[IPv6]` or `[IPv6]:PORT`.
    private static func split(_ authority: Substring) throws(SinkError) -> (host: String, port: Substring?) {
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else {
                throw SinkError(.fatal, "the Redis URL has [ without ] around its host")
            }
            let rest = authority[authority.index(after: end)...]
            guard rest.isEmpty || rest.hasPrefix(":") else {
                throw SinkError(.fatal, "the Redis URL goes on with something else than :PORT behind its host")
            }
            return (String(authority[..<end].dropFirst()), rest.isEmpty ? nil : rest.dropFirst())
        }
        guard let colon = authority.firstIndex(of: ":") else { return (String(authority), nil) }
        return (String(authority[..<colon]), authority[authority.index(after: colon)...])
    }

    /// The URL, which holds no password.
    var label: String {
        let user = user.map { "\($0)@" } ?? ""
        let host = host.contains(":") ? "[\(host)]" : host
        return "redis://\(user)\(host):\(port)/\(database)"
    }
}
