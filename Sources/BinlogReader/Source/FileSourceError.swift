/// Why binlog files could not be read. One line for the operator: what, where, how to mend it.
public struct FileSourceError: Error, Equatable, Sendable {
    public enum Kind: Equatable, Sendable {
        /// No such file or folder, no permission, or the disk failed.
        case unreadable
        /// A folder without binlog files, or with those of several servers.
        case notAFolderOfLogs
        /// A file's first bytes are not those of a binary log.
        case notALog
        case encrypted
        /// A file of the sequence is missing.
        case gap
        /// The file ends in the middle of an event.
        case truncated
        /// What should be an event cannot be one.
        case corrupt
        /// The start is not in the files, or not where an event begins.
        case badStart
    }

    public let kind: Kind
    public let message: String

    init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }
}

extension FileSourceError: CustomStringConvertible {
    public var description: String { message }
}
