import BinlogReader
import MySQLClient
import Synchronization

/// The servers that a source's URL names, and which of them is asked now. One a pipeline, over all its runs: which server a
/// pipeline follows is its own matter. Used from any thread.
final class SourceHosts: Sendable {
    /// In the URL's order; never empty.
    let all: [ConnectionOptions]
    private let turn: Mutex<SourceTurn>

    /// - Parameter waitSeconds: see ``SourceTurn``.
    init(_ all: [ConnectionOptions], waitSeconds: Double = SourceHosts.defaultWaitSeconds) {
        precondition(!all.isEmpty, "a source has at least one server")
        self.all = all
        turn = Mutex(SourceTurn(count: all.count, waitSeconds: waitSeconds))
    }

    static let defaultWaitSeconds = 60.0

    var areSeveral: Bool { all.count > 1 }

    /// Whom to ask now.
    var current: ConnectionOptions { all[turn.withLock { $0.index }] }

    /// `user@host:port,host:port`
    var label: String {
        all.dropFirst().reduce(all[0].description) { $0 + "," + ($1.description.split(separator: "@").last ?? "") }
    }

    /// What is tried was refused, or lost. Whether another try may do better: the next one is at ``current``.
    func goesOn(after error: any Error) -> Bool {
        guard let failure = SourceTurn.Failure(error) else { return false }
        return turn.withLock { $0.goesOn(after: failure, now: Timestamp.monotonicSeconds) }
    }

    /// The log comes.
    func succeeded() {
        turn.withLock { $0.succeeded() }
    }

    /// Whether one that takes no more sessions for now, and may be the one to go on with, is to be waited for.
    var waitsForBusy: Bool { turn.withLock { $0.waitsForBusy(now: Timestamp.monotonicSeconds) } }

    /// The others, each to be asked on its own; and what makes one of them the one to ask.
    var others: [(options: ConnectionOptions, choose: () -> Void)] {
        let index = turn.withLock { $0.index }
        return all.indices.filter { $0 != index }.map { other in
            (all[other], { [self] in turn.withLock { $0.index = other } })
        }
    }
}

/// Whose turn it is among a source's servers, in their order, round and round. Pure: times come in, seconds of the monotonic
/// clock.
///
/// A session that is lost is tried once more at the same server, which may only have ended that; and again for `waitSeconds`
/// where the one that was followed is up and takes no more sessions, which is no reason to leave it. A server that answers and
/// cannot be followed (it lacks what was read elsewhere, or has purged what comes next) may be able to in a while, and one
/// that is down now may be up by then: such refusals are final where they have gone on for `waitSeconds`.
struct SourceTurn: Sendable {
    enum Failure: Equatable, Sendable {
        /// There was a session, and it is gone.
        case lost
        /// No session came about.
        case unreachable
        /// Nor here, where the server is up: it takes no more.
        case busy
        /// The server answers, and what it says keeps it from being followed.
        case refused
        /// Likewise, and time may mend it.
        case behind
    }

    let count: Int
    let waitSeconds: Double
    var index = 0
    /// Lost, and tried once more.
    private var isSecondTry = false
    /// Since the last success.
    private var refusedSince: Double?
    /// In a row, that nothing but another server can mend.
    private var refusals = 0
    /// The one that was followed last.
    private var followed: Int?
    /// Since the last success.
    private var busySince: Double?

    init(count: Int, waitSeconds: Double) {
        self.count = count
        self.waitSeconds = waitSeconds
    }

    mutating func goesOn(after failure: Failure, now: Double) -> Bool {
        if failure == .busy, index == followed, waitsForBusy(now: now) { return true }
        switch failure {
        case .lost where !isSecondTry:
            isSecondTry = true
            return true
        case .lost, .unreachable, .busy:
            refusals = 0
        case .refused, .behind:
            refusals = failure == .refused ? refusals + 1 : 0
            let since = refusedSince ?? now
            refusedSince = since
            guard now - since < waitSeconds, refusals < count else { return false }
        }
        index = (index + 1) % count
        isSecondTry = false
        return true
    }

    /// Whether one that takes no more sessions, and that it would be best to go on with, is still waited for.
    mutating func waitsForBusy(now: Double) -> Bool {
        let since = busySince ?? now
        busySince = since
        return now - since < waitSeconds
    }

    mutating func succeeded() {
        isSecondTry = false
        refusedSince = nil
        refusals = 0
        followed = index
        busySince = nil
    }
}

extension SourceTurn.Failure {
    /// Nil: no other server, and no other time, helps.
    init?(_ error: any Error) {
        if let error = error as? MySQLError {
            guard error.isConnectionLost || error.isUnreachable else { return nil }
            self = error.isConnectionLost ? .lost : error.isBusy ? .busy : .unreachable
            return
        }
        switch (error as? StreamError)?.kind {
        case .connectionLost, .stalled: self = .lost
        case .unreachable: self = .unreachable
        case .busy: self = .busy
        case .behind: self = .behind
        case .purged, .unknownPosition, .denied, .unsuitable, .corrupt, .other: self = .refused
        case .anotherServer, .stopped, .replaced, nil: return nil
        }
    }
}
