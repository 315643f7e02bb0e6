public import Rows

/// An event that could not be followed: where it lies, what it is, whose rows, and why. Holds no row data.
public struct EventError: Error, Equatable, Sendable {
    /// Of the event's first byte.
    public var position: BinlogPosition
    /// As mysqlbinlog prints it: `Write_rows_v1`.
    public var eventType: String
    /// `database.table`; nil where none is to blame.
    public var table: String?
    public var column: String?
    public var cause: DecodeError

    public init(
        position: BinlogPosition, eventType: String, table: String? = nil, column: String? = nil, cause: DecodeError
    ) {
        self.position = position
        self.eventType = eventType
        self.table = table
        self.column = column
        self.cause = cause
    }
}

extension EventError: CustomStringConvertible {
    /// One line: `binlog.000003:1540: Write_rows_v1 of shop.orders, column "total": …`.
    public var description: String {
        var text = "\(position): \(eventType)"
        if let table { text += " of \(table)" }
        if let column { text += ", column \"\(column)\"" }
        return Self.onOneLine(text + ": " + cause.description)
    }

    /// Names come from the log, where they may hold line ends and what steers terminals.
    static func onOneLine(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isSteering) else { return text }
        return text.unicodeScalars.map { isSteering($0) ? $0.escaped(asASCII: true) : String($0) }.joined()
    }

    private static func isSteering(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}

extension DecodeError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .truncated(let offset, let need, let have):
            "corrupt event: \(need) bytes expected at byte \(offset), \(have) there"
        case .excess(let offset, let count): "corrupt event: \(count) bytes left over at byte \(offset)"
        case .invalid(let field, let offset):
            offset > 0
                ? "corrupt event: impossible \(field.rawValue) at byte \(offset)" : "impossible \(field.rawValue)"
        case .size(let size): "corrupt file: \(size) bytes is no event's size"
        case .checksum(let stored, let computed):
            "corrupt event: its checksum is \(hexadecimal(stored)), that of its bytes \(hexadecimal(computed)); copy the "
                + "file again, or start after this position and copy the tables anew"
        case .unsupported(let feature): feature.description
        case .unknownColumnType(let code): "column type \(code) is unknown to this version: leave the table out"
        case .unknownEventType(let code):
            "event type \(code) is unknown to this version, and its flags do not say that it may be passed over"
        case .missingTableMap(let id): "no Table_map event before it gives table id \(id) a name"
        case .statementFormat(let keyword, let next):
            "rows were changed by a statement (\(keyword)) that was logged as text, not as rows, and cannot be followed: "
                + "SET GLOBAL binlog_format=ROW, let applications connect anew, copy the tables that it changes by hand, "
                + "and go on behind it with run --start \(next) --reset-checkpoint; or leave those tables out"
        case .preparedTransaction(let xid, .gone(let oldest), let next):
            "XA COMMIT \(xid) commits a transaction that was prepared before \(oldest), the oldest file of the log, or is not "
                + "in it, so that nobody has its rows any more: make those of replicated tables in the target by hand, and go "
                + "on behind the commit with run --start \(next) --reset-checkpoint"
        case .preparedTransaction(let xid, .unreadable(let error), let next):
            "XA COMMIT \(xid) commits \(DecodeError.PreparedFault.unreadable(error)): mend that, and start again; or, if it was "
                + "prepared behind that, start there (at the Gtid event before its XA START, as mysqlbinlog shows it) with run "
                + "--start FILE:OFFSET --reset-checkpoint; or make its rows of replicated tables in the target by hand, and go "
                + "on behind the commit with run --start \(next) --reset-checkpoint"
        case .preparedTransaction(let xid, let fault, let next):
            "XA COMMIT \(xid) commits \(fault.description), or, if none of its rows are of replicated tables, go on behind "
                + "the commit with run --start \(next) --reset-checkpoint"
        case .group(let fault): fault.description
        case .payload(let fault): fault.description
        case .incident(let code):
            "the server noted incident \(code): its log may lack changes; copy the tables anew and start after this "
                + "position"
        case .hintMismatch(let hint):
            "the server says that the column is \(hint), which does not fit what the log says: was it altered since?"
        case .schemaMismatch(let column, let log, let history):
            (column > 0 ? "column \(column)" : "the table")
                + " is \(log) in the log and \(history) in the schema history: a change of the table came by that the "
                + "history does not have, so that its columns cannot be told. Ways out: leave the table out, or copy it "
                + "anew and start behind that (run --start FILE:OFFSET --reset-checkpoint); with SET GLOBAL "
                + "binlog_row_metadata = FULL the log tells its columns itself"
        }
    }

    private func hexadecimal(_ value: UInt32) -> String {
        "0x" + String(value, radix: 16)
    }
}

