import MySQLClient
import Rows

/// What the sink's user may do. The server is asked about the statements themselves, so that it does not matter how a
/// privilege came about: EXPLAIN and PREPARE need what the statement needs, and change nothing.
struct MySQLPrivileges {
    private let session: MySQLSession
    private let database: String
    /// As `SHOW GRANTS` tells them, those of active roles included.
    private let grants: [String]

    init(_ session: MySQLSession) throws(SinkError) {
        self.session = session
        database = session.settings.database
        let rows = try session.query("SHOW GRANTS")
        grants = rows.rows.indices.map { rows.text($0, 0) ?? "" }
    }

    /// Only with TRIGGER does a server tell that a table has triggers.
    var seesTriggers: Bool {
        grants.contains { grant in
            guard let scope = grant.firstRange(of: " ON ") else { return false }
            let privileges = grant[..<scope.lowerBound]
            guard privileges.contains("TRIGGER") || privileges.contains("ALL PRIVILEGES") else { return false }
            let rest = grant[scope.upperBound...].replacing("\\", with: "")
            return rest.hasPrefix("*.*") || rest.hasPrefix("\(Connection.identifier(database)).")
                || rest.contains("%`.")
        }
    }

    /// Findings for what is missing to write `table` (a target table, whose columns are `columns`); also where the server
    /// hides from this user whether it is there.
    func findings(for table: String, columns: [String]) throws(SinkError) -> [String] {
        let name = Connection.identifier(table)
        let quoted = columns.map(Connection.identifier)
        let list = quoted.isEmpty ? "1" : quoted.joined(separator: ", ")
        var probes = [("SELECT", "EXPLAIN SELECT \(list) FROM \(name) WHERE FALSE")]
        if !quoted.isEmpty {
            let set = quoted.map { "\($0) = \($0)" }.joined(separator: ", ")
            probes.append(("INSERT", "EXPLAIN INSERT INTO \(name) (\(list)) SELECT \(list) FROM \(name) WHERE FALSE"))
            probes.append(("UPDATE", "EXPLAIN UPDATE \(name) SET \(set) WHERE FALSE"))
        }
        probes.append(("DELETE", "EXPLAIN DELETE FROM \(name) WHERE FALSE"))
        var missing: [String] = []
        for (privilege, statement) in probes where try isDenied(statement) { missing.append(privilege) }
        return missing.isEmpty ? [] : [try finding(missing, on: "\(Connection.identifier(database)).\(name)")]
    }

    /// Findings for our own tables: that they can be made, or written where they are.
    func ownTableFindings() throws(SinkError) -> [String] {
        var findings: [String] = []
        for table in [CheckpointTable.pipelines, CheckpointTable.lanes] {
            let name = Connection.identifier(table)
            let rows = try session.query(
                """
                SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() \
                AND TABLE_NAME = '\(table)'
                """)
            if rows.text(0, 0) != "0" {
                findings += try self.findings(for: table, columns: ["pipeline", "epoch"])
            } else if try isDenied("PREPARE replicator_probe FROM 'CREATE TABLE \(name) (id INT)'") {
                // It hides the table from who has no right to it: both cases are mended by the same.
                let all = ["CREATE", "SELECT", "INSERT", "UPDATE", "DELETE"]
                findings.append(try finding(all, on: "\(Connection.identifier(database)).\(name)"))
            }
        }
        return findings
    }

    /// What to grant so that triggers can be seen.
    func triggerFinding() throws(SinkError) -> String {
        "whether target tables have triggers is shown only to who may make them: "
            + "\(try grant(["TRIGGER"], on: "\(Connection.identifier(database)).*")) or, if they may run, triggers = allow"
    }

    private func finding(_ privileges: [String], on table: String) throws(SinkError) -> String {
        "the user lacks \(privileges.joined(separator: ", ")) on \(table): \(try grant(privileges, on: table))"
    }

    private func grant(_ privileges: [String], on object: String) throws(SinkError) -> String {
        let user = try session.query("SELECT CURRENT_USER()").text(0, 0) ?? "?"
        // Its host is what comes last: a user's name may have an @ itself.
        let parts = user.split(separator: "@", omittingEmptySubsequences: false)
        let name = parts.dropLast().joined(separator: "@")
        let account = "\(session.connection.literal(name))@\(session.connection.literal(String(parts.last ?? "%")))"
        return "GRANT \(privileges.joined(separator: ", ")) ON \(object) TO \(account);"
    }

    /// True if the server refuses the statement for want of a privilege. Whatever else it says of it, others find.
    private func isDenied(_ statement: String) throws(SinkError) -> Bool {
        do throws(MySQLError) {
            if statement.hasPrefix("PREPARE") {
                try session.connection.execute(statement)
                try session.connection.execute("DEALLOCATE PREPARE replicator_probe")
            } else {
                _ = try session.connection.query(statement)
            }
            return false
        } catch {
            if error.isConnectionLost { throw SinkError(error, target: session.settings.label) }
            return [1044, 1142, 1143].contains(error.code)
        }
    }
}
