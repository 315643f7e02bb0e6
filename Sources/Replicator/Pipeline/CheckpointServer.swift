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

    /// What some lane has not passed: all before it is applied.
    var lowest: ResumePosition? {
        lanes.map(\.resume).min { $0.position.isBefore($1.position) }
    }
}
