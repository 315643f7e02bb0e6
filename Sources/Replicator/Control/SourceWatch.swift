import BinlogReader
import MySQLClient
import Synchronization

/// Asks the source server now and then where its log ends and what it keeps, over a connection of its own and from a
/// thread of its own: a dead source holds up nothing but the next answer. Of several servers it asks the one that is
/// followed; where pipelines follow different ones, the first pipeline's.
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
    private let server = StreamStopper()
    private let followed: @Sendable () -> ConnectionOptions?

    /// - Parameter followed: the server that is followed now; nil: not known, so the first.
    init(_ location: SourceLocation, followed: @escaping @Sendable () -> ConnectionOptions? = { nil }) {
        self.location = location
        self.followed = followed
        switch location {
        case .server(let hosts): label = "mysql://\(SourceHosts(hosts).label)"
        case .files(let path): label = "file:\(path)"
        }
    }

    var knowledge: SourceKnowledge { state.withLock { $0 } }

    /// Nil for files, which tell nothing that could be asked.
    func start() -> WorkerThread? {
        guard case .server(let hosts) = location else { return nil }
        return WorkerThread(name: "watch") { [self] in
            var options = hosts[0]
            var source = ask(options)
            while !stopping.isSet {
                if let followed = followed(), followed.description != options.description {
                    options = followed
                    source = ask(options)
                }
                var pause = Self.intervalSeconds
                let begin = Timestamp.monotonicSeconds
                let time = Timestamp.nowMicroseconds
                do {
                    let server = try source.logIdentity()
                    let logs = try source.binaryLogs()
                    let retention = try source.retention()
                    state.withLock { $0.learn(logs, retention, of: server, time: time) }
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

    private func ask(_ options: ConnectionOptions) -> SourceServer {
        var options = options
        options.readTimeoutSeconds = Self.answerSeconds
        options.writeTimeoutSeconds = Self.answerSeconds
        return SourceServer(options, stopper: server)
    }

    func stop() {
        stopping.set()
        server.stop()
    }
}
