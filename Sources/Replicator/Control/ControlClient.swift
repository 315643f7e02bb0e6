import Foundation
import Sinks

/// The other side of the control socket: what `status`, `pause`, `resume` and `reload` ask a running daemon with.
public struct ControlClient {
    public enum Action: String, Sendable { case pause, resume, reload }

    /// How long the daemon may take for an answer; draining into a slow sink takes longest.
    private static let answerSeconds = 120

    private let configuration: Configuration

    public init(configuration: Configuration) {
        self.configuration = configuration
    }

    /// What was done with one pipeline: a line for the user, and whether it was what was asked for.
    public struct Outcome: Sendable {
        public let line: String
        public let isDone: Bool
    }

    /// What a running daemon says of the named pipelines, or of all; nil if none runs.
    public func status(of names: [String]) throws -> StatusReport? {
        let reply: ControlReply
        do {
            reply = try ask(ControlRequest(command: .status, pipelines: names))
        } catch let error as ControlClientError where error.isNotRunning {
            return nil
        }
        return reply.status
    }

    public func perform(_ action: Action, on names: [String]) throws -> [Outcome] {
        guard let command = ControlRequest.Command(rawValue: action.rawValue) else { return [] }
        return (try ask(ControlRequest(command: command, pipelines: names)).outcomes ?? []).map {
            Outcome(line: "\($0.name): \($0.message)", isDone: $0.done)
        }
    }

    /// What a user is told where no daemon runs.
    public var notRunning: String { Self.notRunning(configuration).description }

    private func ask(_ request: ControlRequest) throws -> ControlReply {
        let path = configuration.socketPath
        let socket: ControlSocket
        do {
            socket = try ControlSocket.connect(to: path, seconds: Self.answerSeconds)
        } catch {
            switch error.code {
            case ENOENT, ECONNREFUSED: throw Self.notRunning(configuration)
            case EACCES:
                throw ControlClientError(
                    "\(path): permission denied: only the account that runs the replicator (and root) may command it")
            case ENAMETOOLONG:
                throw ControlClientError(
                    "the control socket's path is longer than \(UnixAddress.maximumByteCount) bytes, which no socket's may "
                        + "be: give it a shorter one with socket = PATH in [replicator] (\(path))")
            default: throw ControlClientError("the control socket \(path) cannot be reached: \(error)")
            }
        }
        guard socket.write(try ControlJSON.encode(request) + [UInt8(ascii: "\n")]), let line = socket.readLine() else {
            throw ControlClientError(
                "the replicator gave no answer on \(path) (it may still be at it, or was ended meanwhile); replicator "
                    + "status tells")
        }
        guard let reply = try? ControlJSON.decode(ControlReply.self, from: line) else {
            throw ControlClientError("the answer on \(path) is not understood: the replicator is of another version")
        }
        if let error = reply.error { throw ControlClientError(error) }
        return reply
    }

    private static func notRunning(_ configuration: Configuration) -> ControlClientError {
        ControlClientError(
            "the replicator of \(configuration.path) is not running (nobody listens on \(configuration.socketPath)); "
                + "replicator run -c \(configuration.path) starts it", isNotRunning: true)
    }
}

/// Why a command did not reach a daemon, or was refused by it: one line.
struct ControlClientError: Error, CustomStringConvertible {
    let description: String
    let isNotRunning: Bool

    init(_ description: String, isNotRunning: Bool = false) {
        self.description = description
        self.isNotRunning = isNotRunning
    }
}
