import Rows

@testable import BinlogReader

/// `events_hex`: bodies of events, and what they hold.
enum EventsPart {
    static func check(_ item: CorpusCase) throws -> Outcome {
        switch try item.text("kind") {
        case "rows_event_hex": return try RowsEventCheck.check(item)
        case "table_map_hex": return try checkTableMap(item)
        case "gtid_event_hex": return try checkGTID(item)
        case "previous_gtids_hex": return try checkPreviousGTIDs(item)
        case "heartbeat_hex":
            let type: EventType = item["version"]?.integer == 2 ? .heartbeatV2 : .heartbeat
            return try checkPassedOver(type, item, "a heartbeat's place is taken from its header")
        case "mariadb_gtid_list_hex": return try checkPassedOver(.gtidList, item, "the list is not needed")
        case "intvar_hex": return try checkPassedOver(.intVar, item, "statements are not replicated")
        case "transaction_payload_hex": return try checkPayload(item)
        case let kind: return .fail(expected: "a check for \(kind)", actual: "none")
        }
    }

    // MARK: TABLE_MAP

    private static func checkTableMap(_ item: CorpusCase) throws -> Outcome {
        let bytes = try item.bytes("body_hex")
        var body = ByteCursor(bytes.span.bytes)
        _ = try TableMapEvent.readTableID(from: &body, postHeaderLength: 8)
        let name = try TableMapEvent.Name(from: &body)
        let event = try TableMapEvent(from: &body)
        guard case .object(let expected)? = item["expect"] else { throw CorpusError("the case expects nothing") }
        var unread: [String] = []
        for (field, value) in expected.sorted(by: { $0.key < $1.key }) {
            let actual: JSONDocument
            switch field {
            case "schema": actual = .string(name.database)
            case "table": actual = .string(name.table)
            case "column_count": actual = .number("\(event.columns.count)")
            case "nullable": actual = .array(event.columns.map { .bool($0.isNullable) })
            case "column_names": actual = .array((event.optional.names ?? []).map { .string($0) })
            case "primary_key_columns": actual = .array((event.optional.primaryKey ?? []).map { .number("\($0)") })
            case "enum_values": actual = labels(event.optional.enumLabels)
            case "set_values": actual = labels(event.optional.setLabels)
            default:
                // Parts of the metadata that are passed over: nothing to compare, unless there is nothing.
                if value != .null, value != .array([]) { unread.append(field) }
                continue
            }
            if !value.means(actual) { return .fail(expected: "\(field) \(value)", actual: "\(actual)") }
        }
        if expected.count > unread.count { return .pass }
        return .notComparable("not read: \(unread.joined(separator: ", "))")
    }

    private static func labels(_ lists: [[[UInt8]]]?) -> JSONDocument {
        .array((lists ?? []).map { .array($0.map { .string(String(decoding: $0, as: UTF8.self)) }) })
    }

    // MARK: GTIDs

    private static func checkGTID(_ item: CorpusCase) throws -> Outcome {
        let bytes = try item.bytes("body_hex")
        var body = ByteCursor(bytes.span.bytes)
        let event = try GTIDEvent(mysql: &body, isAnonymous: false)
        let expected = item["expect"]
        if let gtid = expected?["gtid"]?.text, gtid != event.gtid {
            return .fail(expected: gtid, actual: event.gtid ?? "none")
        }
        // A number, or one as text. 0 stands for none.
        let time = expected?["immediate_commit_ts"]
        let microseconds = time?.integer ?? time?.text.flatMap { Int($0) } ?? 0
        let decoded = Int(event.commitMicroseconds ?? 0)
        return microseconds == decoded ? .pass : .fail(expected: "\(microseconds)", actual: "\(decoded)")
    }

    private static func checkPreviousGTIDs(_ item: CorpusCase) throws -> Outcome {
        let bytes = try item.bytes("body_hex")
        var body = ByteCursor(bytes.span.bytes)
        let isError = item["expect"]?["error_expected"]?.bool ?? false
        do {
            let set = try GTIDSet(from: &body)
            guard let text = item["expect"]?["gtid_set"]?.text else {
                return isError ? .fail(expected: "an error", actual: "\(set)") : .pass
            }
            // Sets of equal content: sources print in different orders.
            return GTIDSet(text) == set ? .pass : .fail(expected: text, actual: "\(set)")
        } catch {
            return isError ? .refused("\(error)") : .fail(expected: "a set", actual: "\(error)")
        }
    }

    // MARK: Others

    private static func checkPassedOver(_ type: EventType, _ item: CorpusCase, _ reason: String) throws -> Outcome {
        var log = SyntheticLog()
        log.add(type, try item.bytes("body_hex"))
        if let error = Reading(log.events).error { return .fail(expected: "no error", actual: "\(error)") }
        return .notComparable("read past without an error, and its content is not taken: \(reason)")
    }

    /// Where the case has the compressed bytes alone, the fields that an event has before them are put there.
    private static func checkPayload(_ item: CorpusCase) throws -> Outcome {
        var bytes = try item.bytes("body_hex")
        if bytes.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) {
            // Compression type (2): ZSTD; size (1); the end of the fields (0). Each with its length.
            bytes = [2, 1, 0, 1, 9, 0xFE] + SyntheticLog.bytes(UInt64(bytes.count)) + [0] + bytes
        }
        var log = SyntheticLog()
        log.add(.transactionPayload, bytes)
        let reading = Reading(log.events)
        guard let error = reading.error else { return .pass }
        return .fail(expected: "a transaction", actual: "\(error)")
    }
}
