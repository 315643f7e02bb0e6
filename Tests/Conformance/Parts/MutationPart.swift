import BinlogReader
import Foundation
import TestSupport

/// `binlogs/` once more, with events changed and cut short by a seeded chance: each reading must come to an end, in a
/// clear error or rows. That the part comes to its own end shows that nothing trapped.
enum MutationPart {
    /// Bytes that are read anew for each file, so that a large one takes no longer than many small ones.
    private static let budget = 400_000
    /// Seconds that one reading may take, in a debug build on a busy machine.
    private static let limit = 20.0

    static func run(_ corpus: Corpus, _ tally: inout Tally) throws {
        for line in try corpus.lines("binlogs/MANIFEST.jsonl") {
            guard let file = line["file"]?.text else { throw CorpusError("MANIFEST.jsonl: a line without a file") }
            let events = split(try corpus.bytes("binlogs/\(file)"))
            if events.isEmpty { continue }
            let byteCount = events.reduce(0) { $0 + $1.count }
            let rounds = min(500, max(5, budget / max(1, byteCount)))
            for round in 0..<rounds {
                let id = "\(file)#\(round)"
                tally.begin(id)
                tally.record(id, read(events, seed: UInt64(round)))
            }
        }
    }

    /// The events of a file, cut by the sizes in their headers; to the first impossible one.
    private static func split(_ file: [UInt8]) -> [[UInt8]] {
        var events: [[UInt8]] = []
        var offset = 4
        while offset + 19 <= file.count {
            let size = (0..<4).reduce(0) { $0 | Int(file[offset + 9 + $1]) << ($1 * 8) }
            guard size >= 19, size <= file.count - offset else { break }
            events.append(Array(file[offset..<offset + size]))
            offset += size
        }
        return events
    }

    private static func read(_ events: [[UInt8]], seed: UInt64) -> Outcome {
        var random = SeededRandom(seed: seed)
        var changed = events
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            let index = Int.random(in: 0..<changed.count, using: &random)
            if Int.random(in: 0..<4, using: &random) == 0 {
                cut(&changed[index], &random)
            } else {
                change(&changed[index], &random)
            }
        }
        let start = ProcessInfo.processInfo.systemUptime
        let reading = Reading(changed)
        let seconds = ProcessInfo.processInfo.systemUptime - start
        if seconds > limit { return .fail(expected: "an end within \(limit) s", actual: "\(seconds) s") }
        guard let error = reading.error else { return .pass }
        return reading.clearError.map { .refused($0) } ?? .fail(expected: "a clear error", actual: "\(error)")
    }

    /// Bytes behind the header, and the type now and then. The size stays: it is what tells events apart.
    private static func change(_ event: inout [UInt8], _ random: inout SeededRandom) {
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let isType = event.count == 19 || Int.random(in: 0..<12, using: &random) == 0
            let index = isType ? 4 : Int.random(in: 19..<event.count, using: &random)
            let edges: [UInt8] = [0, 1, 0x7F, 0x80, 0xFB, 0xFC, 0xFE, 0xFF]
            event[index] =
                Bool.random(using: &random)
                ? edges[Int.random(in: 0..<edges.count, using: &random)] : UInt8.random(in: 0...255, using: &random)
        }
    }

    private static func cut(_ event: inout [UInt8], _ random: inout SeededRandom) {
        event.removeLast(Int.random(in: 0...(event.count - 19), using: &random))
        for (index, byte) in SyntheticLog.bytes(UInt32(event.count)).enumerated() { event[9 + index] = byte }
    }
}
