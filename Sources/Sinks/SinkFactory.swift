/// Makes the sink that a `url` names. The one place that knows which schemes there are.
public enum SinkFactory {
    /// Takes from `options` what the sink knows; what is left is for the caller to refuse. Paths in `url` and in
    /// options are relative to `baseDirectory`, the folder of the configuration file. Connects to nothing.
    public static func makeSink(
        url: String, options: inout SinkOptions, baseDirectory: String
    ) throws(SinkError) -> any Sink {
        guard let colon = url.firstIndex(of: ":") else {
            throw SinkError(.fatal, "url has no scheme; a sink is one of \(supported)")
        }
        let scheme = String(url[..<colon])
        switch scheme {
        case "sqlite":
            let path = try sqlitePath(String(url[url.index(after: colon)...]))
            return try SQLiteSink(path: absolute(path, baseDirectory), options: &options)
        case "redis":
            let rest = String(url[url.index(after: colon)...])
            return RedisSink(try RedisSettings(url: rest, options: &options, baseDirectory: baseDirectory))
        case "mysql":
            return MySQLSink(try MySQLSettings(url: url, options: &options, baseDirectory: baseDirectory))
        case "kafka":
            let rest = String(url[url.index(after: colon)...])
            return KafkaSink(try KafkaSettings(url: rest, options: &options, baseDirectory: baseDirectory))
        case "stdout":
            guard url == "stdout:" else { throw SinkError(.fatal, "url = \(url): nothing may follow stdout:") }
            return ConsoleSink()
        case "postgres", "clickhouse", "file", "rediss":
            throw SinkError(
                .fatal, "sinks of the scheme \(scheme): are not supported yet; a sink is one of \(supported)")
        default:
            throw SinkError(.fatal, "there is no sink of the scheme \(scheme):; a sink is one of \(supported)")
        }
    }

    /// `sqlite:PATH`; the slashes of `sqlite:///PATH` are taken too.
    private static func sqlitePath(_ rest: String) throws(SinkError) -> String {
        let path = rest.hasPrefix("///") ? String(rest.dropFirst(2)) : rest
        guard !path.isEmpty, path != ":memory:", !path.hasPrefix("//") else {
            throw SinkError(.fatal, "url = sqlite:\(rest): a SQLite sink is a file, sqlite:PATH")
        }
        return path
    }

    static func absolute(_ path: String, _ baseDirectory: String) -> String {
        path.hasPrefix("/") ? path : (baseDirectory.isEmpty ? "." : baseDirectory) + "/" + path
    }

    private static let supported =
        "sqlite:PATH, redis://HOST:PORT/DB, kafka://HOST:PORT, mysql://USER@HOST:PORT/DATABASE, stdout:"
}
