internal import Rows

extension TableSchema {
    /// `event` with all that full metadata would have told. Throws where it does not fit what the event does tell: never a
    /// guess.
    func completing(_ event: TableMapEvent, isMariaDB: Bool) throws(TableFault) -> TableMapEvent {
        let all = columns + hiddenColumns
        let rest = event.columns.dropFirst(all.count)
        guard event.columns.count >= all.count, rest.isEmpty || isMariaDB && areHashes(rest) else {
            throw .mismatch(
                column: 0, log: "of \(event.columns.count) columns", history: "of \(all.count) columns")
        }
        for (index, (logged, column)) in zip(event.columns, all).enumerated() {
            guard LoggedForm(of: column, isMariaDB: isMariaDB).fits(logged), logged.isNullable == column.isNullable
            else {
                throw .mismatch(column: index + 1, column.name, log: logged.text, history: column.text)
            }
        }
        var complete = event
        complete.optional = metadata(all, hashCount: rest.count, isMariaDB: isMariaDB)
        try check(event, against: complete, isMariaDB: isMariaDB)
        return complete
    }

    /// What `Table_map_log_event::init_metadata_fields` (sql/log_event_server.cc) writes of these columns.
    private func metadata(_ columns: [SchemaColumn], hashCount: Int, isMariaDB: Bool) -> OptionalMetadata {
        var metadata = OptionalMetadata()
        var signs: [Bool] = []
        var collations: [UInt16] = []
        var labelCollations: [UInt16] = []
        var enumLabels: [[[UInt8]]] = []
        var setLabels: [[[UInt8]]] = []
        for column in columns {
            let labels = column.declared.labels.map { Array($0.utf8) }
            switch LoggedForm.kind(of: column, isMariaDB: isMariaDB) {
            case .number: signs.append(column.declared.isUnsigned || column.declared.keyword == .year)
            case .characters: collations.append((column.collation ?? .binary).id)
            case .labels:
                labelCollations.append((column.collation ?? .unknown).id)
                if column.declared.keyword == .set { setLabels.append(labels) } else { enumLabels.append(labels) }
            case .other: break
            }
        }
        signs += Array(repeating: true, count: hashCount)
        var bits = [UInt8](repeating: 0, count: (signs.count + 7) / 8)
        for (index, isUnsigned) in signs.enumerated() where isUnsigned { bits[index / 8] |= 0x80 >> UInt8(index % 8) }
        metadata.signedness = bits
        metadata.collations = .each(collations)
        metadata.labelCollations = .each(labelCollations)
        metadata.enumLabels = enumLabels
        metadata.setLabels = setLabels
        metadata.hasUTF8Labels = true
        metadata.names = columns.map(\.name) + (0..<hashCount).map { "DB_ROW_HASH_\($0 + 1)" }
        metadata.primaryKey = primaryKey
        return metadata
    }

    /// Minimal metadata tell signs and character sets: those must be ours.
    private func check(
        _ event: TableMapEvent, against complete: TableMapEvent, isMariaDB: Bool
    ) throws(TableFault) {
        if event.optional.isEmpty { return }
        var told = ColumnResolver(optional: event.optional, isMariaDB: isMariaDB)
        var ours = ColumnResolver(optional: complete.optional, isMariaDB: isMariaDB)
        for (index, column) in event.columns.enumerated() {
            let name = complete.optional.names?[index]
            do throws(DecodeError) {
                let (log, _) = try told.resolve(column)
                let (history, _) = try ours.resolve(column)
                if Self.agree(log, history),
                    event.optional.labelCollations == nil
                        || told.labelCollation == ours.labelCollation
                {
                    continue
                }
                throw TableFault.mismatch(
                    column: index + 1, name, log: told.text(log), history: ours.text(history)
                ).cause
            } catch {
                throw TableFault(cause: error, column: name)
            }
        }
    }

    /// Labels are not told.
    private static func agree(_ log: ColumnType, _ history: ColumnType) -> Bool {
        switch (log, history) {
        case (.enumeration, .enumeration), (.set, .set), (.text(.unknown), _): true
        default: log == history
        }
    }

    /// Whether these columns, behind all others, can be the hashes that MariaDB keeps for unique keys over long values.
    private func areHashes(_ columns: ArraySlice<TableMapEvent.Column>) -> Bool {
        rowHashCount.contains(columns.count)
            && columns.allSatisfy { $0.typeCode == BinlogType.longLong.rawValue && $0.isNullable }
    }
}

extension TableFault {
    fileprivate static func mismatch(
        column: Int, _ name: String? = nil, log: String, history: String
    ) -> TableFault {
        TableFault(cause: .schemaMismatch(column: column, log: log, history: history), column: name)
    }
}

extension ColumnResolver {
    /// What metadata told of the column resolved last, whose type is `type`.
    fileprivate func text(_ type: ColumnType) -> String {
        switch type {
        case .integer(_, let isUnsigned): isUnsigned ? "unsigned" : "signed"
        case .text(let collation): "text in \(collation.name ?? "collation \(collation.id)")"
        case .blob, .binary: "bytes"
        case .enumeration, .set: "labels in \(labelCollation?.name ?? "another character set")"
        default: "\(type)"
        }
    }
}
