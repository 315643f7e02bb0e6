import BinlogReader
import MySQLClient

extension Checker {
    /// Where several servers are named: what keeps each of them from being followed, and from taking another one's place.
    /// Turns `source` to one that answers.
    func otherServers(of source: any PipelineSource, _ report: inout Report) -> [String] {
        guard case .server(let hosts)? = try? configuration.sourceLocation(), hosts.count > 1 else { return [] }
        source.turnToOneThatAnswers()
        var findings: [String] = []
        var seen: [Seen] = []
        for options in hosts {
            do {
                let server = SourceServer(options)
                let own = Seen(
                    options: options, identity: try server.logIdentity(), version: try server.version(),
                    gtids: try server.latest(serverID: UInt32.max).gtid)
                findings += (try server.inspect().problems + server.failoverProblems()).map { "\(options): \($0)" }
                for notice in try server.failoverNotices() { report.add("source: note: \(options): \(notice)") }
                for other in seen {
                    if let conflict = own.conflict(with: other) {
                        findings.append(conflict)
                    } else {
                        own.lacks(of: other, server).map { report.add("source: note: \($0)") }
                    }
                }
                seen.append(own)
            } catch {
                findings.append(String(describing: error))
            }
        }
        return findings
    }

    /// A server that has answered.
    private struct Seen {
        let options: ConnectionOptions
        let identity: String
        let version: ServerVersion
        let gtids: String

        func conflict(with other: Seen) -> String? {
            if identity == other.identity { return "\(other.options) and \(options) are one server: name it once" }
            guard version.flavour != other.version.flavour else { return nil }
            return
                "\(other.options) is \(other.version) and \(options) is \(version): one cannot take the other's place"
        }

        /// What `other` has and this one, which is asked by `server`, has not.
        func lacks(of other: Seen, _ server: SourceServer) -> String? {
            do {
                let missing = try server.missing(of: other.gtids)
                guard !missing.isEmpty else { return nil }
                return
                    "\(options) has not had \(missing) of \(other.options): it may be a replica that is behind for now, or "
                    + "none of it"
            } catch {
                return "whether \(options) has had all that \(other.options) has could not be asked: \(error)"
            }
        }
    }
}
