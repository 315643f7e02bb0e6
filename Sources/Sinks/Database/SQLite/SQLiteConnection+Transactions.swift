extension SQLiteConnection {
    /// Begins a transaction that writes: takes the file's one write lock now rather than at the first write.
    public func beginImmediate() throws(SQLiteError) {
        try execute("BEGIN IMMEDIATE")
    }

    public func commit() throws(SQLiteError) {
        try execute("COMMIT")
    }

    /// Ends an open transaction, leaving nothing of it; does nothing where an error has ended it already.
    public func rollBack() {
        guard isInTransaction else { return }
        // ROLLBACK fails only if reading the old pages back does; then the journal still has them for the next open.
        try? execute("ROLLBACK")
    }

    /// Runs `body` in one transaction that writes; rolls back if it or the commit throws.
    public func withTransaction<Result>(
        _ body: () throws(SinkError) -> Result
    ) throws(SinkError) -> Result {
        try SinkError.wrapping { () throws(SQLiteError) in try beginImmediate() }
        let result: Result
        do throws(SinkError) {
            result = try body()
        } catch {
            rollBack()
            throw error
        }
        do throws(SQLiteError) {
            try commit()
        } catch {
            rollBack()
            throw SinkError(error)
        }
        return result
    }
}
