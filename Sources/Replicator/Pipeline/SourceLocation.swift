import BinlogReader
import Foundation
import MySQLClient

/// What a source's URL names: a server, or binlog files.
enum SourceLocation: Sendable {
    case server(hosts: [ConnectionOptions])
    case files(path: String)

    /// `mysql://USER@HOST:PORT`, with several hosts by commas, or `file:PATH`, a path relative to `folder`. Throws saying what is wrong with it.
    /// - Parameter tls: see ``TLSOptions/names``.
    init(
        _ url: String, passwordFile: String?, tls: [String: String] = [:], compresses: Bool? = nil, folder: String = ""
    ) throws(ConfigurationError) {
        if url.hasPrefix("file:") {
            let path = String(url.dropFirst(5))
            guard !path.isEmpty else { throw ConfigurationError("file: needs a path behind it") }
            self = .files(path: path.hasPrefix("/") || folder.isEmpty ? path : folder + "/" + path)
        } else if url.hasPrefix("mysql://") {
            do {
                var hosts = try ConnectionOptions.hosts(url: url)
                if let database = hosts[0].database {
                    throw ConfigurationError(
                        "a source is a whole server: leave /\(database) away, and name tables as in tables = "
                            + "\(database).*")
                }
                for index in hosts.indices {
                    if let compresses { hosts[index].compresses = compresses }
                    for (name, value) in tls { try hosts[index].tls.set(name, value) }
                    hosts[index].tls.resolve(in: folder)
                    try hosts[index].tls.check()
                    try hosts[index].findCredentials(
                        passwordFile: passwordFile, variables: ["REPLICATOR_SOURCE_PASSWORD"])
                }
                self = .server(hosts: hosts)
            } catch {
                throw error as? ConfigurationError ?? ConfigurationError(String(describing: error))
            }
        } else {
            // No more of it than the scheme: what follows may hold a password.
            let shown = url.contains(":") ? "\(url.prefix { $0 != ":" }):…" : url
            throw ConfigurationError("\"\(shown)\" is no source: write mysql://USER@HOST:PORT or file:PATH")
        }
    }

    /// - Parameters:
    ///   - schema: what files do not tell.
    ///   - schemas: what is kept of the schema history.
    ///   - formerSchemas: likewise, of a server whose place another one is about to take.
    func makeSource(
        _ session: ServerSession, verifiesChecksums: Bool = true, schema: SchemaFile? = nil,
        schemas: any SchemaStore = MemorySchemaStore(), formerSchemas: any SchemaStore = MemorySchemaStore()
    ) -> any PipelineSource {
        switch self {
        case .server(let hosts):
            ServerPipelineSource(
                hosts: SourceHosts(hosts, waitSeconds: session.failoverWaitSeconds), session: session,
                verifiesChecksums: verifiesChecksums, schemas: schemas, formerSchemas: formerSchemas)
        case .files(let path):
            FilePipelineSource(
                path: path, verifiesChecksums: verifiesChecksums, schema: schema,
                // Others look at a stretch of the log, which the file is taken to speak of.
                schemas: session.command == "run" ? schemas : nil)
        }
    }
}

/// Who reads from a server: it sets the dump connection's server id apart from all others.
struct ServerSession: Sendable {
    var pipeline: String
    var command: String
    /// The state file's path: two daemons of one machine that run pipelines of the same name differ in it.
    var stateFile = ""
    var serverIDBase: UInt32
    var heartbeatSeconds: Double
    /// See ``SourceTurn``.
    var failoverWaitSeconds = SourceHosts.defaultWaitSeconds

    /// Servers end the older of two dumps with one id, so each pipeline and command of each host has its own.
    var serverID: UInt32 {
        // Not `ProcessInfo.hostName`, which asks the network.
        var name = [CChar](repeating: 0, count: 256)
        let host =
            gethostname(&name, name.count - 1) == 0
            ? String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self) : ""
        // A command lives beside others of its kind; a pipeline is the only one of its name, and a second is a mistake
        // that the server then tells the first of.
        let process = command == "run" ? "" : " \(getpid())"
        let hash = StableHash.of("\(host) \(URL(fileURLWithPath: stateFile).path) \(pipeline) \(command)\(process)")
        if serverIDBase > 0 { return serverIDBase + UInt32(hash % 100_000) }
        return 0x4000_0000 | UInt32(hash & 0x3FFF_FFFF)
    }

    /// Who looks something up in the log while this session follows it.
    func of(_ errand: String) -> ServerSession {
        var own = self
        own.command += " " + errand
        return own
    }
}

extension Configuration {
    /// Throws naming the section if the URL, or the password's file, is wrong.
    func sourceLocation() throws(ConfigurationError) -> SourceLocation {
        do {
            return try SourceLocation(
                source.url, passwordFile: source.passwordFile.map(resolve), tls: source.tls,
                compresses: source.compresses, folder: folder)
        } catch {
            let key = (["password-file"] + TLSOptions.names).first { error.message.hasPrefix($0) } ?? "url"
            throw ConfigurationError(
                "[source]: \(error.message)", file: path, line: source.lines[key] ?? source.lines["url"])
        }
    }

    func makeSource(pipeline: String, command: String) throws(ConfigurationError) -> any PipelineSource {
        // Only a pipeline goes on where it has come to.
        let schemas: any SchemaStore =
            command == "run" ? StoredSchemas(path: stateFile, pipeline: pipeline) : MemorySchemaStore()
        let formerSchemas: any SchemaStore =
            command == "run" ? StoredSchemas(path: stateFile, pipeline: pipeline, isFormer: true) : MemorySchemaStore()
        let location = try sourceLocation()
        return try location.makeSource(
            ServerSession(
                pipeline: pipeline, command: command, stateFile: stateFile, serverIDBase: source.serverIDBase,
                heartbeatSeconds: source.heartbeatSeconds, failoverWaitSeconds: source.failoverWaitSeconds),
            schema: schemaFile(of: location), schemas: schemas, formerSchemas: formerSchemas)
    }

    /// What `schema = FILE` names.
    private func schemaFile(of location: SourceLocation) throws(ConfigurationError) -> SchemaFile? {
        guard let schema = source.schema else { return nil }
        do throws(ConfigurationError) {
            guard case .files = location else {
                throw ConfigurationError("schema is for files: a server says itself what its tables are")
            }
            return try SchemaFile(reading: resolve(schema), as: schema, option: "schema")
        } catch {
            throw ConfigurationError("[source]: \(error.message)", file: path, line: source.lines["schema"])
        }
    }
}
