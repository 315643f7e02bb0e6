import Foundation

/// What Redis answers.
public enum RedisReply: Equatable, Sendable {
    case text(String)
    case integer(Int)
    case array([RedisReply])
    case null

    /// The text of a status, string or integer; nil for others.
    public var string: String? {
        switch self {
        case .text(let text): text
        case .integer(let number): String(number)
        case .array, .null: nil
        }
    }

    /// The elements of an array; empty for others.
    public var elements: [RedisReply] {
        if case .array(let elements) = self { elements } else { [] }
    }

    /// The fields of an HGETALL.
    public var fields: [String: String] {
        var fields: [String: String] = [:]
        let words = elements
        for index in stride(from: 0, to: words.count - 1, by: 2) {
            if let key = words[index].string { fields[key] = words[index + 1].string }
        }
        return fields
    }
}

/// A session on a Redis server, for tests only: RESP2 over blocking reads.
public final class RedisSession {
    private let file: UnsafeMutablePointer<FILE>

    public init(port: UInt16) throws {
        let descriptor = Foundation.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw TestSupportError("socket: \(String(cString: strerror(errno)))") }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let failed = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) != 0
            }
        }
        guard !failed, let file = fdopen(descriptor, "r+") else {
            close(descriptor)
            throw TestSupportError("cannot connect to Redis on port \(port)")
        }
        self.file = file
    }

    deinit {
        fclose(file)
    }

    /// Runs one command; an error reply is thrown.
    @discardableResult
    public func command(_ words: [String]) throws -> RedisReply {
        var request = "*\(words.count)\r\n"
        for word in words { request += "$\(word.utf8.count)\r\n\(word)\r\n" }
        let bytes = Array(request.utf8)
        guard send(fileno(file), bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else {
            throw TestSupportError("Redis went away")
        }
        return try readReply()
    }

    private func readReply() throws -> RedisReply {
        let line = try readLine()
        let rest = String(line.dropFirst())
        switch line.first {
        case "+": return .text(rest)
        case ":": return .integer(Int(rest) ?? 0)
        case "-": throw TestSupportError("Redis: \(rest)")
        case "$":
            guard let count = Int(rest), count >= 0 else { return .null }
            var bytes = [UInt8](repeating: 0, count: count + 2)
            guard fread(&bytes, 1, bytes.count, file) == bytes.count else { throw TestSupportError("Redis went away") }
            return .text(String(decoding: bytes.dropLast(2), as: UTF8.self))
        case "*":
            guard let count = Int(rest), count >= 0 else { return .null }
            return .array(try (0..<count).map { _ in try readReply() })
        default: throw TestSupportError("Redis said \(line)")
        }
    }

    private func readLine() throws -> String {
        var bytes: [UInt8] = []
        while true {
            let byte = fgetc(file)
            guard byte >= 0 else { throw TestSupportError("Redis went away") }
            if byte == 10 { break }
            if byte != 13 { bytes.append(UInt8(byte)) }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
