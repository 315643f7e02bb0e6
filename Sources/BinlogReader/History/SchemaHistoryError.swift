internal import Rows

/// Rows that cannot be read, since the log does not name their columns, and no one else can tell them. One line, with the ways
/// out.
package struct SchemaHistoryError: Error, Equatable, CustomStringConvertible {
    package let description: String

    private init(_ description: String) {
        self.description = description
    }

    /// The log has such rows on the way.
    init(_ loss: SchemaSurvey.Loss) {
        let table = "\(loss.table.database).\(loss.table.name)"
        var why = "the server does not have the table any more"
        var out = "start behind its last rows"
        if loss.change == nil, let reason = loss.reason {
            why = reason
            out = "SET GLOBAL binlog_row_metadata = FULL, and start behind it"
        } else if let change = loss.change {
            why = "the statement at \(change.place.event) changed it afterwards"
            out = "start behind that statement (run --start \(change.next))"
        }
        if loss.change != nil, let reason = loss.reason { why += "; \(reason)" }
        self.init(
            "\(table) at \(loss.rows): the log does not name the columns of these rows (binlog_row_metadata), and what they "
                + "were there cannot be told: \(why). Ways out: \(out), or leave the table out "
                + "(tables = …, !\(table))")
    }

    /// Reading has come to such rows.
    static func untold(
        _ name: SourceServer.TableName, at place: BinlogPosition, reason: String?
    ) -> SchemaHistoryError {
        let table = "\(name.database).\(name.name)"
        return SchemaHistoryError(
            "\(table) at \(place): the log does not name the columns of these rows (binlog_row_metadata), and they cannot be "
                + "told: \(reason ?? "the server does not have the table"). Ways out: leave the table out (tables = …, "
                + "!\(table)), or copy it anew and start behind that (run --start FILE:OFFSET --reset-checkpoint)")
    }

    /// Likewise, of an XA transaction whose table is another one by now.
    static func prepared(
        _ name: SourceServer.TableName, at place: BinlogPosition, prepared: BinlogPosition, change: BinlogPosition
    ) -> SchemaHistoryError {
        untold(
            name, at: place,
            reason: "they are of the XA transaction that was prepared at \(prepared), and the statement at \(change) "
                + "changed the table before its commit")
    }

    /// Reading has come to rows whose columns the log names, and of which it leaves open what they are.
    static func open(
        _ name: SourceServer.TableName, at place: BinlogPosition, columns: [String], change: LoggedStatement?,
        reason: String?
    ) -> SchemaHistoryError {
        let table = "\(name.database).\(name.name)"
        var why = reason ?? "the server does not have the table any more, or another one of its name"
        var out = "start behind its last rows"
        if let change {
            why = "the statement at \(change.place.event) changed the table afterwards"
            out = "start behind that statement (run --start \(change.next))"
        }
        let what =
            columns.isEmpty
            ? "whether the table was WITH SYSTEM VERSIONING there"
            : "which of the columns \(columns.joined(separator: ", ")) were UUID, INET4, INET6, JSON or VECTOR there"
        return SchemaHistoryError(
            "\(table) at \(place): the log does not tell \(what), and it cannot be told: \(why). Ways out: \(out), or leave "
                + "the table out (tables = …, !\(table))")
    }

    /// Likewise, in files.
    static func undeclared(
        _ name: SourceServer.TableName, at place: BinlogPosition, reason: String
    ) -> SchemaHistoryError {
        let table = "\(name.database).\(name.name)"
        return SchemaHistoryError(
            "\(table) at \(place): the log does not name the columns of these rows (binlog_row_metadata), and they cannot be "
                + "told: \(reason). Ways out: start behind that statement with a schema file of the table as it is there, or "
                + "leave the table out (tables = …, !\(table))")
    }

    /// A pipeline of files goes on where nobody can tell what statements have made of the tables that `file` declares.
    static func forgotten(
        _ file: String, at place: BinlogPosition, damage: SchemaStoreDamage? = nil
    ) -> SchemaHistoryError {
        let why =
            damage.map { "the state file's record of that cannot be read (\($0))" } ?? "the state file does not tell"
        return SchemaHistoryError(
            "\(file) says what tables were where reading began, and what statements have made of them up to \(place) is not "
                + "known: \(why). " + wayOut(file, place))
    }

    /// The file has changed since statements moved its tables on.
    static func edited(_ file: String, at place: BinlogPosition) -> SchemaHistoryError {
        SchemaHistoryError(
            "\(file) has changed, and it says what tables were where reading began; statements have changed tables up to "
                + "\(place). Put it back as it was. " + wayOut(file, place))
    }

    private static func wayOut(_ file: String, _ place: BinlogPosition) -> String {
        "Or write into it what the tables are at \(place), and begin there: run --start \(place) --reset-checkpoint"
    }

    /// Asked and asked, and each time a statement came in between.
    package static let restless = SchemaHistoryError(
        "the server's tables are changed so often that what they are at one place of its log could not be asked: start "
            + "again when it is quieter")
}
