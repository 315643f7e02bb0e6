import Foundation

/// What `replicator.conf` says: one source, and a pipeline for each sink.
public struct Configuration: Sendable {
    public struct Source: Sendable {
        public var url: String
        public var tables: TablePatterns
        public var passwordFile: String?
        /// Of files: what the tables are where reading begins.
        public var schema: String?
        /// By ``TLSOptions/names``: they win over those in the URL.
        public var tls: [String: String] = [:]
        /// `compress = yes | no`; nil: as the URL says.
        public var compresses: Bool?
        /// Server ids of our dump connections begin here; 0: derived from the host's name.
        public var serverIDBase: UInt32
        public var heartbeatSeconds: Double
        /// How long a server that lacks what was read of another may take to get it.
        public var failoverWaitSeconds: Double
        /// Where each key stands in the file.
        var lines: [String: Int]
    }

    public struct Sink: Sendable {
        public enum Unmapped: String, Sendable { case copy, ignore }

        public var name: String
        public var url: String
        /// A mapping file, or a folder of them.
        public var mappings: String?
        public var unmapped: Unmapped
        public var keyBy: String
        public var lanes: Int
        /// `cascades = ignore`: tables are taken although foreign keys change rows of them that the source does not log.
        public var ignoresCascades: Bool
        /// `statement-changes = skip`: changes that the source logged as text, not as rows, are passed over.
        public var skipsStatementChanges: Bool
        /// What the sink itself reads.
        public var options: [String: String]
        /// Of the section.
        public var line: Int
        /// Where each key stands in the file.
        var lines: [String: Int]
    }

    public var path: String
    public var source: Source
    public var sinks: [Sink]
    /// SQLite file with the checkpoints of sinks that keep none; its lock keeps a second daemon out.
    public var stateFile: String
    /// The Unix socket on which the daemon takes commands.
    public var socketPath: String
    /// Where the daemon answers HTTP; nil: nowhere.
    public var http: HTTPAddress?
    /// Transactions up to this size are never split.
    public var transactionByteCount: Int
    public var logsJSON: Bool

    /// Relative paths in the file are relative to its own folder.
    public var folder: String { (path as NSString).deletingLastPathComponent }

    func resolve(_ path: String) -> String {
        path.hasPrefix("/") || folder.isEmpty ? path : folder + "/" + path
    }
}
