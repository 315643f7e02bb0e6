import BinlogReader
import Rows
import Synchronization

/// Counts changes that were logged as text and passed over, each once however often it is read, and says when it is time to
/// tell of one: the first ones, and then one a minute.
final class SkippedStatements: Sendable {
    private struct State {
        var count = 0
        /// In the log that is read now.
        var last: (position: BinlogPosition, ordinal: Int)?
        /// By the monotonic clock.
        var toldAt = -Double.infinity
    }

    private static let toldCount = 5
    private static let quietSeconds = 60.0

    private let state = Mutex(State())

    var count: Int { state.withLock { $0.count } }

    /// Takes note of one. Returns how many there were, if that is to be told.
    func note(_ statement: SkippedStatement, now: Double = Timestamp.monotonicSeconds) -> Int? {
        state.withLock { state in
            // Read again, after a lost connection.
            if let last = state.last, !last.position.isBefore(statement.position),
                statement.position.isBefore(last.position) || statement.ordinal <= last.ordinal
            {
                return nil
            }
            state.last = (statement.position, statement.ordinal)
            state.count += 1
            guard state.count <= Self.toldCount || now - state.toldAt >= Self.quietSeconds else { return nil }
            state.toldAt = now
            return state.count
        }
    }

    /// Another server is followed: places in the last one's log say nothing of what was counted in this one's.
    func moved() {
        state.withLock { $0.last = nil }
    }
}

extension PipelineRun {
    /// What a reader of this pipeline does with changes that were logged as text; nil: they end the reading.
    var skipsStatement: (@Sendable (SkippedStatement) -> Void)? {
        guard pipeline.settings.skipsStatementChanges else { return nil }
        return { [progress = pipeline.progress, log] statement in
            guard let count = progress.skippedStatements.note(statement) else { return }
            log.warn(
                "a change that was logged as text, not as rows, is passed over: the target lacks it",
                [
                    "statement": statement.keyword, "table": statement.table, "position": "\(statement.position)",
                    "skipped": "\(count)",
                ])
        }
    }
}
