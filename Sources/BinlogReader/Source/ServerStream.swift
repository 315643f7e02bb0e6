import Glibc
import MySQLClient
import Rows

/// The events of a server's binary log as they are written: one connection, from one place on. Connects at the first call
/// of ``begin()`` or ``advance()``. Once it has thrown a ``StreamError`` it is over: to read on, make a new one. Confined
/// to one thread, but for its ``stopper``.
public final class ServerStream: EventSource {
    /// Ends the stream from another thread.
    public let stopper = StreamStopper()

    private let options: ServerStreamOptions
    private let start: StreamStart
    private var connection: Connection?
    private var failure: StreamError?
    private var isAtEnd = false
    /// Not there yet.
    private var skip: SkipAhead?
    /// What ``begin()`` has read, for the next ``advance()``.
    private var first: SourceRead?

    public init(_ options: ServerStreamOptions, from start: StreamStart) {
        self.options = options
        self.start = start
    }

    /// Connects, and waits for the first event, which says that the server sends its log from there. The next ``advance()``
    /// returns it. Does nothing in a stream that is read already.
    public func begin() throws {
        if connection == nil { first = try advance() }
    }

    public func advance() throws -> SourceRead {
        if let first = first.take() { return first }
        if let failure { throw failure }
        if isAtEnd { return .end }
        do {
            return try readOn()
        } catch {
            failure = error
            connection = nil
            throw error
        }
    }

    public var event: UnsafeRawBufferPointer {
        // The first byte says OK. (Semi-synchronous replication, which we do not ask for, would put two more here.)
        UnsafeRawBufferPointer(
            rebasing: connection?.packet.dropFirst() ?? UnsafeRawBufferPointer(start: nil, count: 0)[...])
    }

    /// The client library's buffer, which the next packet is read into.
    public let lendsForGood = true

    /// Whether the next event is still to come, as far as can be told without waiting for it.
    public var isWaiting: Bool { connection?.hasInput != true }

    /// Passes over what lies in front of the start.
    private func readOn() throws(StreamError) -> SourceRead {
        var read = try read()
        while skip != nil, read == .event {
            switch try skip?.take(event) {
            case .drop: read = try self.read()
            case .arrived: skip = nil
            case .handOut, nil: return read
            }
        }
        return read
    }

    private func read() throws(StreamError) -> SourceRead {
        let connection: Connection
        if let open = self.connection {
            connection = open
        } else {
            connection = try connect()
            self.connection = connection
        }
        let begin = Self.seconds
        do {
            try connection.readPacket()
        } catch {
            throw explain(error, waitedSince: begin)
        }
        let packet = connection.packet
        switch packet.first {
        // Heartbeats are events too: they say how far the server has come.
        case 0x00 where packet.count > 1:
            return .event
        case 0xFE where packet.count < 9:  // EOF packet
            guard options.endsAtEnd else {
                throw StreamError(.connectionLost, "the server ended the stream; it may be going down")
            }
            isAtEnd = true
            return .end
        default:
            throw StreamError(
                .other, "the server sent a packet of \(packet.count) bytes that is neither event, nor error, nor end")
        }
    }

    // MARK: The beginning

    private func connect() throws(StreamError) -> Connection {
        try stopper.checkNotStopped()
        guard options.serverID != 0 else {
            throw StreamError(.unsuitable, "server id 0 is no replica's: give 1 to 4294967295")
        }
        var settings = options.connection
        settings.readTimeoutSeconds = max(1, options.heartbeatSeconds) * 2
        settings.writeTimeoutSeconds = settings.readTimeoutSeconds
        settings.database = nil
        let begin = Self.seconds
        do {
            let connection = try Connection(settings)
            try stopper.watch(connection.interrupter)
            try SourceServer.require(options.expectedIdentity, of: connection, options.connection)
            try prepare(connection)
            try register(connection)
            try requestLog(connection)
            return connection
        } catch {
            throw StreamError(error) { explain($0, waitedSince: begin) }
        }
    }

    /// What a replica tells by session variables before it asks for the log (MariaDB: `get_master_version_and_clock` in
    /// sql/slave.cc; MySQL: sql/rpl_replica.cc). MySQL has names of its own since 8.0, and the old ones still.
    private func prepare(_ connection: Connection) throws {
        // Nanoseconds.
        try connection.execute(
            "SET @master_heartbeat_period = \(UInt64(max(1, options.heartbeatSeconds)) * 1_000_000_000)")
        // Without it the server takes us for one that cannot read checksums.
        let checksums = options.wantsChecksums ? "@@GLOBAL.binlog_checksum" : "'NONE'"
        try connection.execute("SET @master_binlog_checksum = \(checksums)")
        guard connection.serverVersion.flavour == .mariaDB else {
            try connection.execute(
                "SET @source_heartbeat_period = @master_heartbeat_period, "
                    + "@source_binlog_checksum = @master_binlog_checksum")
            // By it, and not by the server's id, MySQL tells a replica that has come back from another one.
            let uuid = Self.replicaUUID(serverID: options.serverID)
            try connection.execute("SET @replica_uuid = '\(uuid)', @slave_uuid = '\(uuid)'")
            return
        }
        // MARIA_SLAVE_CAPABILITY_GTID: else GTID events come as BEGIN statements.
        try connection.execute("SET @mariadb_slave_capability = 4")
        if case .gtid(let text) = start {
            try connection.execute("SET @slave_connect_state = \(connection.literal(text))")
            // A gap in the server's log is an error, and not passed over.
            try connection.execute("SET @slave_gtid_strict_mode = 1")
            try connection.execute("SET @slave_gtid_ignore_duplicates = 0")
        }
    }

