/// Where a reader that begins in the middle of a log looks back for what was prepared in front of that.
extension ReaderOptions {
    /// Asks `server`, as the replica `serverID`, which nobody else is at the same time.
    public mutating func looksBack(on server: SourceServer, serverID: UInt32) {
        earlierLog = { try server.search(serverID: serverID) }
    }

    /// Looks into the binlog file, or the folder of them, that `path` names.
    public mutating func looksBack(inFiles path: String) {
        earlierLog = { try FileSource.search(path) }
    }
}
