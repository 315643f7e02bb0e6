public import Rows

/// Why the bytes of one event could not be decoded. `at` counts from the event's first byte. Thrown inside the
/// decoder, and wrapped once in an ``EventError`` that says where in the log and in which table.
public enum DecodeError: Error, Equatable, Sendable {
    /// `need` bytes were asked for at `at`, and the event has `have` left.
    case truncated(at: Int, need: Int, have: Int)
    /// `count` bytes are left over where the event's content should be complete.
    case excess(at: Int, count: Int)
    case invalid(Field, at: Int)
    /// The header says a size that no event can have.
    case size(UInt32)
    case checksum(stored: UInt32, computed: UInt32)
    case unsupported(Feature)
    /// A column's type code that no server has in an ordinary table.
    case unknownColumnType(UInt8)
    /// The event's type code is unknown, and its flags do not say that it may be ignored.
    case unknownEventType(UInt8)
    /// A rows event's table was not announced by a TABLE_MAP event in its statement.
    case missingTableMap(tableID: UInt64)
    /// A change that was logged as the text of a statement; `keyword` is its first word. Reading may go on at `next`.
    case statementFormat(keyword: String, next: BinlogPosition)
    /// An XA transaction is committed whose changes are not known. Reading may go on at `next`.
    case preparedTransaction(xid: String, PreparedFault, next: BinlogPosition)
    case group(GroupFault)
    case payload(PayloadFault)
    /// The source server noted that its log may lack changes.
    case incident(code: UInt16)
    /// What the live server says of a column does not fit the event.
    case hintMismatch(ColumnHint)
    /// What the schema history has of the table does not fit the event: `column` counts from 1, 0 stands for the number of
    /// columns; `log` and `history` say what each has.
    case schemaMismatch(column: Int, log: String, history: String)
}

extension DecodeError {
    /// What a decoder was reading when it found an impossible value.
    public enum Field: String, Equatable, Sendable {
        case headerLength = "header length"
        case postHeaderLength = "post-header length"
        case lengthPrefix = "length prefix"
        case fileName = "file name"
        case gtid = "GTID"
        case columnCount = "column count"
        case columnMetadata = "column metadata"
        case optionalMetadata = "optional metadata"
        case label = "label of an ENUM or SET"
        case extraDataLength = "length of the extra data"
        case compression = "compressed data"
        case payloadSize = "size of a compressed transaction"
        case utf8 = "UTF-8 text"
        case bitmap = "NULL bitmap"
        case value = "value"
        case json = "JSON document"
        case jsonDiff = "change of a JSON document"
        case valueOptions = "options of an image"
    }

    /// What the log holds and this version does not decode.
    public enum Feature: Equatable, Sendable {
        /// An event of a type that is known, in a form that is not: of a later version of the server.
        case event
        /// MariaDB's PARTIAL_ROW_DATA.
        case partialRows
        /// A column's type, by its SQL name.
        case columnType(String)
        /// `SIGNED`, `DATETIME`: in formats before MySQL 5.6 that do not tell their fraction digits.
        case oldTemporal
        /// Labels of an ENUM or SET in a character set that is not converted.
        case labelCharset(collation: UInt16)
        /// Of a TRANSACTION_PAYLOAD, by the server's number for it.
        case payloadCompression(UInt64)
        /// What changed in a JSON document, without the document that it changed.
        case partialJSON
        case statementInTransaction
        /// The binary log's format version is older than 4, or its rows are of a format before MySQL 5.1.
        case oldFormat
        case encryption
        case checksumAlgorithm(UInt8)
    }

    /// What is wrong with a TRANSACTION_PAYLOAD, beyond its header.
    public enum PayloadFault: Equatable, Sendable {
        /// What lies at this byte of the event is no zstd.
        case corrupt(at: Int)
        /// It ends inside a frame of zstd or an event.
        case cutOff
        /// It holds more or less than its header says; `found` nil: more.
        case size(declared: UInt64, found: UInt64?)
        /// An event of a type that no payload has, as another payload.
        case event
        /// An event behind the transaction's end.
        case behindEnd
        /// The transaction does not end in it.
        case noEnd
    }

    /// Why the changes of a prepared transaction are not known.
    public enum PreparedFault: Equatable, Sendable {
        /// It was prepared before reading began, or what was kept of it is gone. Something that was kept is damaged, and
        /// may be it: what was prepared there.
        case unknown(damaged: BinlogPosition?)
        /// What was kept of it is damaged; it was prepared there.
        case damaged(prepared: BinlogPosition)
        /// It was prepared before the oldest file that the log still has, `oldest`.
        case gone(oldest: String)
        /// Nothing was kept of it, and the log, in which it was looked for, cannot be read there: it may be in front of that
        /// or behind.
        indirect case unreadable(EventError)
        /// It has rows of this table, which was not selected where it was prepared.
        case notSelected(table: String, prepared: BinlogPosition)
    }

    /// What is wrong with the order of a transaction's events.
    public enum GroupFault: Equatable, Sendable {
        /// Row changes where no transaction was begun.
        case rowsOutside
        /// A COMMIT where no transaction was begun.
        case endOutside
        /// The transaction begun at `offset` has no end before this event.
        case unfinished(start: UInt64)
        /// A ROLLBACK TO a savepoint that the transaction has not set.
        case unknownSavepoint
        /// An XA transaction's name is longer than servers allow.
        case longXID
        /// An event before the file's FORMAT_DESCRIPTION.
        case noFormatDescription
    }
}
