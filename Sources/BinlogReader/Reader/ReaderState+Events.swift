internal import Rows

extension ReaderState {
    /// Takes in an event whose header is read and whose checksum is cut off.
    mutating func take(
        _ header: EventHeader, at offset: UInt64, _ body: inout ByteCursor
    ) throws {
        guard let type = header.type else {
            guard header.flags.contains(.ignorable) else { throw DecodeError.unknownEventType(header.typeCode) }
            return passOver()
        }
        switch type {
        case .tableMap:
            try takeTableMap(header, at: offset, &body)
        case .writeRowsV1, .writeRowsV2: try takeRows(header, at: offset, .insert, &body)
        case .updateRowsV1, .updateRowsV2: try takeRows(header, at: offset, .update, &body)
        case .deleteRowsV1, .deleteRowsV2: try takeRows(header, at: offset, .delete, &body)
        case .partialUpdateRows: try takeRows(header, at: offset, .update, &body, isPartial: true)
        case .compressedWriteRowsV1, .compressedWriteRowsV2:
            try takeRows(header, at: offset, .insert, &body, isCompressed: true)
        case .compressedUpdateRowsV1, .compressedUpdateRowsV2:
            try takeRows(header, at: offset, .update, &body, isCompressed: true)
        case .compressedDeleteRowsV1, .compressedDeleteRowsV2:
            try takeRows(header, at: offset, .delete, &body, isCompressed: true)
        case .mariadbGTID:
            try takeGTID(try GTIDEvent(mariadb: &body, serverID: header.serverID), header, at: offset)
        case .gtid, .anonymousGTID:
            try takeGTID(try GTIDEvent(mysql: &body, isAnonymous: type == .anonymousGTID), header, at: offset)
        case .taggedGTID: try takeGTID(try GTIDEvent(tagged: &body), header, at: offset)
        case .xid: try endGroup(header, at: offset)
        case .query, .compressedQuery: try takeQuery(type, header, at: offset, &body)
        case .annotateRows, .rowsQuery, .intVar, .random, .userVar, .binlogCheckpoint, .gtidList, .previousGTIDs,
            .ignorable, .transactionContext, .viewChange:
            passOver()
        case .formatDescription:
            try takeFormat(&body)
        case .rotate: try takeRotate(&body, header)
        case .heartbeat: takeHeartbeat(header)
        case .heartbeatV2: takeHeartbeat(header, try HeartbeatEvent(from: &body).offset)
        case .stop:
            try dropGroup()
            passOver()
        case .xaPrepare:
            try endPrepared(header, at: offset, isOnePhase: try XAPrepareEvent(from: &body).isOnePhase)
        case .beginLoadQuery, .appendBlock, .deleteFile: passOver()
        case .executeLoadQuery: try takeLoad(header, at: offset, &body)
        case .load, .newLoad, .createFile, .execLoad:
            // Of MySQL before 5.0.
            throw DecodeError.statementFormat(keyword: "LOAD DATA", next: tracker.position)
        case .incident where options.isSurvey && options.passesIncidents: passOver()
        case .incident: throw DecodeError.incident(code: try IncidentEvent(from: &body).code)
        case .startEncryption:
            // A server decrypts what it sends.
            if tracker.isFile { throw DecodeError.unsupported(.encryption) }
        case .startV3, .preGAWriteRows, .preGAUpdateRows, .preGADeleteRows:
            throw DecodeError.unsupported(.oldFormat)
        case .transactionPayload: try takePayload(&body, at: offset)
        case .partialRowData where options.isSurvey: passOver()
        case .partialRowData: throw DecodeError.unsupported(.partialRows)
        case .unknown: throw DecodeError.unknownEventType(header.typeCode)
        }
    }

    /// An event of which nothing is taken. Between transactions, reading may start again after it.
    private mutating func passOver() {
        if !group.isActive { boundary = tracker.offset }
    }

    private mutating func takeFormat(_ body: inout ByteCursor) throws {
        let bytes = body.bytes
        let format = try FormatDescription(from: &body)
        if options.verifiesChecksums, FormatDescription.hasChecksums(format.serverVersion) {
            try bytes.withUnsafeBytes { event throws(DecodeError) in try Checksum.verifyFormatDescription(event) }
        }
        try dropGroup()
        layout = EventLayout(format)
        self.format = bytes.withUnsafeBytes { Array($0) }
        try options.schemas?.begin(logOf: format.serverVersion)
        tables.beginFile()
        passOver()
    }

    private mutating func takeRotate(_ body: inout ByteCursor, _ header: EventHeader) throws {
        let rotate = try RotateEvent(from: &body)
        try dropGroup()
        tables.beginFile()
        tracker.rotate(to: rotate)
        boundary = tracker.offset
        // A server begins with a made-up one, which says in which file it starts to look for GTIDs.
        if tracker.isFile || header.flags.contains(.artificial) { return }
        isLocated = true
        yield(.idle(position))
    }

    /// - Parameter offset: how far the server has come, if the event itself says so.
    private mutating func takeHeartbeat(_ header: EventHeader, _ offset: UInt64? = nil) {
        tracker.heartbeat(header, at: offset)
        if header.nextOffset != 0 || offset != nil { isLocated = true }
        passOver()
        idle()
    }

    private mutating func takeGTID(_ event: GTIDEvent, _ header: EventHeader, at offset: UInt64) throws {
        if group.isActive { throw group.unfinished }
        begin(header, at: offset, gtid: event.gtid, isOpen: event.opensTransaction)
        group.commitMicroseconds = event.commitMicroseconds
        group.isTentative = event.isTentativeAlter
        if let isRepeated = options.isRepeated, let gtid = event.gtid { group.isRepeated = isRepeated(gtid) }
        if let xid = event.preparedXA { try beginPrepared(xid) }
    }

    mutating func begin(_ header: EventHeader, at offset: UInt64, gtid: String?, isOpen: Bool) {
        spool = nil
        group.begin(at: offset, gtid: gtid, headerMicroseconds: header.microseconds, isOpen: isOpen)
        boundary = offset
        isLocated = true
    }

    /// The open transaction is committed by the event just read, at `offset`.
    mutating func endGroup(_ header: EventHeader, at offset: UInt64) throws {
        guard group.isActive else { throw DecodeError.group(.endOutside) }
        if let spool = spool.take() {
            spool.finish()
            return try commit(spool, header, at: offset)
        }
        if let changed = group.changed { throw error(of: changed) }
        group.end()
        tables.endStatement()
        boundary = tracker.offset
        if !group.isDelivered { yield(.begin(group.start(in: tracker.file))) }
        yield(
            .commit(
                TransactionEnd(
                    next: tracker.position,
                    commitMicroseconds: group.commitMicroseconds ?? header.microseconds)))
    }

    /// The group ends with the event just read, and has what cannot be handed out.
    private func error(of changed: EventGroup.Changed) -> EventError {
        EventError(
            position: changed.position, eventType: "Query", table: changed.table,
            cause: .statementFormat(keyword: changed.keyword, next: tracker.position))
    }
}
