public import Rows

/// A view typed for one source table: turns batches of that table's rows into batches of the target's. Immutable, and
/// may be used by several threads at once.
public final class CompiledView: Sendable {
    public let definition: ViewDefinition
    /// The table for which it was compiled. Batches of any other must not be applied.
    public let source: Table
    /// The target table. Its database is empty where the view's name has none. Its primary key is the source's as the
    /// view projects it: empty if the source has none, or if the view drops a part of it.
    public let output: Table
    /// How each column of `output` is made, in the same order.
    public let outputs: [OutputColumn]
    /// The WHERE in SQL, in the same form as ``OutputColumn/expression``; nil if there is none.
    public let whereText: String?
    /// Key columns of the source that the view does not have: if there are any, the target has no key.
    public let droppedKeyColumns: [String]

    /// What makes the cells of each column of `output`.
    let codes: [OutputCode]
    let condition: Evaluator<Bool>?
    /// What ``Text/Source/constant`` names.
    let constants: [UInt8]
    let hasComputedColumns: Bool

    init(
        definition: ViewDefinition, source: Table, columns: [(OutputColumn, OutputCode)],
        condition: (text: String, evaluate: Evaluator<Bool>)?, constants: [UInt8]
    ) {
        let outputs = columns.map(\.0)
        self.definition = definition
        self.source = source
        self.outputs = outputs
        codes = columns.map(\.1)
        whereText = condition?.text
        self.condition = condition?.evaluate
        self.constants = constants
        hasComputedColumns = outputs.contains { $0.sourceColumn == nil }
        let key = source.primaryKey.map { part in outputs.firstIndex { $0.sourceColumn == part } }
        droppedKeyColumns = zip(source.primaryKey, key).compactMap { part, index in
            index == nil ? source.columns[part].name : nil
        }
        output = Table(
            database: definition.database ?? "", name: definition.name,
            columns: outputs.map { output in
                Column(
                    name: output.name, type: output.type, isNullable: output.isNullable,
                    labelCollation: output.sourceColumn.flatMap { source.columns[$0].labelCollation })
            },
            primaryKey: droppedKeyColumns.isEmpty ? key.compactMap { $0 } : [], metadata: source.metadata)
    }

    /// True if the view only picks, drops, renames or reorders columns.
    public var isPermutation: Bool { condition == nil && !hasComputedColumns }

    /// True if row images must be complete (`binlog_row_image=FULL`): the view has a WHERE or computed columns.
    public var usesWholeRow: Bool { !isPermutation }
}
