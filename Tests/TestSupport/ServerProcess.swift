import Foundation
import Synchronization

/// A server program on a port of 127.0.0.1 that was free: started, ended, and started again on the same port.
final class ServerProcess: Sendable {
    let port: UInt16
    /// Starts the program on a port, and returns when it answers. Its error says so if the port is taken.
    private let launch: @Sendable (_ port: UInt16) throws -> ChildProcess
    private let process: Mutex<ChildProcess?>

    init(launch: @escaping @Sendable (_ port: UInt16) throws -> ChildProcess) throws {
        self.launch = launch
        var attempt = 1
        while true {
            let port = try Programs.freePort()
            do {
                process = Mutex(try launch(port))
                self.port = port
                break
            } catch let error as TestSupportError {
                attempt += 1
                guard attempt < 5, Self.isPortTaken(error) else { throw error }
            }
        }
    }

    deinit {
        // Before what `launch` keeps is let go of, which has the folder with the program's files.
        process.withLock { $0 = nil }
    }

    /// Nil while stopped.
    var identifier: pid_t? { process.withLock { $0?.identifier } }

    func start() throws {
        try waitUntil(timeout: 60, "port \(port) to be free again") {
            do {
                let process = try launch(port)
                self.process.withLock { $0 = process }
                return true
            } catch let error as TestSupportError {
                guard Self.isPortTaken(error) else { throw error }
                return false
            }
        }
    }

    func signal(_ signal: Int32) {
        process.withLock { $0?.kill(signal) }
    }

    /// Sends a signal, and waits until it is gone.
    func end(by signal: Int32) throws {
        guard let process = self.process.withLock({ $0 }) else { return }
        process.kill(signal)
        _ = try process.wait(timeout: 60)
        self.process.withLock { $0 = nil }
    }

    private static func isPortTaken(_ error: TestSupportError) -> Bool {
        error.description.contains("Address already in use")
    }
}