    /// Of our own, one for each server id: "replicator" in hexadecimal, then the id.
    static func replicaUUID(serverID: UInt32) -> String {
        let digits = String(serverID, radix: 16)
        return "7265706c-6963-6174-6f72-0000" + String(repeating: "0", count: 8 - digits.utf8.count) + digits
    }

    /// COM_REGISTER_SLAVE: shows us in `SHOW REPLICA HOSTS`.
    private func register(_ connection: Connection) throws {
        let payload = Self.registration(serverID: options.serverID, host: options.reportHost)
        do {
            try connection.send(.registerReplica, payload)
            try connection.readPacket()
        } catch  where SourceServer.lacksPrivilege(error) {
            throw SourceServer.missing("REPLICATION SLAVE", connection)
        }
    }

    /// The payload of COM_REGISTER_SLAVE (`THD::register_slave` in sql/repl_failsafe.cc).
    static func registration(serverID: UInt32, host: String) -> [UInt8] {
        let host = Array(host.utf8.prefix(60))
        let noText: [UInt8] = [0]
        return bytes(serverID) + [UInt8(host.count)] + host + noText + noText  // user, password
            + bytes(UInt16(0)) + bytes(UInt32(0)) + bytes(UInt32(0))  // port; rank and the server's own id are unused
    }

    private func requestLog(_ connection: Connection) throws {
        let isMySQL = connection.serverVersion.flavour == .mySQL
        var flags: UInt16 = options.endsAtEnd ? 1 : 0  // BINLOG_DUMP_NON_BLOCK
        // Events inside transactions do not say any more where they end: all of them must come, to be counted.
        let countsEvents = !isMySQL && connection.serverVersion.isAtLeast(11, 4)
        if options.wantsAnnotations ?? countsEvents { flags |= 2 }  // BINLOG_SEND_ANNOTATE_ROWS_EVENT
        if isMySQL, options.wantsLargeHeartbeats { flags |= 2 }  // USE_HEARTBEAT_EVENT_V2
        switch start {
        case .gtid(let text) where isMySQL:
            guard let set = GTIDSet(text) else {
                throw StreamError(.unsuitable, "\(text) is no set of MySQL's GTIDs (uuid:1-5), and the server is MySQL")
            }
            try connection.send(.binlogDumpGTID, dumpGTID(flags, "", 4, set))
        case .gtid:
            try connection.send(.binlogDump, dump(flags, "", 4))
        case .position(let position):
            if let narrow = UInt32(exactly: max(4, position.offset)) {
                try connection.send(.binlogDump, dump(flags, position.file, narrow))
            } else if isMySQL, try connection.query("SELECT @@gtid_mode").text(0, 0) == "ON" {
                // Refused in any other mode. Where a file is named, the set does not matter.
                try connection.send(.binlogDumpGTID, dumpGTID(flags, position.file, position.offset, GTIDSet()))
            } else {
                skip = SkipAhead(to: position)
                // MariaDB: with ANNOTATE_ROWS events, since all must come, to be counted.
                try connection.send(.binlogDump, dump(isMySQL ? flags : flags | 2, position.file, 4))
            }
        }
    }

    /// The payload of COM_BINLOG_DUMP.
    private func dump(_ flags: UInt16, _ file: String, _ offset: UInt32) -> [UInt8] {
        Self.bytes(offset) + Self.bytes(flags) + Self.bytes(options.serverID) + Array(file.utf8)
    }

    /// The payload of COM_BINLOG_DUMP_GTID (`com_binlog_dump_gtid` in sql/rpl_source.cc).
    private func dumpGTID(_ flags: UInt16, _ file: String, _ offset: UInt64, _ set: GTIDSet) -> [UInt8] {
        let set = set.encoded
        return Self.bytes(flags) + Self.bytes(options.serverID) + Self.bytes(UInt32(file.utf8.count)) + Array(file.utf8)
            + Self.bytes(offset) + Self.bytes(UInt32(set.count)) + set
    }

    private static func bytes(_ number: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: number.littleEndian) { Array($0) }
    }

    // MARK: The end

    /// Of a clock that is cheap enough to be read for every event.
    private static var seconds: Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC_COARSE, &time)
        return time.tv_sec
    }

    private func explain(_ error: MySQLError, waitedSince begin: Int) -> StreamError {
        if stopper.isStopped { return StreamError(.stopped, "the stream was stopped") }
        let limit = max(1, options.heartbeatSeconds) * 2
        if error.isConnectionLost, Self.seconds - begin >= Int(limit) {
            return StreamError(.stalled, "nothing came from \(options.connection) for \(limit) s, not even a heartbeat")
        }
        let logs = error.code == 1236 ? (try? SourceServer(options.connection).binaryLogs().map(\.name)) ?? [] : []
        return StreamError(error, streamFrom: start, logs: logs, serverID: options.serverID)
    }
}
