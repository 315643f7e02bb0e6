import BinlogReader
import Rows

/// Decides which logged statements a pipeline may pass. Applying them to targets comes later: until then one that
/// changes a replicated table stops the pipeline in front of it.
struct SchemaChangePolicy {
    let plan: TargetPlan
    /// `cascades = ignore`
    var ignoresCascades = false

    /// Why the pipeline must stop in front of `statement`, and how to go on; nil: it passes.
    func reasonToStop(at statement: Statement) -> PlanError? {
        let what: String
        switch SchemaChange(statement.text, database: statement.database) {
        case .none: return nil
        case .creates(let table) where addsCascades(statement, to: table),
            .addsColumns(let table) where addsCascades(statement, to: table):
            what = "gives \(table) a foreign key whose changes of rows the server does not log (see cascades = ignore)"
        case .creates: return nil
        case .addsColumns(let table):
            // A view goes on with the columns that it names. A copy, or a view with `*`, has one more, with a value in
            // every old row, and no event tells those.
            guard plan.isKeyed, concerns(table), names(table).contains(where: plan.copiesWhole) else { return nil }
            what = "changes \(table), which is copied whole"
        case .touches(let tables):
            guard let table = tables.first(where: concerns) else { return nil }
            what = "changes \(table)"
        case .dropsDatabase(let name):
            guard plan.concernsDatabase(name) || plan.concernsDatabase(name.lowercased()) else { return nil }
            what = "drops the database \(name)"
        case .unknown(let verb):
            what = "begins with \(verb), which may change a replicated table"
        }
        return PlanError(
            "\(statement.position): a statement \(what), and applying DDL is not supported yet: "
                + "\(StatementExcerpt(statement.text)) -- change the target as it needs, \(Self.wayOut(of: statement))")
    }

    /// The replicated table that `statement`, which passes, adds columns to.
    func passedAddition(in statement: Statement) -> TableName? {
        guard case .addsColumns(let table) = SchemaChange(statement.text, database: statement.database), concerns(table)
        else { return nil }
        return table
    }

    private static func wayOut(of statement: Statement) -> String {
        guard statement.next == statement.start else {
            return "then go on behind the statement: run --start \(statement.next) --reset-checkpoint"
        }
        // CREATE OR REPLACE TABLE … SELECT: nothing can begin between a transaction's statement and its rows.
        let place = "IN '\(statement.position.file)' FROM \(statement.start.offset)"
        return "with the rows that the statement made, then go on behind its transaction (SHOW BINLOG EVENTS \(place) "
            + "tells where that ends): run --start FILE:OFFSET --reset-checkpoint"
    }

    private func addsCascades(_ statement: Statement, to table: TableName) -> Bool {
        !ignoresCascades && concerns(table) && SQLWords(statement.text).cascades
    }

    private func concerns(_ table: TableName) -> Bool {
        names(table).contains { plan.concerns(database: $0.database, table: $0.table) }
    }

    /// A server that takes names in statements without regard to case (`lower_case_table_names`) logs them as they were
    /// written, and rows under names in small letters.
    private func names(_ table: TableName) -> [TableName] {
        [table, TableName(database: table.database.lowercased(), table: table.table.lowercased())]
    }
}
