/// The brokers to ask first, from `kafka://HOST[:PORT][,HOST[:PORT]…]`.
struct KafkaAddress: Equatable, Sendable {
    /// As `bootstrap.servers` wants them: `HOST:PORT,HOST:PORT`.
    let servers: String

    /// What follows `kafka:` in a URL. No message repeats the URL: it may hold a password.
    init(url rest: String) throws(SinkError) {
        guard rest.hasPrefix("//") else {
            throw SinkError(.fatal, "a Kafka URL is kafka://HOST:PORT, or kafka://HOST:PORT,HOST:PORT")
        }
        let authority = rest.dropFirst(2).hasSuffix("/") ? rest.dropFirst(2).dropLast() : rest.dropFirst(2)
        guard !authority.contains("@") else {
            throw SinkError(
                .fatal,
                "user and password do not belong into a Kafka URL: set kafka.sasl.username = USER and "
                    + "password-file = FILE")
        }
        guard !authority.contains("/") else {
            throw SinkError(
                .fatal, "a Kafka URL ends with its brokers; topics are named by topic = {database}.{table}")
        }
        var servers: [String] = []
        for server in authority.split(separator: ",", omittingEmptySubsequences: false) {
            servers.append(try Self.withPort(server))
        }
        self.servers = servers.joined(separator: ",")
    }

    private static func withPort(_ server: Substring) throws(SinkError) -> String {
        // An IPv6 address stands in brackets, and has colons of its own.
        let hostEnd = server.first == "[" ? server.firstIndex(of: "]") ?? server.startIndex : server.startIndex
        guard let colon = server[hostEnd...].firstIndex(of: ":") else {
            guard !server.isEmpty else { throw SinkError(.fatal, "the Kafka URL names no host: kafka://HOST:PORT") }
            return "\(server):9092"
        }
        guard colon > server.startIndex else {
            throw SinkError(.fatal, "the Kafka URL names no host: kafka://HOST:PORT")
        }
        guard let port = UInt16(server[server.index(after: colon)...]), port > 0 else {
            throw SinkError(.fatal, "the Kafka URL has a port that is no number from 1 to 65535")
        }
        return "\(server[..<colon]):\(port)"
    }

    /// Each of the servers.
    var places: [String] {
        servers.split(separator: ",").map { server in
            guard let colon = server.lastIndex(of: ":"), let port = UInt16(server[server.index(after: colon)...]) else {
                return String(server)
            }
            return HostAddress.text(server[..<colon].filter { $0 != "[" && $0 != "]" }, port)
        }
    }

    /// The URL.
    var label: String { "kafka://\(servers)" }
}
