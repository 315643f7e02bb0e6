public import Rows

/// A view typed for one source table: turns batches of that table's rows into batches of the target's.
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

    init(
        definition: ViewDefinition, source: Table, outputs: [OutputColumn], whereText: String?
    ) {
        self.definition = definition
        self.source = source
        self.outputs = outputs
        self.whereText = whereText
        let key = source.primaryKey.map { part in outputs.firstIndex { $0.sourceColumn == part } }
        droppedKeyColumns = zip(source.primaryKey, key).compactMap { part, index in
            index == nil ? source.columns[part].name : nil
        }
        output = Table(
            database: definition.database ?? "", name: definition.name,
            columns: outputs.map { Column(name: $0.name, type: $0.type, isNullable: $0.isNullable) },
            primaryKey: droppedKeyColumns.isEmpty ? key.compactMap { $0 } : [], metadata: source.metadata)
    }

    /// True if the view only picks, drops, renames or reorders columns.
    public var isPermutation: Bool { whereText == nil && outputs.allSatisfy { $0.sourceColumn != nil } }

    /// True if row images must be complete (`binlog_row_image=FULL`): the view has a WHERE or computed columns.
    public var usesWholeRow: Bool { !isPermutation }
}
