import BinlogReader
import MySQLClient
import Rows
import TestSupport

/// The parts `sql_…` and `partial_json`: statements that run on a real server, whose log is decoded; what the server
/// itself selects then is the truth, and what the corpus expects is compared besides.
enum SQLPart {
    static func part(
        _ name: String, _ servers: [String], _ check: @escaping (CorpusCase, SQLRun) throws -> Outcome
    ) -> Part {
        Part(name: name, needsServer: true) { corpus, tally in
            for server in servers {
                let kind: ServerKind = server == "MySQL" ? .mySQL : .mariaDB
                try tally.check(corpus, "expect/\(name).jsonl", suffix: "@\(server)") { item in
                    if isElsewhere(item, kind) { return .elsewhere }
                    return try check(item, SQLRun(server: kind.shared(), kind: kind))
                }
            }
        }
    }

    /// Whether the case is of the other server.
    private static func isElsewhere(_ item: CorpusCase, _ kind: ServerKind) -> Bool {
        let requires = item["requires"].map { "\($0)" } ?? ""
        switch kind {
        case .mariaDB: return requires.contains("MySQL") && !requires.contains("MariaDB\"") && !isOldName(requires)
        case .mySQL: return requires.contains("isMariaDB")
        }
    }

    /// `isMySQL57` and the like say a version rather than a server.
    private static func isOldName(_ requires: String) -> Bool { requires.contains("isMySQL") }

    private static func statements(_ item: CorpusCase, _ name: String = "sql") throws -> [String] {
        guard let list = item[name]?.array?.compactMap(\.text), !list.isEmpty else {
            throw CorpusError("the case has no statements")
        }
        // Some are cut into lines.
        return list.reduce(into: []) { whole, line in
            if line.first(where: { !$0.isWhitespace })?.isLetter ?? false || whole.isEmpty {
                whole.append(line)
            } else {
                whole[whole.count - 1] += " " + line
            }
        }
    }

    static func checkValues(_ item: CorpusCase, _ run: SQLRun) throws -> Outcome {
        if let refusal = try run.execute(statements(item)) { return refusal }
        if let difference = try run.compareWithSelect() { return difference }
        if run.kind == .mariaDB, let rows = item["select_mariadb_10_11"]?.array {
            for (row, expected) in zip(run.inserted, rows) {
                for value in row {
                    guard let text = expected[value.column.name], !SelectedText.isEqual(value, document: text) else {
                        continue
                    }
                    return .fail(expected: "\(value.column.name) \(text)", actual: value.shown)
                }
            }
        }
        // Where its expectation is another library's reading, the server's is the truth.
        return item["read_as"] == nil ? ExpectedValue.compare(run.inserted, item["expect"]?.object ?? [:]) : .pass
    }

    static func checkRoundTrip(_ item: CorpusCase, _ run: SQLRun) throws -> Outcome {
        if let refusal = try run.execute(statements(item)) { return refusal }
        if let difference = try run.compareWithSelect() { return difference }
        guard let count = item["rows"]?.integer else { return .pass }
        return .compare("\(run.inserted.count) rows", with: "\(count) rows")
    }

    static func checkJSON(_ item: CorpusCase, _ run: SQLRun) throws -> Outcome {
        if let refusal = try run.execute(statements(item)) { return refusal }
        if let difference = try run.compareWithSelect() { return difference }
        let last = run.table.last?.last?.shown ?? "no row"
        let expected: JSONDocument?
        if let after = item["after_json"] {
            expected = after
        } else {
            // Library text: not always the server's, which was compared already.
            if item["note"] != nil { return .pass }
            expected = item["expect_json_text"]?.text.flatMap { JSONDocument($0) }
        }
        guard let expected else { throw CorpusError("the case expects no document") }
        return JSONDocument(last).map { expected.means($0) } ?? false
            ? .pass : .fail(expected: "\(expected)", actual: last)
    }

    static func checkPartialJSON(_ item: CorpusCase, _ run: SQLRun) throws -> Outcome {
        guard run.kind == .mySQL else { return .elsewhere }
        var sql = [try item.text("create").replacing("test.t", with: "t")]
        for row in item["before"]?["rows"]?.array ?? [] {
            // mysqltest prints NULL as it prints the text.
            let values = (row.array ?? []).map { $0.text == "NULL" ? "NULL" : $0.text.map(run.literal) ?? "NULL" }
            sql.append("INSERT INTO t VALUES (\(values.joined(separator: ", ")))")
        }
        sql.append("SET binlog_row_value_options = 'PARTIAL_JSON'")
        if let refusal = try run.execute(sql + statements(item, "statements")) { return refusal }
        if let difference = try run.compareWithSelect() { return difference }
        for (row, expected) in zip(run.table, item["after"]?["rows"]?.array ?? []) {
            for (value, text) in zip(row, expected.array ?? []) where (text.text ?? "NULL") != value.shown {
                return .fail(expected: "\(value.column.name) \(text)", actual: value.shown)
            }
        }
        return .pass
    }
}
