public import Foundation
public import MySQLClient
import Synchronization

/// A real MariaDB or MySQL of the tests' own: on 127.0.0.1, in a scratch folder, gone when this process is.
///
/// Row format, full images and full metadata, unless the options say otherwise; `root` has no password. Nothing is
/// synced to disk, yet a kill loses nothing that was committed.
public protocol DatabaseServer: AnyObject, Sendable {
    /// Starts a server of the test's own.
    /// - Parameter options: as on the command line (`--binlog-row-metadata=MINIMAL`); they win over the defaults.
    init(options: [String]) throws

    /// The server for tests that only need databases of their own (``makeDatabase(_:)``). Never stop it or change its
    /// global settings.
    static func shared() throws -> Self

    var daemon: ServerDaemon { get }

    /// The statement whose first row has the name and the size of the binlog file being written.
    static var statusStatement: String { get }
}

extension DatabaseServer {
    public var port: UInt16 { daemon.port }

    /// Where the server keeps its files.
    public var dataDirectory: String { daemon.dataDirectory }

    public var socket: String { daemon.socket }

    /// The server process; nil while stopped.
    public var processIdentifier: pid_t? { daemon.process.identifier }

    /// `mysql://root@127.0.0.1:PORT`
    public var url: String { "mysql://root@127.0.0.1:\(port)" }

    /// How to reach it over TCP as `root`.
    public var connectionOptions: ConnectionOptions {
        var options = ConnectionOptions()
        options.port = port
        options.user = "root"
        return options
    }

    /// A session of the caller's own, as root.
    public func connect(database: String? = nil) throws -> Connection {
        var options = connectionOptions
        options.database = database
        return try Connection(options)
    }

    /// The rows of one statement, in a new session, as text; nil is NULL. Wrap binary columns in HEX().
    public func query(_ sql: String, database: String? = nil) throws -> [[String?]] {
        try connect(database: database).query(sql).rows.map { row in
            try row.map { value in
                guard let value else { return nil }
                guard let text = String(validating: value, as: UTF8.self) else {
                    throw TestSupportError("a value is not UTF-8, use HEX(): \(sql)")
                }
                return text
            }
        }
    }

    /// Runs statements separated by semicolons, in a new session.
    public func execute(_ sql: String, database: String? = nil) throws {
        try connect(database: database).execute(script: sql)
    }

    /// Makes a database that no other test uses, and returns its name.
    public func makeDatabase(_ prefix: String = "test") throws -> String {
        let name = "\(prefix)_\(databaseCount.wrappingAdd(1, ordering: .relaxed).newValue)"
        try execute("CREATE DATABASE `\(name)`")
        return name
    }

    /// The names of its binlog files, oldest first.
    public func binlogNames() throws -> [String] {
        try query("SHOW BINARY LOGS").compactMap { $0.first ?? nil }
    }

    /// The paths of its binlog files, oldest first.
    public func binlogFiles() throws -> [String] {
        try binlogNames().map { dataDirectory + "/" + $0 }
    }

    /// The end of the binlog: what is written next begins here.
    public func binlogEnd() throws -> (file: String, offset: UInt64) {
        guard let row = try query(Self.statusStatement).first, let file = row[0],
            let offset = row[1].flatMap({ UInt64($0) })
        else { throw TestSupportError("\(Self.statusStatement) returned nothing") }
        return (file, offset)
    }

    /// Begins a new binlog file.
    public func flushLogs() throws {
        try execute("FLUSH BINARY LOGS")
    }

    /// Begins a binlog file, runs `body`, ends the file, and returns its path.
    public func log(_ body: () throws -> Void) throws -> String {
        try flushLogs()
        guard let path = try binlogFiles().last else { throw TestSupportError("the server has no binlog files") }
        try body()
        try flushLogs()
        return path
    }

    /// Removes the binlog files before `name`. The server does so only once InnoDB no longer needs them to recover.
    public func purgeLogs(before name: String) throws {
        try waitUntil("the server to purge what is before \(name)") {
            try execute("PURGE BINARY LOGS TO '\(name)'")
            return try binlogNames().first == name
        }
    }

    /// The end of the server's own error log.
    public var errorLog: String { daemon.errorLog }

    /// Shuts down in good order, and waits until it is gone.
    public func stop() throws { try daemon.process.end(by: SIGTERM) }

    /// Kills it as a crash would, and waits until it is gone.
    public func kill() throws { try daemon.process.end(by: SIGKILL) }

    /// Starts it again on the same files and port; stops it before if it runs.
    public func restart() throws {
        try stop()
        try start()
    }

    /// Starts it again on the same files and port.
    public func start() throws { try daemon.process.start() }

    /// Sends a signal to the server: SIGSTOP makes it stall, SIGCONT go on.
    public func signal(_ signal: Int32) { daemon.process.signal(signal) }
}

private let databaseCount = Atomic<Int>(0)
