/// Why a server's stream ended, or could not begin. Its description is one line for an operator.
public struct StreamError: Error, Equatable, Sendable {
    public enum Kind: Sendable {
        /// The connection broke, the server goes down, or someone killed the session. A new connection may do better.
        case connectionLost
        /// Nobody listens there, for now.
        case unreachable
        /// The server is up, and takes no more connections for now.
        case busy
        /// Nothing came for two heartbeats. A new connection may do better.
        case stalled
        /// ``StreamStopper/stop()`` was called.
        case stopped
        /// The place to read from is gone from the server's binary log.
        case purged
        /// The server never had, or no longer has, such a place: its log was reset, lost its end, or is another one.
        case unknownPosition
        /// Another server answers than the one whose position it is.
        case anotherServer
        /// The server has not had all that was read from another one: yet, or ever.
        case behind
        /// The server ended this stream because another one came with the same server id.
        case replaced
        /// Wrong user or password, or the account lacks a privilege.
        case denied
        /// The server does not write a binary log, or is one that cannot be followed.
        case unsuitable
        /// The server cannot read its own log there.
        case corrupt
        /// An answer that the protocol does not know, or an error that none of the above names.
        case other
    }

    public var kind: Kind
    public var message: String

    public init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    /// Reading may go on over a new connection. What is not named above never is: better to stop than to try for ever
    /// what cannot succeed.
    public var isRetriable: Bool {
        switch kind {
        case .connectionLost, .unreachable, .busy, .stalled: true
        case .stopped, .purged, .unknownPosition, .anotherServer, .behind, .replaced, .denied, .unsuitable, .corrupt,
            .other:
            false
        }
    }
}

extension StreamError: CustomStringConvertible {
    public var description: String { message }
}
