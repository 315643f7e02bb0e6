import Glibc

/// The settings of a `[sink]` section for a Redis.
struct RedisSettings: Sendable {
    /// `format = hash | string`: what a row is kept as.
    enum Format: String, Sendable {
        /// A hash with a field for each column that is not NULL, in canonical text.
        case hash
        /// A string: one JSON object with a member for each column.
        case string
    }

    let address: RedisAddress
    let format: Format
    /// `key = TEMPLATE`; nil for the standard one.
    let keyTemplate: RedisKeyTemplate?
    /// `eviction = refuse | allow`: whether Redis may drop rows for want of memory.
    let allowsEviction: Bool
    /// `password-file = FILE`, absolute; nil for none.
    let passwordFile: String?
    /// `timeout = SECONDS`: how long an answer is waited for.
    var timeoutMilliseconds: Int

    /// Takes the settings that are given. `rest` is what follows `redis:` in the URL.
    init(url rest: String, options: inout SinkOptions, baseDirectory: String) throws(SinkError) {
        address = try RedisAddress(url: rest)
        format = try options.takeChoice("format", "hash", "string") == "hash" ? .hash : .string
        keyTemplate = if let text = options.take("key") { try RedisKeyTemplate(text) } else { nil }
        allowsEviction = try options.takeChoice("eviction", "refuse", "allow") == "allow"
        let timeout = options.take("timeout") ?? "10"
        guard let seconds = Int(timeout), (1...3600).contains(seconds) else {
            throw SinkError(.fatal, "timeout is a whole number of seconds from 1 to 3600, not \"\(timeout)\"")
        }
        timeoutMilliseconds = seconds * 1000
        passwordFile = options.take("password-file").map { SinkFactory.absolute($0, baseDirectory) }
    }

    /// The password from its file or the environment; nil if neither is set.
    func password() throws(SinkError) -> [UInt8]? {
        guard let passwordFile else {
            guard let text = getenv("REDISCLI_AUTH") else { return nil }
            let password = Array(String(cString: text).utf8)
            return password.isEmpty ? nil : password
        }
        return try PasswordFile.password(passwordFile)
    }
}
