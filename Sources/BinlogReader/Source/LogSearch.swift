internal import MySQLClient
public import Rows

/// Where the changes since a point in time begin in a log.
public enum TimePlace: Equatable, Sendable {
    /// `position` is where the first transaction begins that was committed then or later. `previousMicroseconds`: when
    /// the one before it was committed, since 1970 UTC; 0 if none was looked at. `logBegins`: the log as a whole began
    /// later, at this time, and nothing came before it.
    case found(BinlogPosition, previousMicroseconds: Int64, logBegins: Int64?)
    /// Nothing was committed since: the log ends there.
    case end(BinlogPosition, previousMicroseconds: Int64, logBegins: Int64?)
    /// The log's oldest file was begun later, and what was logged before is gone.
    case gone(oldest: String, begins: Int64)
}

/// Finds the first transaction of a log that was committed at or after a point in time.
///
/// Times in a log do not only rise: MariaDB's are those at which the statement began that committed (so are the times at
/// which files were begun), MySQL's jump with the server's clock. "First" is by place in the log. The search takes the
/// last file that was begun before the time, and reads on from its head. Where it sees no transaction of before the
/// time there, the file may have been begun later than its head says, so the file before is looked through too.
struct LogSearch {
    /// Names in the order of the log; not empty.
    let files: [String]
    /// Opens the log at the head of a file, to be read to the log's end of now.
    let open: (BinlogPosition) throws -> any EventSource

    func place(of time: Int64) throws -> TimePlace {
        var index = try lastFile { $0.microseconds < time }
        var logBegins: Int64?
        if index == nil, let head = try head(of: files[0]) {
            guard isFirst(head, files[0]) else { return .gone(oldest: files[0], begins: head.microseconds) }
            logBegins = head.microseconds
            index = 0
        }
        var file = index ?? 0
        var result = try scan(from: file, only: false, time)
        while !result.sawEarlier, file > 0 {
            file -= 1
            let before = try scan(from: file, only: true, time)
            if before.first != nil {
                result = before
            } else if before.sawEarlier {
                result.previous = before.previous
                break
            }
        }
        guard let first = result.first else {
            return .end(result.end, previousMicroseconds: result.previous, logBegins: logBegins)
        }
        return .found(first, previousMicroseconds: result.previous, logBegins: logBegins)
    }

    /// Where the first transaction begins whose GTID is not among those that `contains` knows, or the log ends; nil if
    /// some of those are gone. Of logs of MariaDB.
    func place(
        afterThose contains: (_ gtid: String) -> Bool, and containsAll: (_ set: GTIDSet) -> Bool
    ) throws -> BinlogPosition? {
        let passes = { (head: LogHead) in head.earlierGTIDs.allSatisfy(contains) && containsAll(head.earlierSet) }
        guard let file = try lastFile(where: passes) else { return nil }
        var walk = try walk(from: files[file])
        while let transaction = try walk.next() {
            if let gtid = transaction.gtid, !contains(gtid) { return transaction.start }
        }
        return walk.end
    }

    /// All that was logged up to the log's end: of MariaDB the last GTID of each domain and server, of MySQL the set.
    func loggedGTIDs() throws -> String {
        for file in files.reversed() {
            var walk = try walk(from: file)
            // A file that was only just begun has none.
            guard let head = try walk.readHead() else { continue }
            var set = head.earlierSet
            var last: [Substring: String] = [:]
            func take(_ gtid: String) {
                if let gtid = MySQLGTID(gtid) {
                    set.add(gtid.number...gtid.number, of: gtid.source)
                } else if let dash = gtid.lastIndex(of: "-") {
                    last[gtid[..<dash]] = gtid
                }
            }
            head.earlierGTIDs.forEach(take)
            while let transaction = try walk.next() {
                if let gtid = transaction.gtid { take(gtid) }
            }
            return head.isMariaDB
                ? last.sorted { $0.key < $1.key }.map(\.value).joined(separator: ",") : set.description
        }
        return ""
    }

    // MARK: Heads

    /// The last file whose head passes; nil if none does. Those after one that does not, do not either.
    private func lastFile(where passes: (LogHead) -> Bool) throws -> Int? {
        var (low, high) = (-1, files.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if let head = try head(of: files[middle]), passes(head) { low = middle } else { high = middle }
        }
        return low < 0 ? nil : low
    }

    /// Of the server that wrote the first file; nil if that has no head yet.
    func serverVersion() throws -> String? { try files.first.flatMap { try head(of: $0) }?.serverVersion }

    private func head(of file: String) throws -> LogHead? {
        var walk = try walk(from: file)
        return try walk.readHead()
    }

