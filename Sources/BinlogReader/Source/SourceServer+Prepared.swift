internal import MySQLClient

extension SourceServer {
    /// What XA RECOVER lists, for `check`: transactions that wait for their end. None where the account may not see them
    /// (MySQL's XA_RECOVER_ADMIN): nothing here depends on that.
    public func preparedNotices() throws(StreamError) -> [String] {
        let count: Int
        do {
            count = try ask("XA RECOVER").rows.count
        } catch let error as MySQLError where error.code == 1401 || Self.lacksPrivilege(error) {  // ER_XAER_RMERR
            return []
        } catch {
            throw explain(error)
        }
        guard count > 0 else { return [] }
        return [
            "XA transactions are prepared on the server and not ended: \(count) (XA RECOVER lists them). Their rows come with "
                + "XA COMMIT, as changes of that moment; until then they hold their locks, and their XA PREPARE must stay in "
                + "the log or with us. Where nobody is left to end them: XA COMMIT or XA ROLLBACK by hand"
        ]
    }
}
