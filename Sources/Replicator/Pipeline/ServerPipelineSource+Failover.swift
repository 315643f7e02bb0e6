import BinlogReader
import MySQLClient
import Rows
import Sinks

// One server in another's place.
extension ServerPipelineSource {
    func logIdentity() throws -> String? { try ask().logIdentity() }

    var followed: ConnectionOptions? { hosts.current }

    func requireKind(of gtids: String) throws {
        let version = try ask().version()
        guard (GTIDSet(gtids) != nil) != (version.flavour == .mySQL) else { return }
        throw PlanError(
            "\(gtids) is no GTID of this source: it is \(version), whose GTIDs look like "
                + (version.flavour == .mySQL ? "uuid:1-5" : "0-1-100"))
    }

    /// Has what is known of tables in the log that the checkpoint is of as long as it is of that, whoever is asked in between:
    /// a start may end before another server has taken the former one's place.
    func keepFormer(_ former: FormerPlace?) throws {
        guard let log = try former.map(\.log) ?? logIdentity() else { return }
        do {
            if let stored = try schemas.load(), stored.log == log {
                if former != nil { try formerSchemas.replace(with: stored) }
            } else if let kept = try formerSchemas.load(), kept.log == log {
                try schemas.replace(with: kept)
            }
        } catch is SchemaStoreDamage {
            // It is built anew, and said so, where it is taken up.
        }
    }

    var hasSeveralServers: Bool { hosts.areSeveral }

    func seek(_ identity: String, say: (_ error: String) -> Void) throws -> Bool {
        if try ask().logIdentity() == identity { return false }
        var errors: [StreamError] = []
        for other in hosts.others {
            do throws(StreamError) {
                guard try SourceServer(other.options, stopper: questions).logIdentity() == identity else { continue }
                other.choose()
                return true
            } catch {
                if error.kind == .stopped { throw error }
                errors.append(error)
            }
        }
        if let busy = errors.first(where: { $0.kind == .busy }), hosts.waitsForBusy { throw busy }
        for error in errors { say(error.description) }
        return false
    }

    func turnToOneThatAnswers() {
        // Each twice: a session that is lost is tried once more.
        for _ in 0..<2 * hosts.all.count {
            do {
                _ = try logIdentity()
                return
            } catch {
                guard goesOn(after: error) else { return }
            }
        }
    }

    /// By GTID: offsets in one server's log say nothing in another's.
    /// - Parameter gtid: a transaction of which a part was applied, and which the server must have too.
    func place(of resume: ResumePosition, having gtid: String?) throws -> ResumePosition {
        let server = ask()
        guard !resume.gtids.isEmpty else {
            guard try server.hasWholeLog(serverID: session.serverID) else {
                throw StreamError(
                    .purged,
                    "\(options) is another server than the one whose log was read up to \(resume.position), no GTIDs in front "
                        + "of that tell the place in its log, and that has not all from the first transaction on. Ways out: "
                        + "connect to the other server again; or begin anew, with --start earliest --reset-checkpoint")
            }
            return ResumePosition(position: try server.earliest(), gtids: "", commitMicroseconds: 0)
        }
        // Of MariaDB's lists each member is looked at; MySQL's sets are joined the same way.
        let read = [resume.gtids, gtid].compactMap(\.self).joined(separator: ",")
        let missing = try server.missing(of: read)
        guard missing.isEmpty else {
            throw StreamError(
                .behind,
                "\(options) has not had \(missing), which was read from another server: it has still to catch up, or these "
                    + "transactions were lost with that one, and the target has changes that this server has not. Ways "
                    + "out: start that server again, or a replica that has them, and have it in url; or bring the target "
                    + "up to date by other means (verify shows what differs), and begin anew with --start POSITION "
                    + "--reset-checkpoint")
        }
        let position = try server.position(after: resume.gtids, serverID: session.serverID)
        return ResumePosition(
            position: position, gtids: resume.gtids, commitMicroseconds: resume.commitMicroseconds)
    }
}
