import Foundation
import Synchronization

/// One connection through a ``KafkaGate``: a thread for each direction, which end together.
final class KafkaGateConnection: Sendable {
    private struct State {
        /// Requests that the broker has and has not answered.
        var openCount = 0
        var isEnded = false
        var isClosed = false
        /// Threads that still read.
        var threadCount = 2
        /// Correlation ids of ApiVersions requests whose answers have tagged fields.
        var versionRequests: Set<Int32> = []
        /// And of produce requests whose answers nobody gets.
        var unanswered: Set<Int32> = []
    }

    private let client: LoopbackSocket
    private let broker: LoopbackSocket
    private let nextFate: @Sendable () -> KafkaGate.Fate?
    private let state = Mutex(State())

    init(_ client: LoopbackSocket, _ broker: LoopbackSocket, nextFate: @escaping @Sendable () -> KafkaGate.Fate?) {
        self.client = client
        self.broker = broker
        self.nextFate = nextFate
    }

    /// Passes frames on until either side ends.
    func run(whenDone: @escaping @Sendable () -> Void) {
        let finish: @Sendable () -> Void = { [self] in
            end()
            let isLast = state.withLock { state in
                state.threadCount -= 1
                state.isClosed = state.threadCount == 0
                return state.isClosed
            }
            guard isLast else { return }
            client.close()
            broker.close()
            whenDone()
        }
        Thread { [self] in
            while let frame = Self.frame(from: client), forward(frame) {}
            finish()
        }.start()
        Thread { [self] in
            while let frame = Self.frame(from: broker), answer(frame) {}
            finish()
        }.start()
    }

    func end() {
        state.withLock { state in
            state.isEnded = true
            // Once closed, the numbers are another's.
            guard !state.isClosed else { return }
            client.shutDown()
            broker.shutDown()
        }
    }

    private static func frame(from socket: LoopbackSocket) -> [UInt8]? {
        guard let size = socket.read(4), let count = KafkaFrame(size).int32(at: 0), (4...(64 << 20)).contains(count)
        else { return nil }
        return socket.read(Int(count))
    }

    private static func sized(_ frame: [UInt8]) -> [UInt8] {
        KafkaFrame.bytes(Int32(frame.count)) + frame
    }

    private func forward(_ bytes: [UInt8]) -> Bool {
        let frame = KafkaFrame(bytes)
        guard let key = frame.int16(at: 0), let version = frame.int16(at: 2), let id = frame.int32(at: 4) else {
            return false
        }
        let (produce, apiVersions): (Int16, Int16) = (0, 18)
        if key == apiVersions, version >= 3 { _ = state.withLock { $0.versionRequests.insert(id) } }
        if key == produce {
            switch nextFate() {
            case .refused(let code):
                guard let answer = frame.produceError(code) else { return false }
                // Brokers answer in order.
                while state.withLock({ $0.openCount > 0 && !$0.isEnded }) { usleep(200) }
                return client.write(Self.sized(answer))
            case .unanswered: _ = state.withLock { $0.unanswered.insert(id) }
            case nil: break
            }
        }
        state.withLock { $0.openCount += 1 }
        return broker.write(Self.sized(bytes))
    }

    private func answer(_ bytes: [UInt8]) -> Bool {
        let frame = KafkaFrame(bytes)
        guard let id = frame.int32(at: 0) else { return false }
        let (isVersions, isUnanswered) = state.withLock { state in
            state.openCount -= 1
            return (state.versionRequests.remove(id) != nil, state.unanswered.contains(id))
        }
        if isUnanswered { return false }
        let passed = isVersions && frame.int16(at: 4) == 0 ? frame.withoutTags : bytes
        guard let passed else { return false }
        return client.write(Self.sized(passed))
    }
}
