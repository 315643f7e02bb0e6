public import Foundation
public import MySQLClient
import Synchronization

/// A real MariaDB server of the tests' own: on 127.0.0.1, in a scratch folder, gone when this process is.
///
/// Row format, full images and full metadata, unless the options say otherwise; `root` has no password. Nothing is
/// synced to disk, yet a kill loses nothing that was committed.
public final class MariaDBServer: Sendable {
    public let port: UInt16
    private let scratch: ScratchFolder
    private let options: [String]
    private let process = Mutex<ChildProcess?>(nil)

    private static let sharedServer = Result { try MariaDBServer() }

    /// The server for tests that only need databases of their own (``makeDatabase(_:)``). Never stop it or change its
    /// global settings.
    public static func shared() throws -> MariaDBServer { try sharedServer.get() }

    /// Starts a server of the test's own.
    /// - Parameter options: as on the command line (`--binlog-row-metadata=MINIMAL`); they win over the defaults.
    public init(options: [String] = []) throws {
        self.options = options
        scratch = try ScratchFolder()
        guard scratch.file("mariadb.sock").utf8.count < 104 else {
            throw TestSupportError("\(scratch.path) is too long for a Unix socket: set TMPDIR to a shorter folder")
        }
        let install = try ChildProcess(
            Programs.find("mariadb-install-db", package: "mariadb-server-core"),
            [
                "--no-defaults", "--user=\(Self.user)", "--datadir=\(scratch.file("data"))", "--skip-test-db",
                "--auth-root-authentication-method=normal", "--skip-name-resolve", "--innodb-log-file-size=32M",
                "--innodb-autoextend-increment=1",
                // Goes on where the machine's own name cannot be looked up: a fresh one without /etc/hosts.
                "--force",
                // A server that starts removes others' temporary tables from a folder that they share.
                "--tmpdir=\(scratch.path)",
            ],
            output: scratch.file("install.log"), errors: scratch.file("install.log"))
        guard try install.wait(timeout: 120) == .exited(0) else {
            throw TestSupportError("mariadb-install-db failed:\n\(Self.tail(of: scratch.file("install.log")))")
        }
        var attempt = 1
        while true {
            let port = try Programs.freePort()
            do {
                let process = try Self.launch(port: port, scratch: scratch, options: options)
                self.process.withLock { $0 = process }
                self.port = port
                break
            } catch let error as TestSupportError {
                attempt += 1
                guard attempt < 5, error.description.contains("Address already in use") else { throw error }
            }
        }
    }

    deinit {
        // The process first: its folder goes next.
        process.withLock { $0 = nil }
    }

    /// Where the server keeps its files.
    public var dataDirectory: String { scratch.file("data") }

    public var socket: String { scratch.file("mariadb.sock") }

