@testable import BinlogReader

/// `binlog_statements`: events that test suites of the servers feed to `BINLOG '…'`.
enum StatementsPart {
    static func check(_ item: CorpusCase) throws -> Outcome {
        guard let events = item["events"]?.array, let isMalformed = item["malformed"]?.bool else {
            throw CorpusError("the case has no events")
        }
        if events.contains(where: { $0["b64_invalid"] != nil }) {
            return .notComparable("its Base64 is what is wrong, and no events come of that")
        }
        let bytes = events.compactMap { $0["hex"]?.text.flatMap(Hex.bytes) }
        guard bytes.count == events.count, !bytes.isEmpty else { throw CorpusError("events that are not hexadecimal") }
        let isHead = bytes[0].count > 4 && bytes[0][4] == EventType.formatDescription.rawValue
        var log = SyntheticLog(hasChecksums: bytes[0].withUnsafeBytes { Checksum.isValid($0) })
        if !isHead { log.begin() }
        bytes.forEach { log.add(event: $0) }
        if !isHead { log.commit() }
        let reading = Reading(isHead ? bytes : log.events)
        if isMalformed {
            return reading.clearError.map { .refused($0) } ?? .fail(expected: "an error", actual: "none")
        }
        if let error = reading.error { return .fail(expected: "events that can be read", actual: "\(error)") }
        let hasRows = item["types"]?.array?.contains { ($0.text ?? "").contains("_V") } ?? false
        return hasRows && reading.rows.isEmpty ? .fail(expected: "rows", actual: "none") : .pass
    }
}
