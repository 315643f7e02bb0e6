public import Foundation
import Synchronization

/// A real Redis server of the tests' own: on 127.0.0.1, in a scratch folder, gone when this process is.
///
/// Debian's `redis-tools` has the server too: `redis-check-rdb` is the same program and looks at its own name.
public final class RedisServer: Sendable {
    public let port: UInt16
    private let scratch: ScratchFolder
    private let options: [String]
    private let process = Mutex<ChildProcess?>(nil)

    private static let sharedServer = Result { try RedisServer() }

    /// The server for tests that only need keys of their own. Never stop it or flush it.
    public static func shared() throws -> RedisServer { try sharedServer.get() }

    /// Starts a server of the test's own. It keeps its data over ``stop()`` and ``kill()`` (an append-only file).
    /// - Parameter options: as on the command line: `["--maxmemory", "1mb"]`.
    public init(options: [String] = []) throws {
        self.options = options
        scratch = try ScratchFolder()
        let program = try Programs.find("redis-check-rdb", package: "redis-tools")
        try FileManager.default.createSymbolicLink(
            atPath: scratch.file("redis-server"), withDestinationPath: program)
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

    public var socket: String { scratch.file("redis.sock") }

    /// `redis://127.0.0.1:PORT`
    public var url: String { "redis://127.0.0.1:\(port)" }

    /// The server process; nil while stopped.
    public var processIdentifier: pid_t? { process.withLock { $0?.identifier } }

    /// Runs one command in a new session; an error reply is thrown.
    @discardableResult
    public func command(_ words: String...) throws -> RedisReply {
        try RedisSession(port: port).command(words)
    }

    /// Shuts down in good order, and waits until it is gone.
    public func stop() throws {
        try end(by: SIGTERM)
    }

    /// Kills it as a crash would, and waits until it is gone.
    public func kill() throws {
        try end(by: SIGKILL)
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

    /// Stops it if it runs, and starts it again on the same files and port.
    public func restart() throws {
        try stop()
        try start()
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
