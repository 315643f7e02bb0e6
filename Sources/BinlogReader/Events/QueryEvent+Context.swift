internal import Rows

extension QueryEvent {
    /// Status variables (`Query_event_status_vars`, statement_events.h): a code, then as many bytes as the code says. Those
    /// from 128 on are MariaDB's.
    private enum Code: UInt8 {
        case flags2, sqlMode, catalog, autoIncrement, charset, timeZone, catalogWithoutNUL, timeNames, databaseCharset
        case tableMapForUpdate, masterDataWritten, invoker, updatedDatabases, microseconds, commitTime, commitTime2
        case explicitTimestampDefaults, ddlWithXID, utf8mb4Collation, requiresPrimaryKey, tableEncryption
        case hiddenMicroseconds = 128
        case xid, gtidFlags, charsetCollations
    }

    /// What the variables tell about the statement's meaning. Those behind one that is unknown tell nothing more, since
    /// nobody can say where they begin.
    static func context(
        from variables: inout ByteCursor, database: String
    ) throws(DecodeError) -> StatementContext {
        var context = StatementContext(database: database)
        while variables.remaining > 0, let code = Code(rawValue: try variables.read(UInt8.self)) {
            switch code {
            case .sqlMode:
                context.sqlMode = try variables.read(UInt64.self)
            case .charset:
                context.client = Collation(id: try variables.read(UInt16.self))
                try variables.skip(2)  // the connection's
                context.serverCollation = Collation(id: try variables.read(UInt16.self))
            case .utf8mb4Collation: context.utf8mb4Collation = Collation(id: try variables.read(UInt16.self))
            case .explicitTimestampDefaults: context.hasExplicitTimestamps = try variables.read(UInt8.self) != 0
            case .charsetCollations:
                for _ in 0..<(try variables.read(UInt8.self)) {
                    let usual = try variables.read(UInt16.self)
                    context.charsetCollations[usual] = Collation(id: try variables.read(UInt16.self))
                }
            default: try skip(code, &variables)
            }
        }
        return context
    }

    private static func skip(_ code: Code, _ variables: inout ByteCursor) throws(DecodeError) {
        switch code {
        case .requiresPrimaryKey, .tableEncryption: try variables.skip(1)
        case .timeNames, .databaseCharset: try variables.skip(2)
        case .microseconds, .hiddenMicroseconds: try variables.skip(3)
        case .flags2, .autoIncrement, .masterDataWritten, .commitTime: try variables.skip(4)
        case .tableMapForUpdate, .ddlWithXID, .xid, .commitTime2: try variables.skip(8)
        case .timeZone, .catalogWithoutNUL: try variables.skip(Int(try variables.read(UInt8.self)))
        case .catalog: try variables.skip(Int(try variables.read(UInt8.self)) + 1)
        case .invoker:
            try variables.skip(Int(try variables.read(UInt8.self)))
            try variables.skip(Int(try variables.read(UInt8.self)))
        case .updatedDatabases:
            let count = try variables.read(UInt8.self)
            // More than the server can count: no names (`OVER_MAX_DBS_IN_EVENT_MTS`).
            guard count < 254 else { return }
            for _ in 0..<count { while try variables.read(UInt8.self) != 0 {} }
        case .gtidFlags:
            // The end of an ALTER that is logged in two parts names the first one.
            if try variables.read(UInt8.self) & 0b1100 != 0 { try variables.skip(8) }
        case .sqlMode, .charset, .charsetCollations, .utf8mb4Collation, .explicitTimestampDefaults: break
        }
    }
}
