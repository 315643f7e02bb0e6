import Foundation
import Synchronization

/// A port of 127.0.0.1 in front of a Kafka broker that knows requests from each other: it can answer produce requests
/// with errors in the broker's place, cut connections once a broker has done what it was asked, or be closed.
///
/// It also leaves out the optional tagged fields of ApiVersions answers: librdkafka before 2.2 skips one byte too few of
/// each, and takes no such answer for good.
public final class KafkaGate: Sendable {
    /// What becomes of a produce request.
    public enum Fate: Equatable, Sendable {
        /// The broker does not see it; the answer is an error by its number in the protocol's list.
        case refused(Int16)
        /// The broker takes it, and the connection is cut in place of its answer.
        case unanswered
    }

    struct State {
        var target: UInt16?
        var fates: [Fate] = []
        var produceCount = 0
        var connections: [ObjectIdentifier: KafkaGateConnection] = [:]
    }

    /// Where clients come in. The broker must advertise it as its own.
    public let port: UInt16
    private let listener: LoopbackSocket
    private let state = Mutex(State())

    public init() throws {
        (listener, port) = try LoopbackSocket.listener()
        let listener = listener
        Thread { [weak self] in
            while let client = listener.accepted() {
                guard let self else {
                    client.close()
                    break
                }
                self.connect(client)
            }
            listener.close()
        }.start()
    }

    deinit {
        // Wakes the thread that accepts, which closes it.
        listener.shutDown()
    }

    /// From now on connections are passed on to the broker at `port`.
    public func open(to port: UInt16) { state.withLock { $0.target = port } }

    /// Cuts all connections.
    public func cut() {
        for connection in state.withLock({ Array($0.connections.values) }) { connection.end() }
    }

    /// What becomes of the next produce requests, one each; then all are passed on again.
    public func meet(_ fates: [Fate]) { state.withLock { $0.fates += fates } }

    /// How many fates are still to be met.
    public var openFateCount: Int { state.withLock { $0.fates.count } }

    /// Produce requests seen so far.
    public var produceCount: Int { state.withLock { $0.produceCount } }

    func nextFate() -> Fate? {
        state.withLock { state in
            state.produceCount += 1
            return state.fates.isEmpty ? nil : state.fates.removeFirst()
        }
    }

    private func connect(_ client: LoopbackSocket) {
        guard let target = state.withLock({ $0.target }), let broker = LoopbackSocket(connectingTo: target) else {
            client.close()
            return
        }
        let connection = KafkaGateConnection(client, broker) { [weak self] in self?.nextFate() }
        state.withLock { $0.connections[ObjectIdentifier(connection)] = connection }
        connection.run { [weak self] in
            _ = self?.state.withLock { $0.connections.removeValue(forKey: ObjectIdentifier(connection)) }
        }
    }
}
