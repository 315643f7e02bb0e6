public import MySQLClient
public import Rows

/// Where a server's stream begins.
public enum StreamStart: Equatable, Sendable {
    case position(BinlogPosition)
    /// Right after these: MariaDB's `gtid_slave_pos`, one GTID a domain: `0-1-100,1-1-7`; or what is not in this set of
    /// MySQL's: `uuid:1-5`. Empty: the log's first.
    case gtid(String)
}

extension StreamStart: CustomStringConvertible {
    public var description: String {
        switch self {
        case .position(let position): position.description
        case .gtid(let text): text.isEmpty ? "(none)" : text
        }
    }
}

/// How a stream talks to its server.
public struct ServerStreamOptions: Sendable {
    public var connection: ConnectionOptions
    /// Who we are among the server's replicas. A server ends an older stream when one with the same id begins.
    public var serverID: UInt32
    /// How long the server may have nothing to say before it says so. After twice that in silence it is given up.
    public var heartbeatSeconds: UInt32 = 10
    /// What `SHOW REPLICA HOSTS` on the server calls us.
    public var reportHost = "replicator"
    /// The server's ``SourceServer/logIdentity()``, if the stream is to come from no other one; else
    /// ``StreamError/Kind/anotherServer`` is thrown.
    public var expectedIdentity: String?
    /// At the end of the log, end the stream (``SourceRead/end``) and do not wait for more.
    public var endsAtEnd = false
    /// Whether events come with the checksums that the log has; else without any.
    var wantsChecksums = true
    /// Whether MariaDB sends ANNOTATE_ROWS events too, of which nothing is taken; nil: where it must.
    var wantsAnnotations: Bool?
    /// Whether MySQL's heartbeats are of version 2, which say in 64 bits how far the server is. Nothing needs it: events
    /// are counted.
    var wantsLargeHeartbeats = false

    public init(connection: ConnectionOptions, serverID: UInt32) {
        self.connection = connection
        self.serverID = serverID
    }
}
