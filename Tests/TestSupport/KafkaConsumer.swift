import Foundation

/// Reads a topic from its beginning for as long as it lives, by `kcat`: a decoder that is not ours.
public final class KafkaConsumer: Sendable {
    public struct Record: Sendable {
        public let partition: Int
        public let offset: Int
        /// Nil: null.
        public let key: String?
        /// Nil: null, a tombstone.
        public let value: String?
    }

    private let scratch: ScratchFolder
    private let process: ChildProcess

    /// - Parameter port: a broker's, on 127.0.0.1.
    public init(port: UInt16, topic: String) throws {
        scratch = try ScratchFolder()
        process = try ChildProcess(
            Programs.find("kcat", package: "kcat"),
            [
                "-C", "-u", "-q", "-b", "127.0.0.1:\(port)", "-t", topic, "-o", "beginning",
                "-X", "fetch.wait.max.ms=50", "-X", "topic.metadata.refresh.interval.ms=500",
                "-X", "reconnect.backoff.max.ms=200",
                "-X", "allow.auto.create.topics=true", "-f", #"%p %o %K %S %k\t%s\n"#,
            ],
            output: scratch.file("records"), errors: scratch.file("errors"))
    }

    /// How much has come so far.
    public var byteCount: Int {
        (try? FileManager.default.attributesOfItem(atPath: scratch.file("records"))[.size] as? Int) ?? 0
    }

    /// What has come so far: of each partition in its order. Keys hold no tab, and values no line end, as in JSON.
    public func records() throws -> [Record] {
        if let end = process.poll() {
            throw TestSupportError("kcat has ended: \(end) \(ServerDaemon.tail(of: scratch.file("errors")))")
        }
        let text = FileManager.default.contents(atPath: scratch.file("records")) ?? Data()
        // The last line may be half there.
        return try text.split(separator: 0x0A, omittingEmptySubsequences: false).dropLast().map { line in
            let line = String(decoding: line, as: UTF8.self)
            let words = line.split(separator: " ", maxSplits: 4, omittingEmptySubsequences: false)
            guard words.count == 5, let partition = Int(words[0]), let offset = Int(words[1]),
                let keySize = Int(words[2]), let valueSize = Int(words[3]), let tab = words[4].firstIndex(of: "\t")
            else { throw TestSupportError("kcat prints \(line)") }
            return Record(
                partition: partition, offset: offset, key: keySize < 0 ? nil : String(words[4][..<tab]),
                value: valueSize < 0 ? nil : String(words[4][words[4].index(after: tab)...]))
        }
    }
}
