import Sinks

/// Something that a part of a pipeline has begun and not brought to a good end yet: a write, a question, a connection that
/// was lost. Pure: times come in, seconds of the monotonic clock.
///
/// Since when nothing has come of it, ``stuckSince``, is what a pipeline's health is decided by: the last answer of whoever
/// is worked with or, after a failure, the last answer before that. What was tried again and got on a little, only to fail
/// again, is not well.
struct Effort: Sendable {
    enum Work: Equatable, Sendable {
        case write(rows: Int)
        case checkpoint
        case question
    }

    /// What waits for an answer now; nil between two tries.
    private(set) var attempt: Attempt?
    /// When the first try began.
    let began: Double
    private var failedSince: Double?

    struct Attempt: Sendable {
        var work: Work
        /// Who is to answer, as messages name it.
        var target: String
        var began: Double
        /// Beats at each answer.
        var pulse: Pulse?

        var silentSince: Double { max(began, pulse?.lastBeat ?? 0) }

        /// `mysql://…/warehouse has not answered for 7 s: a write of 1 row waits for it`
        func description(now: Double) -> String {
            let seconds = max(0, Int(now - silentSince))
            return "\(target) has not answered for \(seconds) s: \(work) waits for it"
        }
    }

    init(_ attempt: Attempt) {
        began = attempt.began
        self.attempt = attempt
    }

    /// Begun, and failed at once.
    init(failedAt now: Double) {
        began = now
        failedSince = now
    }

    mutating func tryAgain(_ attempt: Attempt) {
        self.attempt = attempt
    }

    mutating func listen(to pulse: Pulse?) {
        attempt?.pulse = pulse
    }

    /// The try is over, however it went.
    mutating func end() {
        attempt = nil
    }

    mutating func fail(at now: Double) {
        failedSince = min(failedSince ?? now, attempt?.silentSince ?? now)
        attempt = nil
    }

    var hasFailed: Bool { failedSince != nil }

    var stuckSince: Double { failedSince ?? attempt?.silentSince ?? began }
}

extension Effort.Work: CustomStringConvertible {
    var description: String {
        switch self {
        case .write(let rows): "a write of \(rows) \(rows == 1 ? "row" : "rows")"
        case .checkpoint: "a checkpoint"
        case .question: "a question"
        }
    }
}
