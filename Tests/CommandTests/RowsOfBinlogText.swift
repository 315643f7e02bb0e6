import Foundation
import TestSupport

/// Row changes as the server's own `mariadb-binlog` or `mysqlbinlog`, with `-v`, prints them: an independent decoder to hold ours against.
enum RowsOfBinlogText {
    /// The changes of a table of three columns, in order, in the words of the crash test's audit triggers.
    static func changes(of table: String, in server: any DatabaseServer, _ kind: ServerKind = .mariaDB) throws
        -> [String]
    {
        let (end, output, errors) = try Program.run(
            kind == .mySQL ? MySQLServer.program("mysqlbinlog") : "mariadb-binlog",
            ["--no-defaults", "-v", "--base64-output=DECODE-ROWS"] + server.binlogFiles())
        guard end == .exited(0) else { throw TestSupportError("mariadb-binlog: \(errors)") }
        var changes: [String] = []
        var operation: String?
        var values: [String] = []
        var takes = false
        func close() {
            if let operation, !values.isEmpty {
                changes.append("\(table) \(operation) \(values.joined(separator: " "))")
            }
            values = []
        }
        for line in output.split(separator: "\n") {
            guard line.hasPrefix("### ") else {
                close()
                operation = nil
                continue
            }
            let text = line.dropFirst(4)
            if text.hasPrefix("INSERT INTO") || text.hasPrefix("UPDATE") || text.hasPrefix("DELETE FROM") {
                close()
                let kind = text.hasPrefix("INSERT") ? "insert" : text.hasPrefix("UPDATE") ? "update" : "delete"
                operation = text.hasSuffix("`.`\(table)`") ? kind : nil
                takes = kind == "delete"
            } else if text == "SET" {
                takes = true
            } else if operation != nil, takes, text.hasPrefix("  @"), let equals = text.firstIndex(of: "=") {
                values.append(
                    text[text.index(after: equals)...].trimmingCharacters(in: CharacterSet(charactersIn: "'")))
            }
        }
        close()
        return changes
    }
}