    /// Whether nothing was ever logged before the file. Without GTIDs, which MySQL may have been set to, the list of them
    /// is empty whatever came before, and only the number tells.
    private func isFirst(_ head: LogHead, _ file: String) -> Bool {
        let isNumberOne = BinlogPosition(file: file, offset: 4).sequence == 1
        guard let hasEarlier = head.hasEarlierGTIDs else { return isNumberOne }
        return !hasEarlier && (head.isMariaDB || isNumberOne)
    }

    // MARK: Transactions

    private struct Scan {
        var first: BinlogPosition?
        /// The last commit before.
        var previous: Int64 = 0
        var sawEarlier = false
        var end: BinlogPosition
    }

    private func scan(from index: Int, only isAlone: Bool, _ time: Int64) throws -> Scan {
        var walk = try walk(from: files[index])
        var scan = Scan(end: BinlogPosition(file: files[index], offset: PositionTracker.firstOffset))
        while let transaction = try walk.next() {
            if isAlone, transaction.start.file != files[index] { break }
            if transaction.commitMicroseconds >= time {
                scan.first = transaction.start
                break
            }
            scan.sawEarlier = true
            scan.previous = transaction.commitMicroseconds
        }
        scan.end = walk.end
        return scan
    }

    private func walk(from file: String) throws -> TransactionWalk {
        let start = BinlogPosition(file: file, offset: PositionTracker.firstOffset)
        return TransactionWalk(source: try open(start), start: start)
    }
}

extension SourceServer {
    /// Where the changes since `time` (microseconds since 1970 UTC) begin in the server's log. Reads the heads of some of
    /// its files and one of them, rarely two, up to there, as the replica `serverID`.
    public func place(of time: Int64, serverID: UInt32) throws -> TimePlace {
        try search(serverID: serverID).place(of: time)
    }

    /// The files that the server has now, read as the replica `serverID`.
    func search(serverID: UInt32) throws -> LogSearch {
        let files = try binaryLogs().map(\.name)
        guard !files.isEmpty else { throw Self.noLog }
        return LogSearch(files: files) { start in
            try self.stopper.checkNotStopped()
            return self.log(from: start, serverID: serverID)
        }
    }

    /// The server's clock, microseconds since 1970 UTC.
    public func now() throws(StreamError) -> Int64 {
        let result = try query("SELECT CAST(UNIX_TIMESTAMP(NOW(6)) * 1000000 AS SIGNED)")
        return try Self.clock(result.text(0, 0))
    }

    /// What a server's answer says of its clock. From 1970 to beyond the year 3000, so that spans can be added to it.
    static func clock(_ text: String?) throws(StreamError) -> Int64 {
        guard let now = text.flatMap({ Int64($0) }), (0..<1 << 55).contains(now) else {
            throw StreamError(.other, "the server did not say what time it is")
        }
        return now
    }
}

extension FileSource {
    /// Where the changes since `time` (microseconds since 1970 UTC) begin in the files that `path` names.
    public static func place(of time: Int64, path: String) throws -> TimePlace {
        try search(path).place(of: time)
    }

    /// Where the first transaction begins in the files that `path` names whose GTID is not among those that `contains`
    /// knows, or the last file ends; nil if some of those are in none of the files. Of files of MariaDB.
    public static func place(
        afterThose contains: (_ gtid: String) -> Bool, and containsAll: (_ set: GTIDSet) -> Bool, path: String
    ) throws -> BinlogPosition? {
        try search(path).place(afterThose: contains, and: containsAll)
    }

    /// The GTIDs of all transactions up to the end of the last file that `path` names: of MariaDB the last one of each
    /// domain and server, of MySQL the set. Empty where there are none.
    public static func loggedGTIDs(path: String) throws -> String {
        try search(path).loggedGTIDs()
    }

    /// What is wrong with the tables of `schema` that `selects` takes, as a reader of these files will find. Throws what is
    /// wrong with the files.
    package static func finding(
        in schema: SchemaFile, path: String, where selects: (_ database: String, _ table: String) -> Bool
    ) throws -> String? {
        guard let version = try search(path).serverVersion() else { return nil }
        return try withoutActuallyEscaping(selects) { selects in
            do {
                try DeclaredSchemas(schema, selects: selects).begin(logOf: version)
                return nil
            } catch let error as DeclarationError {
                return error.description
            }
        }
    }

    /// The end of the last file that `path` names, as it is now.
    public static func end(path: String) throws -> BinlogPosition {
        let files = try BinlogFolder.files(at: path, start: nil)
        guard let last = files.last else { return try FileSource(path: path, start: nil).firstPosition }
        let file = try BinlogFile(path: last)
        return BinlogPosition(file: file.name, offset: max(file.size, PositionTracker.firstOffset))
    }

    static func search(_ path: String) throws -> LogSearch {
        let files = try BinlogFolder.files(at: path, start: nil).map(BinlogFile.lastPart)
        return LogSearch(files: files) { try FileSource(path: path, start: $0) }
    }
}