extension DecodeError.Feature: CustomStringConvertible {
    public var description: String {
        switch self {
        case .event: "the event has a form that is not known: its server is of a later version"
        case .partialRows:
            "the rows are in pieces, as MariaDB 12.3 and newer log what is larger than binlog_row_event_fragment_threshold, "
                + "and such are not decoded yet: SET GLOBAL binlog_row_event_fragment_threshold = 1073741824, and start "
                + "after this position with a fresh copy of the table"
        case .columnType(let name): "\(name) columns are not decoded yet: leave the table out"
        case .oldTemporal:
            "the table has DATETIME, TIME or TIMESTAMP columns in MariaDB's old format, and the log does not tell their "
                + "fraction digits: SET GLOBAL mysql56_temporal_format=ON, ALTER TABLE … FORCE, and start after it"
        case .labelCharset(let collation):
            "labels in the character set of collation \(collation) are not decoded yet: leave the table out"
        case .payloadCompression(let number):
            "the transaction is compressed in a way (number \(number)) that is unknown to this version"
        case .partialJSON:
            "the log has only what changed in the document (binlog_row_value_options = PARTIAL_JSON), and without "
                + "binlog_row_image = FULL not the document that it changed: SET GLOBAL binlog_row_image = FULL, let "
                + "applications connect anew, and start after this position with a fresh copy of the table"
        case .statementInTransaction: "a statement between a transaction's row changes is not decoded yet"
        case .oldFormat:
            "its format is older than binlog version 4 with row events version 1 (MySQL 5.1), and is not read"
        case .encryption:
            "the file is encrypted and cannot be read without the server: follow the server itself, or let "
                + "mariadb-binlog --read-from-remote-server --raw write the file out"
        case .checksumAlgorithm(let number): "checksum algorithm \(number) is unknown to this version"
        }
    }
}

extension DecodeError.PayloadFault: CustomStringConvertible {
    public var description: String {
        switch self {
        case .corrupt(let offset): "corrupt compressed transaction: no zstd at byte \(offset)"
        case .cutOff: "corrupt compressed transaction: it ends inside an event"
        case .size(let declared, let found):
            "corrupt compressed transaction: it should hold \(declared) bytes, and holds "
                + (found.map { "\($0)" } ?? "more")
        case .event: "corrupt compressed transaction: no such event can be inside one"
        case .behindEnd: "corrupt compressed transaction: more events behind its end"
        case .noEnd: "corrupt compressed transaction: it lacks its end"
        }
    }
}

extension DecodeError.PreparedFault: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unknown(nil):
            "a transaction that was prepared before reading began, or what was kept of it is gone: start where it was "
                + "prepared (at the Gtid event before its XA START, as mysqlbinlog shows it) with run --start FILE:OFFSET "
                + "--reset-checkpoint"
        case .unknown(let damaged?):
            "a transaction of which nothing is kept; what was kept of one that was prepared at \(damaged) is damaged, and "
                + "may have been it: start there with run --start \(damaged) --reset-checkpoint"
        case .damaged(let prepared):
            "what was prepared at \(prepared), and what was kept of that is damaged: start there with run --start "
                + "\(prepared) --reset-checkpoint"
        case .gone(let oldest): "a transaction that was prepared before \(oldest), the oldest file of the log"
        case .unreadable(let error):
            "a transaction of which nothing is kept, so that it was looked for in the log, which cannot be read (\(error))"
        case .notSelected(let table, let prepared):
            "rows of \(table), which was not replicated where they were prepared, at \(prepared): start there with run "
                + "--start \(prepared) --reset-checkpoint"
        }
    }
}

extension DecodeError.GroupFault: CustomStringConvertible {
    public var description: String {
        switch self {
        case .rowsOutside:
            "row changes outside a transaction: reading began inside one; start where it begins (its Gtid event or BEGIN)"
        case .endOutside:
            "the end of a transaction whose beginning was not read: start where it begins (its Gtid event or BEGIN)"
        case .unfinished(let start):
            "the transaction that begins at offset \(start) has no end before this: the file is incomplete, or its "
                + "server crashed while writing it"
        case .unknownSavepoint:
            "a rollback to a savepoint that the transaction has not set, or as one of some hundred thousand "
                + "that are not all kept, so that nothing tells which rows it takes back"
        case .longXID: "corrupt event: the name of an XA transaction is longer than servers allow"
        case .noFormatDescription: "no Format_desc event before it: the file lacks its head"
        }
    }
}
