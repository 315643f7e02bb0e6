import Foundation

/// What a client asks the daemon over its control socket: one JSON object on a line. It is answered by a
/// ``ControlReply``, and that is all of a connection.
struct ControlRequest: Codable, Sendable {
    enum Command: String, Codable, Sendable { case status, pause, resume, reload }

    var command: Command
    /// Which pipelines are meant; empty: all.
    var pipelines: [String] = []
}

/// The daemon's answer: one JSON object on a line.
struct ControlReply: Codable, Sendable {
    /// What was done with one pipeline.
    struct Outcome: Codable, Sendable {
        var name: String
        var done: Bool
        /// What follows the name in a line for an operator.
        var message: String
    }

    /// Why nothing was done at all; then there is nothing else.
    var error: String?
    var outcomes: [Outcome]?
    var status: StatusReport?
}

/// JSON as this program writes and reads it: keys in snake case and sorted, so that equal values are equal texts.
enum ControlJSON {
    static func encode(_ value: some Encodable, pretty: Bool = false) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting =
            pretty ? [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted] : [.sortedKeys, .withoutEscapingSlashes]
        return [UInt8](try encoder.encode(value))
    }

    static func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws -> Value {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(type, from: Data(bytes))
    }
}
