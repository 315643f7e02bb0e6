import Rows
import Sinks

// Whose log a checkpoint's positions are places in. It stands in front of the settings, in the text that stores take as it
// is: so it changes when all lanes' positions do, and at no other time.
extension PipelineCheckpoint {
    /// In the words of `SourceServer.logIdentity()`; nil: not known, as of files, and of checkpoints of versions before.
    var server: String? {
        get { Self.split(mapping).server }
        set { mapping = Self.join(newValue, plan) }
    }

    /// The text of a ``TargetPlan``.
    var plan: String {
        get { Self.split(mapping).plan }
        set { mapping = Self.join(server, newValue) }
    }

    private static let keyword = "source "

    private static func split(_ text: String) -> (server: String?, plan: String) {
        guard text.hasPrefix(keyword), let end = text.firstIndex(of: "\n") else { return (nil, text) }
        return (String(text[..<end].dropFirst(keyword.count)), String(text[text.index(after: end)...]))
    }

    private static func join(_ server: String?, _ plan: String) -> String {
        server.map { keyword + $0 + "\n" + plan } ?? plan
    }

    /// What some lane has not passed: all before it is applied, and of what follows the transactions that all lanes have.
    /// Behind a failover a lane may have some of those that follow: one that only this log has, and no lane, comes first.
    var lowest: ResumePosition? {
        guard var lowest = lanes.map(\.resume).min(by: { $0.position.isBefore($1.position) }) else { return nil }
        for lane in lanes { lowest.gtids = GTIDBound.common(lowest.gtids, lane.resume.gtids) }
        return lowest
    }
}
