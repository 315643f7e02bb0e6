import MySQLClient

/// The settings of a `[sink]` section for a MySQL or MariaDB target.
struct MySQLSettings: Sendable {
    /// Where to, without the password: it is looked up for each connection.
    private let address: ConnectionOptions
    /// The one database that target and checkpoint tables are in.
    let database: String
    /// `triggers = refuse | allow`: whether target tables may have triggers, which then run for each applied change.
    let allowsTriggers: Bool
    /// `foreign-keys = enforce | ignore`: whether the target checks them for our session.
    let enforcesForeignKeys: Bool
    /// `timeout = SECONDS`: how long an answer is waited for.
    let timeoutSeconds: UInt32
    private let passwordFile: String?

    /// Takes the settings that are given.
    init(url: String, options: inout SinkOptions, baseDirectory: String) throws(SinkError) {
        var address: ConnectionOptions
        do throws(ConnectionURLError) {
            address = try ConnectionOptions(url: url)
        } catch {
            throw SinkError(.fatal, "url: \(error.description)")
        }
        guard let database = address.database, !database.isEmpty else {
            throw SinkError(.fatal, "url = \(url): name the target's database, mysql://USER@HOST:PORT/DATABASE")
        }
        self.database = database
        do throws(TLSOptionError) {
            for name in TLSOptions.names {
                if let value = options.take(name) { try address.tls.set(name, value) }
            }
            address.tls.resolve(in: baseDirectory)
            try address.tls.check()
        } catch {
            throw SinkError(.fatal, error.description)
        }
        if let value = options.take("compress") {
            guard ["yes", "no"].contains(value) else {
                throw SinkError(.fatal, "compress is one of yes, no, not \"\(value)\"")
            }
            address.compresses = value == "yes"
        }
        self.address = address
        allowsTriggers = try options.takeChoice("triggers", "refuse", "allow") == "allow"
        enforcesForeignKeys = try options.takeChoice("foreign-keys", "enforce", "ignore") == "enforce"
        passwordFile = options.take("password-file").map { SinkFactory.absolute($0, baseDirectory) }
        let timeout = options.take("timeout") ?? "60"
        guard let seconds = UInt32(timeout), (1...3600).contains(seconds) else {
            throw SinkError(.fatal, "timeout is a whole number of seconds from 1 to 3600, not \"\(timeout)\"")
        }
        timeoutSeconds = seconds
    }

    /// After how long the server is to end a writer's session from which nothing comes.
    var idleSeconds: UInt32 { max(60, 2 * timeoutSeconds) }

    /// `mysql://user@host:port/database`, for messages.
    var label: String { "mysql://\(address)/\(database)" }

    /// The server and the database, without the user.
    var place: String {
        "\(address.socket ?? HostAddress.text(address.host, address.port))/\(database)"
    }

    /// How to connect, with the password.
    func connectionOptions() throws(SinkError) -> ConnectionOptions {
        var options = address
        do throws(CredentialsError) {
            try options.findCredentials(passwordFile: passwordFile, variables: ["REPLICATOR_SINK_PASSWORD"])
        } catch {
            throw SinkError(.fatal, "\(label): \(error.description)")
        }
        options.readTimeoutSeconds = timeoutSeconds
        options.writeTimeoutSeconds = timeoutSeconds
        options.countsFoundRows = true
        options.allowsManyStatements = true
        return options
    }
}
