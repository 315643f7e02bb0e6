import BinlogReader
import Rows
import Sinks

// A checkpoint that is of another server than the one that is followed now.
extension PipelineStart {
    /// Turns to the server whose log the checkpoint's positions are in, if another one of those named is it: there, each lane
    /// knows what it has applied. Returns whether another one is asked now.
    func seekServer(of stored: PipelineCheckpoint?) throws -> Bool {
        // Later, the one that was followed has just been lost.
        guard !pipeline.hasClaimed, let server = stored?.server else { return false }
        return try pipeline.source.seek(server) { error in
            pipeline.log.warn(
                "a server does not answer that may be the one whose log the checkpoint is of; another one is asked to take its "
                    + "place", ["error": error])
        }
    }

    /// `stored` with positions in the log of `server`, which is asked now; as it is if they are.
    ///
    /// GTIDs say in any log which transactions a lane has applied; how far it has come inside one it says by file and offset,
    /// which mean nothing in another log. So such a transaction is applied again from its start, row by row and whole (the log
    /// has full images), and ends the same; or stops at a row that clashes with a newer one in a unique key besides the
    /// primary.
    func moved(_ stored: PipelineCheckpoint, to server: String?) throws -> PipelineCheckpoint {
        guard let server, stored.server != server else { return stored }
        var moved = stored
        moved.server = server
        // A version that did not say whose its positions are. Where one server is named, it has always been that.
        guard isMove(from: stored, to: moved) else { return moved }
        var places: [String: ResumePosition] = [:]
        moved.lanes = try stored.lanes.map { lane in
            var reached = lane.resume
            if let gtids = lane.furtherGTIDs, !gtids.isEmpty { reached.gtids = gtids }
            let place = try places[reached.gtids] ?? pipeline.source.place(of: reached, having: partlyApplied)
            places[reached.gtids] = place
            return LaneCheckpoint(resume: place, applied: nil)
        }
        return moved
    }

    /// Whether `moved` has positions in another log than `stored`.
    func isMove(from stored: PipelineCheckpoint, to moved: PipelineCheckpoint) -> Bool {
        stored.server != moved.server && (stored.server != nil || pipeline.source.hasSeveralServers)
    }

    /// Where `moved` is to be read from, as a place in the log that `stored` has its positions in. Nil: that is the same log,
    /// or no lane stands there alone.
    func formerPlace(of moved: PipelineCheckpoint, before stored: PipelineCheckpoint) -> FormerPlace? {
        guard isMove(from: stored, to: moved), let lowest = moved.lowest,
            let index = moved.lanes.firstIndex(where: { $0.resume == lowest }), index < stored.lanes.count
        else { return nil }
        let lane = stored.lanes[index]
        // Inside the last transaction that is applied, so behind all statements in front of that.
        return FormerPlace(
            position: lane.furtherGTIDs?.isEmpty == false ? lane.reached : lane.resume.position, log: stored.server)
    }

    /// Says that positions are other ones now.
    func tellMove(_ stored: PipelineCheckpoint, _ moved: PipelineCheckpoint) {
        guard let old = stored.lowest, let new = moved.lowest else { return }
        pipeline.log.warn(
            "another server is followed now, from where the GTIDs say",
            [
                "source": pipeline.source.label, "position": "\(new.position)", "gtids": new.gtids,
                "before": "\(old.position)",
            ])
        pipeline.progress.moved()
        guard stored.lanes.contains(where: { $0.applied != nil && $0.furtherGTIDs == nil }) else { return }
        pipeline.log.warn(
            "changes behind that place which the target has already are applied again, since only the other server's log "
                + "tells which; rows end the same, unless one clashes with a newer row in another unique key, which stops "
                + "the pipeline. Changes that were lost with that server stay in the target: replicator verify shows them",
            ["gtids": new.gtids])
    }
}

extension LaneCheckpoint {
    /// ``appliedGTIDs``, unless `resume` has come further since: of a transaction in parts, only the last one that is the
    /// lane's and comes with the end brings GTIDs.
    fileprivate var furtherGTIDs: String? {
        appliedGTIDs.flatMap { GTIDBound(resume.gtids).isCovered(by: $0) ? $0 : nil }
    }
}
