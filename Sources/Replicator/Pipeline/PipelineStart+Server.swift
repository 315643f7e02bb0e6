import Sinks

// A checkpoint that is of another server than the one that is followed now.
extension PipelineStart {
    /// Turns to the server whose log the checkpoint's positions are in, if another one of those named is it: there, each lane
    /// knows what it has applied. Returns whether another one is asked now.
    func seekServer(of stored: PipelineCheckpoint?) throws -> Bool {
        // Later, the one that was followed has just been lost.
        guard !pipeline.hasClaimed, let server = stored?.server else { return false }
        return pipeline.source.seek(server)
    }

    /// `stored` with positions in the log of `server`, which is asked now; as it is if they are.
    ///
    /// The GTIDs in front of a position say which transactions are applied; what a lane has applied behind that it says by
    /// file and offset, which mean nothing in another log. So all lanes go on from the lowest position: what some had
    /// applied behind that is applied again, row by row and whole (the log has full images), and ends the same; or stops at
    /// a row that clashes with a newer one in a unique key besides the primary.
    func moved(_ stored: PipelineCheckpoint, to server: String?) throws -> PipelineCheckpoint {
        guard let server, stored.server != server, let lowest = stored.lowest else { return stored }
        var moved = stored
        moved.server = server
        // A version that did not say whose its positions are. Where one server is named, it has always been that.
        guard isMove(from: stored, to: moved) else { return moved }
        let place = try pipeline.source.place(of: lowest, having: partlyApplied)
        moved.lanes = stored.lanes.map { _ in LaneCheckpoint(resume: place, applied: nil) }
        return moved
    }

    /// Whether `moved` has positions in another log than `stored`.
    func isMove(from stored: PipelineCheckpoint, to moved: PipelineCheckpoint) -> Bool {
        stored.server != moved.server && (stored.server != nil || pipeline.source.hasSeveralServers)
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
        guard stored.lanes.contains(where: { $0.applied != nil || $0.resume != old }) else { return }
        pipeline.log.warn(
            "changes behind that place which the target has already are applied again, since only the other server's log "
                + "tells which; rows end the same, unless one clashes with a newer row in another unique key, which stops "
                + "the pipeline. Changes that were lost with that server stay in the target: replicator verify shows them",
            ["gtids": new.gtids])
    }
}
