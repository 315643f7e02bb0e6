import MySQLClient
import Rows

extension MySQLError {
    /// The one table of the server's and the library's error numbers: what the caller does about each
    /// (mysqld_error.h, errmsg.h). Unknown ones stop the pipeline.
    var disposition: SinkError.Disposition {
        if isConnectionLost || isUnreachable { return .retriable }
        switch code {
        case 1205, 1213, 1614, 1689: return .retriable  // lock wait timeout, deadlock, in XA, metadata lock
        case 1290, 1836, 1792: return .retriable  // the server, or the transaction, is read-only
        case 1020, 1412, 1615: return .retriable  // row or table changed meanwhile, statement needs re-prepare
        case 1021, 1114: return .retriable  // disk full, table full
        case 1037, 1038, 1041, 1206: return .retriable  // out of memory, of locks
        case 1047, 3100, 3101: return .retriable  // Galera not ready; Group Replication
        case 1180, 1317, 1969, 3024: return .retriable  // error at commit, query killed or out of time
        case 1022, 1062, 1586, 1761, 1762: return .rejected(.uniqueClash)  // ER_DUP_…
        case 1216, 1452: return .rejected(.missingParent)  // ER_NO_REFERENCED_ROW…
        case 1217, 1451: return .rejected(.childExists)  // ER_ROW_IS_REFERENCED…
        case 1048, 1264, 1265, 1292, 1300, 1366, 1367, 1406, 1411, 1416, 1526, 1690:
            return .rejected(.invalidValue)
        case 1644: return .rejected(.invalidValue)  // SIGNAL of a trigger
        case 3140, 3141, 3143, 3144, 3156, 3157: return .rejected(.invalidValue)  // JSON
        case 3037, 3548, 3616, 3617, 3643: return .rejected(.invalidValue)  // geometry, SRID
        case 3819, 4025: return .rejected(.invalidValue)  // CHECK: MySQL, MariaDB
        default: return .fatal
        }
    }

    /// True if the transaction is gone with it, or may be: the session is not used on.
    var endsTransaction: Bool {
        switch code {
        case 1205, 1213, 1614, 1020, 1047, 3101, 1180: true
        default: disposition == .retriable || disposition == .fatal
        }
    }

    /// What the error says, without the values of rows that the server's own message may quote.
    var redactedText: String {
        switch disposition {
        case .rejected(let collision):
            let named = namedObject.map { " (\($0), error \(code))" } ?? " (error \(code))"
            return collision.reason + named
        case .retriable:
            return description
        default:
            return safeText ?? "the target server refused a statement with error \(code), SQLSTATE \(sqlState)"
        }
    }

    /// What an operator can do about a refused value; nil where its case says all.
    fileprivate var wayOut: String? {
        switch code {
        case 1264, 1690: "make the column wider (ALTER TABLE), or have the view give a smaller number"
        case 1406, 1265: "make the column wider (ALTER TABLE), or have the view give less (SUBSTRING, CAST)"
        case 1366: "give the column a character set that has all (utf8mb4), or another type (ALTER TABLE)"
        case 1048: "let the column be NULL (ALTER TABLE), or have the view give a value (COALESCE)"
        case 1644: "mend the trigger"
        case 3819, 4025: "drop the constraint or change it, or have the view leave such rows out (WHERE)"
        default: nil
        }
    }

    /// Messages that name nothing but users, tables and settings, with the way out.
    private var safeText: String? {
        switch code {
        case 1044, 1045, 1142, 1143, 1227, 1370, 1698, 1049, 1130, 1820, 1862, 2058, 2059: description
        case 1054: "\(description): has the target table been altered? replicator check shows what it should be"
        case 1146: "\(description): replicator check shows how to make it"
        case 1364: "\(description): give it one, or add the column to the view"
        case 1665, 1666: "\(description): SET GLOBAL binlog_format = ROW on the target"
        case 1153: "\(description): SET GLOBAL max_allowed_packet to more on the target"
        case 1231, 1193, 1286, 1030, 1032, 1034, 1035, 1036, 1015, 1016, 1194, 1195: description
        case 2000..<3000: description
        default: nil
        }
    }

    /// The key, constraint or column that the message names. Values come before it in the message.
    private var namedObject: String? {
        let marks: [(String, String)] =
            switch code {
            case 1022, 1062, 1586: [("for key ", "key ")]
            case 1216, 1217, 1451, 1452, 4025: [("CONSTRAINT ", "constraint ")]
            case 3819: [("Check constraint ", "constraint ")]
            default: [("for column ", "column "), ("Column ", "column "), ("CONSTRAINT ", "constraint ")]
            }
        for (mark, kind) in marks {
            guard let start = Self.lastRange(of: mark, in: message) else { continue }
            if let name = Self.firstName(in: message[start...]) { return kind + name }
        }
        return nil
    }

    private static func lastRange(of mark: String, in text: String) -> String.Index? {
        let bytes = Array(mark.utf8)
        let view = text.utf8
        var found: String.Index?
        var index = view.startIndex
        while index != view.endIndex {
            if view[index...].starts(with: bytes) { found = view.index(index, offsetBy: bytes.count) }
            index = view.index(after: index)
        }
        return found
    }

    /// ``'users.email'`` or `` `db`.`t`.`c` ``, quotes and all, up to the first character outside them.
    private static func firstName(in text: Substring) -> String? {
        guard let quote = text.first, quote == "'" || quote == "`" else { return nil }
        var name = ""
        var isInside = false
        for character in text {
            if character == quote { isInside.toggle() } else if !isInside, character != "." { break }
            name.append(character)
            if name.count > 300 { return nil }
        }
        return name
    }
}

extension SinkError {
    /// What the sink says of the server's refusal where no single row is to blame.
    init(_ error: MySQLError, target: String) {
        let text = error.server == nil ? "\(target): \(error.redactedText)" : error.description
        self.init(error.disposition, text)
    }

    /// The target's refusal of one row.
    init(_ error: MySQLError, row: Row, of batch: RowBatch, target: String) {
        switch error.disposition {
        case .rejected(let collision):
            self.init(refusal: collision, error.redactedText, error.wayOut ?? collision.wayOut, row: row, of: batch)
        case .fatal:
            self.init(.fatal, error.redactedText, row: row, of: batch)
        default:
            self.init(error, target: target)
        }
    }
}
