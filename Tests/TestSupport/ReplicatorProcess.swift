public import Foundation

/// A run of the built `replicator`, as a user would start it. Dies with the tests.
public final class ReplicatorProcess: Sendable {
    private let process: ChildProcess
    private let scratch: ScratchFolder

    /// Starts it.
    /// - Parameter environment: variables added to this process's own; nil removes one.
    public init(_ arguments: [String], environment: [String: String?] = [:]) throws {
        scratch = try ScratchFolder()
        var variables = ProcessInfo.processInfo.environment
        for (name, value) in environment { variables[name] = value }
        process = try ChildProcess(
            Self.path(), arguments, environment: variables, output: scratch.file("stdout"),
            errors: scratch.file("stderr"))
    }

    /// Runs it to its end.
    public static func run(
        _ arguments: [String], environment: [String: String?] = [:], timeout: Double = 120
    ) throws -> (end: ProcessEnd, output: String, errors: String) {
        let process = try ReplicatorProcess(arguments, environment: environment)
        let end = try process.wait(timeout: timeout)
        return (end, process.output, process.errors)
    }

    /// What it has written to standard output so far.
    public var output: String { text("stdout") }

    /// What it has written to standard error so far.
    public var errors: String { text("stderr") }

    public var identifier: pid_t { process.identifier }

    /// How it ended; nil while it runs.
    public var end: ProcessEnd? { process.poll() }

    public func signal(_ signal: Int32) {
        process.kill(signal)
    }

    /// Kills it as a crash would, and waits until it is gone.
    public func kill() throws {
        signal(SIGKILL)
        try wait()
    }

    /// Waits until it has ended by itself; throws, with what it said, if it does not.
    @discardableResult
    public func wait(timeout: Double = 120) throws -> ProcessEnd {
        do {
            return try process.wait(timeout: timeout)
        } catch {
            throw TestSupportError("\(error)\nstdout: \(output.suffix(2000))\nstderr: \(errors.suffix(2000))")
        }
    }

    /// Ends it as an operator does, and throws unless it exits 0. It promises to within 10 s; a machine that is busy with
    /// other things gets more.
    public func stop(_ signal: Int32 = SIGTERM) throws {
        self.signal(signal)
        let end = try wait(timeout: 40)
        guard end == .exited(0) else {
            throw TestSupportError("it did not end well: \(end)\nstderr: \(errors.suffix(3000))")
        }
    }

    /// The binary that SwiftPM builds beside the tests.
    public static func path() throws -> String {
        let bundle = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let path = URL(fileURLWithPath: bundle).deletingLastPathComponent().appendingPathComponent("replicator").path
        guard access(path, X_OK) == 0 else { throw TestSupportError("no \(path): run `swift build --build-tests`") }
        return path
    }

    private func text(_ name: String) -> String {
        String(decoding: FileManager.default.contents(atPath: scratch.file(name)) ?? Data(), as: UTF8.self)
    }
}
