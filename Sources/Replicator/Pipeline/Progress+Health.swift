extension Progress.Snapshot {
    /// How long nothing has come of what is under way, where nothing comes of it longest.
    func stuckSeconds(now: Double) -> Double {
        efforts.filter { $0.key != .start || $0.value.hasFailed }.values.map { now - $0.stuckSince }.max() ?? 0
    }

    /// What has been waited for longest, if anything is.
    var longestSilence: Effort.Attempt? {
        efforts.values.compactMap(\.attempt).min { $0.silentSince < $1.silentSince }
    }

    /// Says what is waited for where that takes longer than `patience`: else the last error says what is wrong.
    func silence(now: Double, patience: Double = PipelineState.patienceSeconds) -> Progress.Failure? {
        guard let longestSilence, now - longestSilence.silentSince > patience else { return nil }
        return Progress.Failure(
            message: longestSilence.description(now: now), microseconds: Timestamp.nowMicroseconds)
    }

    /// The write that has been under way longest, tries before included: since when, and since when the sink has not
    /// answered it. Nil: none is.
    var longestWrite: (began: Double, silentSince: Double)? {
        efforts.compactMap { part, effort in
            guard case .lane = part else { return nil }
            return (effort.began, effort.attempt?.silentSince ?? effort.stuckSince)
        }.min { $0.began < $1.began }
    }
}
