import Foundation

/// A broker of the tests' own that speaks Kafka's protocol: Tansu, which `scripts/get-broker` fetches, behind a
/// ``KafkaGate``. Unlike librdkafka's mock cluster it is another's reading of the protocol, checks the sequence numbers of
/// idempotent producers, and has settings of topics. Makes topics of 4 partitions as they come, in memory: a restart
/// empties it.
public final class TansuServer: Sendable {
    public let gate: KafkaGate
    private let scratch: ScratchFolder
    private let process: ServerProcess

    public init() throws {
        let program = try Self.program.get()
        let scratch = try ScratchFolder()
        let gate = try KafkaGate()
        self.scratch = scratch
        self.gate = gate
        process = try ServerProcess { port in try Self.launch(program, port: port, behind: gate.port, scratch) }
        gate.open(to: process.port)
    }

    /// Where clients come in: the gate's.
    public var port: UInt16 { gate.port }

    /// `kafka://127.0.0.1:PORT`
    public var url: String { "kafka://127.0.0.1:\(port)" }

    /// Ends it in good order, and waits until it is gone.
    public func stop() throws { try process.end(by: SIGTERM) }

    /// Kills it as a crash would, and waits until it is gone.
    public func kill() throws { try process.end(by: SIGKILL) }

    /// Starts it again on the same port, empty.
    public func start() throws { try process.start() }

    /// Sends a signal to the broker: SIGSTOP makes it stall, SIGCONT go on.
    public func signal(_ signal: Int32) { process.signal(signal) }

    private static func launch(
        _ program: String, port: UInt16, behind gate: UInt16, _ scratch: ScratchFolder
    ) throws -> ChildProcess {
        let log = scratch.file("tansu.log")
        let begin = (try? FileManager.default.attributesOfItem(atPath: log)[.size] as? Int) ?? 0
        let process = try ChildProcess(
            program,
            [
                "broker", "--listener-url", "tcp://127.0.0.1:\(port)", "--advertised-listener-url",
                "tcp://127.0.0.1:\(gate)", "--storage-engine", "memory://tansu/",
            ],
            output: log, errors: log)
        try waitUntil(timeout: 60, "the broker to listen: \(ServerDaemon.tail(of: log, from: begin))") {
            if process.poll() != nil {
                throw TestSupportError("\(program) ended while starting:\n\(ServerDaemon.tail(of: log, from: begin))")
            }
            guard let socket = LoopbackSocket(connectingTo: port) else { return false }
            socket.close()
            return true
        }
        return process
    }

    private static let program = Result {
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
            "../../scripts/get-broker"
        ).standardized.path
        let scratch = try ScratchFolder()
        let run = try ChildProcess(script, [], output: scratch.file("output"), errors: scratch.file("errors"))
        let end = try run.wait(timeout: 900)
        let errors = ServerDaemon.tail(of: scratch.file("errors"))
        guard end == .exited(0) else { throw TestSupportError("no broker to test with:\n\(errors)") }
        if !errors.isEmpty { print(errors) }
        return ServerDaemon.tail(of: scratch.file("output")).trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
