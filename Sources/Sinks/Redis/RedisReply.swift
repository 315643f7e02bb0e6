/// An answer of Redis. An error is a value too: in a pipeline it belongs to one command of many.
enum RedisReply: Equatable, Sendable {
    case null
    case integer(Int64)
    case status(String)
    case bytes([UInt8])
    case array([RedisReply])
    case error(RedisError)

    /// The bytes of a string; nil for any other.
    var bytes: [UInt8]? {
        if case .bytes(let bytes) = self { bytes } else { nil }
    }

    var elements: [RedisReply]? {
        if case .array(let elements) = self { elements } else { nil }
    }
}

/// An error reply. Its first word is its code; the rest is for humans and may repeat what was sent, so `text` is cut
/// to what cannot.
struct RedisError: Error, Equatable, Sendable {
    let code: String
    let text: String

    init(reply: String) {
        code = String(reply.prefix { $0 != " " })
        // "ERR unknown command 'X', with args beginning with: …" goes on with keys and values.
        let rest = reply.dropFirst(code.count).drop { $0 == " " }
        let end = rest.firstRange(of: ", with args")?.lowerBound ?? rest.endIndex
        text = String(rest[..<end])
    }

    /// The one table of Redis's error codes. Unknown ones stop the pipeline.
    var disposition: SinkError.Disposition {
        switch code {
        case "LOADING", "OOM", "READONLY", "BUSY", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN", "NOREPLICAS", "MISCONF",
            "UNBLOCKED":
            .retriable
        case "ERR" where text == "max number of clients reached":
            .retriable
        default:
            .fatal
        }
    }

    /// What to do about it, where that is known.
    var advice: String? {
        switch code {
        case "OOM": "raise its maxmemory, or free memory"
        case "READONLY": "it is a replica; name the primary in the URL"
        case "MISCONF": "it cannot save its data; see its log"
        case "NOAUTH": "set password-file = FILE, or REDISCLI_AUTH in the environment"
        case "WRONGPASS": "check the user in the URL, and the password"
        case "NOPERM":
            "grant the user the commands that docs/sinks.md lists"
        case "MOVED", "ASK", "CROSSSLOT": "Redis Cluster is not supported yet"
        default: nil
        }
    }
}

extension SinkError {
    /// What the sink says of an error that no row is to blame for.
    init(_ error: RedisError, label: String) {
        let advice = error.advice.map { "; \($0)" } ?? ""
        self.init(error.disposition, "\(label): \(error.code) \(error.text)\(advice)")
    }
}
