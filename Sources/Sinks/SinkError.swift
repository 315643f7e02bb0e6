/// Why a target did not take what it was given. The text names what and where, and never holds row data or a password.
public struct SinkError: Error, Equatable, Sendable {
    /// What the caller does about it.
    public enum Disposition: Equatable, Sendable {
        /// Try the same again, with backoff: a lost connection, a lock, a busy target.
        case retriable
        /// This change collides with the target's contents: its case's policy decides.
        case rejected(Collision)
        /// Another process has taken the pipeline over (its epoch is higher): stop, and write nothing more.
        case fenced
        /// Whoever read the output has gone, and wants no more: `tail` ends quietly, a pipeline stops.
        case closed
        /// Stop the pipeline, without moving its checkpoint.
        case fatal
    }

    /// The collision cases of a target table that a sink cannot settle by itself.
    public enum Collision: String, Sendable {
        case uniqueClash = "unique-clash"
        case missingParent = "missing-parent"
        case childExists = "child-exists"
        case invalidValue = "invalid-value"
    }

    public let disposition: Disposition
    /// One line: what went wrong, where, and where it helps how to mend it.
    public let message: String
    /// The change that was refused, where one is to blame: target table (`database.table`) and source position.
    public let table: String?

    public init(_ disposition: Disposition, _ message: String, table: String? = nil) {
        self.disposition = disposition
        self.message = message
        self.table = table
    }
}

extension SinkError: CustomStringConvertible {
    public var description: String { message }
}