    /// The server process; nil while stopped.
    public var processIdentifier: pid_t? { process.withLock { $0?.identifier } }

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
        let number = Self.databaseCount.wrappingAdd(1, ordering: .relaxed).newValue
        let name = "\(prefix)_\(number)"
        try execute("CREATE DATABASE `\(name)`")
        return name
    }

    private static let databaseCount = Atomic<Int>(0)

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
        guard let row = try query("SHOW MASTER STATUS").first, let file = row[0],
            let offset = row[1].flatMap({ UInt64($0) })
        else { throw TestSupportError("SHOW MASTER STATUS returned nothing") }
        return (file, offset)
    }

    /// Begins a new binlog file.
    public func flushLogs() throws {
        try execute("FLUSH BINARY LOGS")
    }

    /// Removes the binlog files before `name`. The server does so only once InnoDB no longer needs them to recover.
    public func purgeLogs(before name: String) throws {
        try waitUntil("the server to purge what is before \(name)") {
            try execute("PURGE BINARY LOGS TO '\(name)'")
            return try binlogNames().first == name
        }
    }

    /// The end of the server's own error log.
    public var errorLog: String { Self.tail(of: scratch.file("error.log")) }

    /// Shuts down in good order, and waits until it is gone.
    public func stop() throws {
        try end(by: SIGTERM)
    }

    /// Kills it as a crash would, and waits until it is gone.
    public func kill() throws {
        try end(by: SIGKILL)
    }

    /// Starts it again on the same files and port; stops it before if it runs.
    public func restart() throws {
        try stop()
        try start()
    }

    /// Starts it again on the same files and port.
    public func start() throws {
        try waitUntil(timeout: 60, "port \(port) to be free again") {
            do {
                let process = try Self.launch(port: port, scratch: scratch, options: options)
                self.process.withLock { $0 = process }
                return true
            } catch let error as TestSupportError {
                guard error.description.contains("Address already in use") else { throw error }
                return false
            }
        }
    }

    /// Sends a signal to the server: SIGSTOP makes it stall, SIGCONT go on.
    public func signal(_ signal: Int32) {
        process.withLock { $0?.kill(signal) }
    }

    private func end(by signal: Int32) throws {
        guard let process = self.process.withLock({ $0 }) else { return }
        process.kill(signal)
        _ = try process.wait(timeout: 60)
        self.process.withLock { $0 = nil }
    }

    private static let user = getpwuid(geteuid()).flatMap { String(validatingCString: $0.pointee.pw_name) } ?? "root"

    /// Starts the server and waits until it answers.
    private static func launch(port: UInt16, scratch: ScratchFolder, options: [String]) throws -> ChildProcess {
        let log = scratch.file("error.log")
        let begin = (try? FileManager.default.attributesOfItem(atPath: log)[.size] as? Int) ?? 0
        let process = try ChildProcess(
            Programs.find("mariadbd", package: "mariadb-server-core"),
            [
                "--no-defaults", "--user=\(user)", "--datadir=\(scratch.file("data"))", "--port=\(port)",
                "--bind-address=127.0.0.1", "--socket=\(scratch.file("mariadb.sock"))",
                "--pid-file=\(scratch.file("mariadb.pid"))", "--tmpdir=\(scratch.path)", "--skip-name-resolve",
                "--server-id=1", "--log-bin=binlog", "--binlog-format=ROW", "--binlog-row-image=FULL",
                "--binlog-row-metadata=FULL", "--log-slave-updates=ON", "--gtid-strict-mode=ON",
                "--character-set-server=utf8mb4", "--max-allowed-packet=256M", "--max-connections=200",
                "--innodb-buffer-pool-size=32M", "--innodb-log-file-size=32M", "--innodb-log-buffer-size=4M",
                "--innodb-autoextend-increment=1", "--innodb-use-native-aio=OFF",
                "--loose-innodb-buffer-pool-dump-at-shutdown=OFF", "--key-buffer-size=1M",
                "--aria-pagecache-buffer-size=8M", "--performance-schema=OFF",
                // Each commit reaches the kernel, so a kill of the server loses nothing; nothing waits for a disk.
                "--sync-binlog=0", "--innodb-flush-log-at-trx-commit=2", "--innodb-flush-method=nosync",
            ] + options,
            output: log, errors: log)
        var connection = ConnectionOptions()
        connection.socket = scratch.file("mariadb.sock")
        connection.user = "root"
        try waitUntil(timeout: 120, "the server to answer:\n\(tail(of: log))") {
            if process.poll() != nil {
                throw TestSupportError("mariadbd ended while starting:\n\(tail(of: log, from: begin))")
            }
            guard FileManager.default.fileExists(atPath: scratch.file("mariadb.pid")) else { return false }
            return (try? Connection(connection)) != nil
        }
        return process
    }

    private static func tail(of file: String, from begin: Int = 0) -> String {
        guard let data = FileManager.default.contents(atPath: file) else { return "" }
        return String(decoding: data.dropFirst(begin).suffix(4000), as: UTF8.self)
    }
}
