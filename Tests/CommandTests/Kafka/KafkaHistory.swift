import Foundation
import TestSupport

/// What a consumer has read of a topic, key by key.
struct KafkaHistory {
    /// Where a change stands in the source's binary log.
    struct Version: Hashable, Comparable {
        var file: String
        var offset: Int
        var row: Int

        // Files have numbers of six digits.
        static func < (left: Version, right: Version) -> Bool {
            (left.file, left.offset, left.row) < (right.file, right.offset, right.row)
        }
    }

    /// The last value of each key that is not deleted: its `after`, as canonical JSON.
    private(set) var rows: [String: String] = [:]
    private var versions: [String: [Version]] = [:]
    /// What no topic of ours may hold.
    private(set) var problems: [String] = []

    init(_ records: [KafkaConsumer.Record]) throws {
        var partitions: [String: Int] = [:]
        var lastWasDelete: [String: Bool] = [:]
        for record in records {
            guard let key = record.key else {
                problems.append("a record without a key")
                continue
            }
            if partitions.updateValue(record.partition, forKey: key) ?? record.partition != record.partition {
                problems.append("\(key) is in two partitions")
            }
            guard let value = record.value else {
                if lastWasDelete[key] != true { problems.append("the tombstone of \(key) follows no delete") }
                rows[key] = nil
                lastWasDelete[key] = false
                continue
            }
            guard let object = try JSONSerialization.jsonObject(with: Data(value.utf8)) as? [String: Any],
                let file = object["file"] as? String, let offset = object["offset"] as? Int,
                let row = object["row"] as? Int
            else { throw TestSupportError("no change: \(value)") }
            versions[key, default: []].append(Version(file: file, offset: offset, row: row))
            let after = object["after"] as? [String: Any]
            rows[key] = try after.map(Self.canonical)
            lastWasDelete[key] = after == nil
        }
    }

    /// The changes there are, each once.
    var distinctVersions: Set<Version> { versions.values.reduce(into: []) { $0.formUnion($1) } }

    /// How often a key's history begins again at an earlier change: at most once a crash. Of each repeat every change is
    /// there, in order, up to where the history had come; else that is among the `problems`.
    func repeats() -> (most: Int, problems: [String]) {
        var most = 0
        var problems = problems
        for (key, history) in versions {
            var known: [Version] = []
            var next = 0
            var repeats = 0
            for version in history {
                if next < known.count, known[next] == version {
                    next += 1
                } else if next == known.count, known.last.map({ $0 < version }) ?? true {
                    known.append(version)
                    next += 1
                } else if let index = known[..<next].firstIndex(of: version) {
                    repeats += 1
                    next = index + 1
                } else {
                    problems.append("\(key): \(version) is out of order")
                    break
                }
            }
            if next < known.count { problems.append("\(key): a repeat ends before \(known[next])") }
            most = max(most, repeats)
        }
        return (most, problems)
    }

    static func canonical(_ object: [String: Any]) throws -> String {
        let data = try JSONSerialization.data(withJSONObject: object, options: [.sortedKeys, .withoutEscapingSlashes])
        return String(decoding: data, as: UTF8.self)
    }
}
