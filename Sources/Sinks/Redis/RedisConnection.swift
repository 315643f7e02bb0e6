import CHiredis
import Glibc

/// One connection to a Redis, and the only owner of its `redisContext*`. Confined to one thread at a time. After an
/// error that it throws (not one that Redis replies) it is in doubt and must be dropped.
final class RedisConnection {
    /// What names it in messages.
    let label: String
    private let context: UnsafeMutablePointer<redisContext>
    private let timeoutMilliseconds: Int

    /// Connects, authenticates and selects the database.
    init(_ settings: RedisSettings) throws(SinkError) {
        let address = settings.address
        let label = address.label
        let password = try settings.password()
        guard let context = Self.connect(to: address.host, address.port) else {
            throw SinkError(.retriable, "\(label): no memory for a connection")
        }
        self.context = context
        self.label = label
        timeoutMilliseconds = settings.timeoutMilliseconds
        // From here on the object is whole, and `deinit` frees the context where this throws.
        guard context.pointee.err == 0 else {
            // Where the host has no address, hiredis hands on the resolver's words as an error of no kind.
            let isUnknown = context.pointee.err == REDIS_ERR_OTHER
            let advice = isUnknown ? "check the host in url" : "is it up, and is url right?"
            throw SinkError(.retriable, "\(failure("cannot connect").message): \(advice)")
        }
        redisSetTimeout(context, timeval(milliseconds: timeoutMilliseconds))
        redisEnableKeepAlive(context)
        if let password {
            let user = address.user.map { [Array($0.utf8)] } ?? []
            let reply = try exchange([Array("AUTH".utf8)] + user + [password])
            if case .error(let error) = reply {
                // The rest of the text is not repeated: it is about the password.
                throw SinkError(
                    error.disposition, "\(label): refused the password (\(error.code)); check user and password")
            }
        } else if address.user != nil {
            throw SinkError(
                .fatal,
                "\(label): a user needs a password; set password-file = FILE, or REDISCLI_AUTH in the environment")
        }
        if address.database != 0 {
            try call("SELECT", "\(address.database)")
        }
    }

    deinit {
        redisFree(context)
    }

    /// Nil if there is no memory; whether it failed is in the context.
    private static func connect(to host: String, _ port: UInt16) -> UnsafeMutablePointer<redisContext>? {
        let timeout = timeval(milliseconds: 5_000)
        let context = redisConnectWithTimeout(host, Int32(port), timeout)
        // That name is this machine's (RFC 6761, 6.3) also where nothing says so: a small container may have no /etc/hosts.
        guard context?.pointee.err == REDIS_ERR_OTHER, host.lowercased() == "localhost" else { return context }
        redisFree(context)
        return redisConnectWithTimeout("127.0.0.1", Int32(port), timeout)
    }

    /// Sends `commands`; as many replies are then to be received.
    func send(_ commands: RedisCommands) throws(SinkError) {
        let appended = commands.bytes.withUnsafeBytes { buffer -> Int32 in
            // SAFETY: hiredis copies the bytes before it returns.
            redisAppendFormattedCommand(context, buffer.baseAddress?.assumingMemoryBound(to: CChar.self), buffer.count)
        }
        guard appended == REDIS_OK else { throw failure("cannot send") }
        let isSent = Self.withoutBrokenPipeSignal {
            var isDone: Int32 = 0
            while isDone == 0 {
                guard redisBufferWrite(context, &isDone) == REDIS_OK else { return false }
            }
            return true
        }
        guard isSent else { throw failure("cannot send") }
    }

    /// Waits for the next reply. An error reply is returned like any other.
    func receive() throws(SinkError) -> RedisReply {
        var raw: UnsafeMutableRawPointer?
        guard redisGetReply(context, &raw) == REDIS_OK, let raw else { throw failure("no answer") }
        defer { freeReplyObject(raw) }
        // SAFETY: in a blocking context without a reader of its own, hiredis hands out redisReply objects.
        return Self.reply(raw.assumingMemoryBound(to: redisReply.self).pointee)
    }

    /// Sends one command and returns its reply; throws an error reply.
    @discardableResult
    func call(_ words: String...) throws(SinkError) -> RedisReply {
        try call(words.map { Array($0.utf8) })
    }

    /// Sends one command and returns its reply; throws an error reply.
    @discardableResult
    func call(_ words: [[UInt8]]) throws(SinkError) -> RedisReply {
        let reply = try exchange(words)
        if case .error(let error) = reply { throw SinkError(error, label: label) }
        return reply
    }

    private func exchange(_ words: [[UInt8]]) throws(SinkError) -> RedisReply {
        var commands = RedisCommands()
        commands.append(command: words)
        try send(commands)
        return try receive()
    }

    /// What hiredis noted about the connection's failure.
    private func failure(_ action: String) -> SinkError {
        let code = context.pointee.err
        let reason =
            if code == REDIS_ERR_IO && [EAGAIN, EWOULDBLOCK].contains(errno) {
                "it did not answer within \(timeoutMilliseconds) ms"
            } else {
                // SAFETY: hiredis ends the text with a zero inside the array, which lives as long as the context.
                withUnsafeBytes(of: &context.pointee.errstr) { buffer in
                    String(decoding: buffer.prefix { $0 != 0 }, as: UTF8.self)
                }
            }
        if code == REDIS_ERR_PROTOCOL {
            return SinkError(.fatal, "\(label): \(action): what answers there is no Redis")
        }
        return SinkError(.retriable, "\(label): \(action): \(reason)")
    }

    private static func reply(_ reply: redisReply) -> RedisReply {
        switch reply.type {
        case REDIS_REPLY_INTEGER: .integer(reply.integer)
        case REDIS_REPLY_STATUS: .status(text(reply))
        case REDIS_REPLY_ERROR: .error(RedisError(reply: text(reply)))
        case REDIS_REPLY_STRING:
            // SAFETY: hiredis keeps `len` bytes at `str` until the reply is freed; they are copied here.
            .bytes([UInt8](UnsafeRawBufferPointer(start: reply.str, count: reply.len)))
        case REDIS_REPLY_ARRAY:
            // SAFETY: hiredis keeps `elements` pointers at `element`.
            .array(
                UnsafeBufferPointer(start: reply.element, count: reply.elements).map { element in
                    element.map { Self.reply($0.pointee) } ?? .null
                })
        default: .null
        }
    }

    private static func text(_ reply: redisReply) -> String {
        // SAFETY: as for strings.
        String(decoding: UnsafeRawBufferPointer(start: reply.str, count: reply.len), as: UTF8.self)
    }

    /// Runs `body`, whose writes to a connection that the other side has closed shall fail rather than end the
    /// process: hiredis writes without MSG_NOSIGNAL.
    private static func withoutBrokenPipeSignal<Result>(_ body: () -> Result) -> Result {
        var brokenPipe = sigset_t()
        sigemptyset(&brokenPipe)
        sigaddset(&brokenPipe, SIGPIPE)
        var previous = sigset_t()
        pthread_sigmask(SIG_BLOCK, &brokenPipe, &previous)
        let result = body()
        if sigismember(&previous, SIGPIPE) == 0 {
            let code = errno
            var noTime = timespec()
            while sigtimedwait(&brokenPipe, nil, &noTime) == -1 && errno == EINTR {}
            pthread_sigmask(SIG_SETMASK, &previous, nil)
            errno = code
        }
        return result
    }
}

extension timeval {
    fileprivate init(milliseconds: Int) {
        self.init(tv_sec: milliseconds / 1000, tv_usec: milliseconds % 1000 * 1000)
    }
}
