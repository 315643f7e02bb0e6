import BinlogReader
import MySQLClient
import Synchronization

/// Asks the source server now and then where its log ends and what it keeps, over a connection of its own and from a
/// thread of its own: a dead source holds up nothing but the next answer.
final class SourceWatch: Sendable {
    /// Between two questions at least.
    private static let intervalSeconds = 2.0
    /// A server with very many files is asked less often: questions take at most this share of the time.
    private static let share = 0.02
    /// But so often at least that an answer is fresh until the next one: one that was slow says nothing of the others.
    private static let longestPauseSeconds = SourceKnowledge.freshSeconds * 2 / 3
    private static let answerSeconds: UInt32 = 10

    /// What messages call the source.
    let label: String
    private let location: SourceLocation
    private let state = Mutex(SourceKnowledge())
    private let stopping = StopFlag()
    private let server = Mutex<StreamStopper?>(nil)

    init(_ location: SourceLocation) {
        self.location = location
        switch location {
        case .server(let options): label = "mysql://\(options)"
        case .files(let path): label = "file:\(path)"
        }
    }

    var knowledge: SourceKnowledge { state.withLock { $0 } }

    /// Nil for files, which tell nothing that could be asked.
    func start() -> WorkerThread? {
        guard case .server(var options) = location else { return nil }
        options.readTimeoutSeconds = Self.answerSeconds
        options.writeTimeoutSeconds = Self.answerSeconds
        return WorkerThread(name: "watch") { [self, options] in
            let source = SourceServer(options)
            server.withLock { $0 = source.stopper }
            while !stopping.isSet {
                var pause = Self.intervalSeconds
                let begin = Timestamp.monotonicSeconds
                let time = Timestamp.nowMicroseconds
                do {
                    let logs = try source.binaryLogs()
                    let retention = try source.retention()
                    state.withLock { $0.learn(logs, retention, time: time) }
                    // Not so where there was no answer: to wait for one was no work for the server.
                    let took = Timestamp.monotonicSeconds - begin
                    pause = max(pause, min(took / Self.share, Self.longestPauseSeconds))
                } catch {
                    state.withLock { $0.learn(failure: String(describing: error)) }
                }
                if stopping.wait(seconds: pause) { return }
            }
        }
    }

    func stop() {
        stopping.set()
        server.withLock { $0 }?.stop()
    }
}
