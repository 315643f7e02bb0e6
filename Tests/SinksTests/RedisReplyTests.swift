import Testing

@testable import Sinks

struct RedisReplyTests {
    @Test(arguments: [
        ("LOADING Redis is loading the dataset in memory", SinkError.Disposition.retriable),
        ("OOM command not allowed when used memory > 'maxmemory'.", .retriable),
        ("READONLY You can't write against a read only replica.", .retriable),
        ("BUSY Redis is busy running a script.", .retriable),
        ("MASTERDOWN Link with MASTER is down", .retriable),
        ("CLUSTERDOWN The cluster is down", .retriable),
        ("TRYAGAIN Multiple keys request during rehashing of slot", .retriable),
        ("NOREPLICAS Not enough good replicas to write.", .retriable),
        ("MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist", .retriable),
        ("ERR max number of clients reached", .retriable),
        ("NOAUTH Authentication required.", .fatal),
        ("WRONGPASS invalid username-password pair or user is disabled.", .fatal),
        ("NOPERM this user has no permissions to run the 'hset' command", .fatal),
        ("WRONGTYPE Operation against a key holding the wrong kind of value", .fatal),
        ("MOVED 3999 127.0.0.1:6381", .fatal),
        ("EXECABORT Transaction discarded because of previous errors.", .fatal),
        ("ERR syntax error", .fatal),
        ("SURPRISE", .fatal),
        ("", .fatal),
    ])
    func `each code has its disposition`(reply: String, disposition: SinkError.Disposition) {
        #expect(RedisError(reply: reply).disposition == disposition)
    }

    @Test func `what was sent is not repeated`() {
        let error = RedisError(reply: "ERR unknown command 'HSETX', with args beginning with: 'users:7' 'name' 'Ann' ")
        #expect(SinkError(error, label: "redis://h:1/0").message == "redis://h:1/0: ERR unknown command 'HSETX'")
    }
}
