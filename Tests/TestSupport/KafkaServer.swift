import Foundation

/// The mock cluster that librdkafka carries, in a process of the tests' own: `kcat` as a consumer that has one for its
/// broker. Makes topics of 4 partitions as they come, keeps nothing on disk, and 5 MB of each partition. It cannot be
/// started again on the same port.
public final class KafkaServer: Sendable {
    public let port: UInt16
    private let scratch: ScratchFolder
    private let process: ChildProcess

    public init() throws {
        scratch = try ScratchFolder()
        let log = scratch.file("kafka.log")
        process = try ChildProcess(
            try Programs.find("kcat", package: "kcat"),
            ["-C", "-b", "mock", "-t", "idle", "-X", "test.mock.num.brokers=1"], output: log, errors: log)
        var found: UInt16?
        try waitUntil(timeout: 60, "kcat to name its broker") {
            let text = String(decoding: FileManager.default.contents(atPath: log) ?? Data(), as: UTF8.self)
            found = text.firstMatch(of: #/replaced with 127\.0\.0\.1:(\d+)\s/#).flatMap { UInt16($0.1) }
            return found != nil
        }
        guard let found else { throw TestSupportError("kcat names no broker") }
        port = found
    }

    /// `kafka://127.0.0.1:PORT`
    public var url: String { "kafka://127.0.0.1:\(port)" }

    /// Stops it where it is, connections open, and returns when all its threads stand still: on a busy machine that is
    /// some time after the signal.
    public func stall() throws {
        process.kill(SIGSTOP)
        let tasks = "/proc/\(process.identifier)/task"
        try waitUntil(timeout: 60, "the broker to stand still") {
            try FileManager.default.contentsOfDirectory(atPath: tasks).allSatisfy { task in
                // PID (NAME) STATE …
                let stat = FileManager.default.contents(atPath: "\(tasks)/\(task)/stat") ?? Data()
                return String(decoding: stat, as: UTF8.self).contains(") T ")
            }
        }
    }

    /// Lets it go on after ``stall()``.
    public func resume() {
        process.kill(SIGCONT)
    }

    /// Kills it as a crash would, and waits until it is gone.
    public func kill() throws {
        process.kill(SIGKILL)
        _ = try process.wait(timeout: 60)
    }
}
