public import Foundation

/// A real Redis server of the tests' own: on 127.0.0.1, in a scratch folder, gone when this process is.
///
/// Debian's `redis-tools` has the server too: `redis-check-rdb` is the same program and looks at its own name.
public final class RedisServer: Sendable {
    private let process: ServerProcess
    private let scratch: ScratchFolder

    private static let sharedServer = Result { try RedisServer() }

    /// The server for tests that only need keys of their own. Never stop it or flush it.
    public static func shared() throws -> RedisServer { try sharedServer.get() }

    /// Starts a server of the test's own. It keeps its data over ``stop()`` and ``kill()`` (an append-only file).
    /// - Parameter options: as on the command line: `["--maxmemory", "1mb"]`.
    public init(options: [String] = []) throws {
        let scratch = try ScratchFolder()
        self.scratch = scratch
        let program = try Programs.find("redis-check-rdb", package: "redis-tools")
        try FileManager.default.createSymbolicLink(
            atPath: scratch.file("redis-server"), withDestinationPath: program)
        process = try ServerProcess { port in try Self.launch(port: port, scratch: scratch, options: options) }
    }

    public var port: UInt16 { process.port }

    public var socket: String { scratch.file("redis.sock") }

    /// `redis://127.0.0.1:PORT`
    public var url: String { "redis://127.0.0.1:\(port)" }

    /// The server process; nil while stopped.
    public var processIdentifier: pid_t? { process.identifier }

    /// Runs one command in a new session; an error reply is thrown.
    @discardableResult
    public func command(_ words: String...) throws -> RedisReply {
        try RedisSession(port: port).command(words)
    }

    /// Shuts down in good order, and waits until it is gone.
    public func stop() throws {
        try process.end(by: SIGTERM)
    }

    /// Kills it as a crash would, and waits until it is gone.
    public func kill() throws {
        try process.end(by: SIGKILL)
    }

    /// Starts it again on the same files and port.
    public func start() throws {
        try process.start()
    }

    /// Stops it if it runs, and starts it again on the same files and port.
    public func restart() throws {
        try stop()
        try start()
    }

    /// Sends a signal to the server: SIGSTOP makes it stall, SIGCONT go on.
    public func signal(_ signal: Int32) {
        process.signal(signal)
    }

    private static func launch(port: UInt16, scratch: ScratchFolder, options: [String]) throws -> ChildProcess {
        let log = scratch.file("redis.log")
        let begin = (try? FileManager.default.attributesOfItem(atPath: log)[.size] as? Int) ?? 0
        let process = try ChildProcess(
            scratch.file("redis-server"),
            [
                "--bind", "127.0.0.1", "--port", "\(port)", "--unixsocket", scratch.file("redis.sock"),
                "--dir", scratch.path, "--daemonize", "no", "--save", "", "--appendonly", "yes",
                "--appendfsync", "no",
            ] + options,
            output: log, errors: log)
        try waitUntil(timeout: 60, "redis-server to answer") {
            if process.poll() != nil {
                let text = FileManager.default.contents(atPath: log) ?? Data()
                throw TestSupportError(
                    "redis-server ended while starting:\n\(String(decoding: text.dropFirst(begin), as: UTF8.self))")
            }
            return (try? RedisSession(port: port).command(["PING"])) == .text("PONG")
        }
        return process
    }
}
