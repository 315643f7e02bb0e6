internal import Rows

extension ChangeReader {
    /// Takes in an event whose header is read and whose checksum is cut off.
    func take(_ header: EventHeader, at position: BinlogPosition, _ body: inout ByteCursor) throws -> SourceEvent? {
        guard let type = header.type else {
            guard header.flags.contains(.ignorable) else { throw DecodeError.unknownEventType(header.typeCode) }
            passOver()
            return nil
        }
        switch type {
        case .tableMap:
            try takeTableMap(&body)
            return nil
        case .writeRowsV1, .writeRowsV2: return try takeRows(header, at: position, .insert, &body)
        case .updateRowsV1, .updateRowsV2: return try takeRows(header, at: position, .update, &body)
        case .deleteRowsV1, .deleteRowsV2: return try takeRows(header, at: position, .delete, &body)
        case .compressedWriteRowsV1, .compressedWriteRowsV2:
            return try takeRows(header, at: position, .insert, &body, isCompressed: true)
        case .compressedUpdateRowsV1, .compressedUpdateRowsV2:
            return try takeRows(header, at: position, .update, &body, isCompressed: true)
        case .compressedDeleteRowsV1, .compressedDeleteRowsV2:
            return try takeRows(header, at: position, .delete, &body, isCompressed: true)
        case .mariadbGTID, .gtid, .anonymousGTID:
            try takeGTID(type, header, at: position, &body)
            return nil
        case .xid: return try endGroup(header)
        case .query, .compressedQuery: return try takeQuery(type, header, at: position, &body)
        case .formatDescription:
            try takeFormat(&body, header)
            return nil
        case .rotate: return try takeRotate(&body, header)
        case .heartbeat, .heartbeatV2:
            tracker.heartbeat(header)
            if group == nil { passOver(locating: header.nextOffset != 0) }
            return isLocated ? .idle(boundary) : nil
        case .stop:
            try dropGroup()
            passOver()
            return nil
        case .annotateRows, .rowsQuery, .intVar, .random, .userVar, .binlogCheckpoint, .gtidList, .previousGTIDs,
            .ignorable, .transactionContext, .viewChange:
            passOver()
            return nil
        case .xaPrepare:
            guard try XAPrepareEvent(from: &body).isOnePhase else {
                throw DecodeError.unsupported(.distributedTransaction)
            }
            return try endGroup(header)
        case .load, .newLoad, .createFile, .appendBlock, .execLoad, .deleteFile, .beginLoadQuery, .executeLoadQuery:
            throw DecodeError.statementFormat(keyword: "LOAD DATA")
        case .incident: throw DecodeError.incident(code: try IncidentEvent(from: &body).code)
        case .startEncryption:
            // A server decrypts what it sends.
            if tracker.isFile { throw DecodeError.unsupported(.encryption) }
            return nil
        case .startV3, .preGAWriteRows, .preGAUpdateRows, .preGADeleteRows:
            throw DecodeError.unsupported(.oldFormat)
        case .partialUpdateRows, .transactionPayload, .taggedGTID, .partialRowData:
            throw DecodeError.unsupported(.event)
        case .unknown: throw DecodeError.unknownEventType(header.typeCode)
        }
    }

    /// An event of which nothing is taken. Between transactions, reading may start again after it.
    private func passOver(locating: Bool = false) {
        guard group == nil else { return }
        if locating { isLocated = true }
        boundary = tracker.position
    }

    private func takeFormat(_ body: inout ByteCursor, _ header: EventHeader) throws {
        let bytes = body.bytes
        let format = try FormatDescription(from: &body)
        if options.verifiesChecksums, FormatDescription.hasChecksums(format.serverVersion) {
            try bytes.withUnsafeBytes { event throws(DecodeError) in try Checksum.verifyFormatDescription(event) }
        }
        try dropGroup()
        self.format = format
        tables.beginFile()
        passOver()
    }

    private func takeRotate(_ body: inout ByteCursor, _ header: EventHeader) throws -> SourceEvent? {
        let rotate = try RotateEvent(from: &body)
        try dropGroup()
        tables.beginFile()
        tracker.rotate(to: rotate)
        let before = boundary
        boundary = tracker.position
        guard !tracker.isFile else { return nil }
        // A server begins with a made-up one, which says in which file it starts to look for GTIDs.
        if !header.flags.contains(.artificial) { isLocated = true }
        return isLocated && boundary != before ? .idle(boundary) : nil
    }

    private func takeGTID(
        _ type: EventType, _ header: EventHeader, at position: BinlogPosition, _ body: inout ByteCursor
    ) throws {
        if let group { throw DecodeError.group(.unfinished(start: group.start.position.offset)) }
        let event =
            type == .mariadbGTID
            ? try GTIDEvent(mariadb: &body, serverID: header.serverID)
            : try GTIDEvent(mysql: &body, isAnonymous: type == .anonymousGTID)
        guard !event.preparesXA else { throw DecodeError.unsupported(.distributedTransaction) }
        begin(header, at: position, gtid: event.gtid, isOpen: event.opensTransaction)
        group?.commitMicroseconds = event.commitMicroseconds
        group?.isTentative = event.isTentativeAlter
    }

    func begin(_ header: EventHeader, at position: BinlogPosition, gtid: String?, isOpen: Bool) {
        let start = TransactionStart(position: position, gtid: gtid, headerMicroseconds: header.microseconds)
        group = EventGroup(start: start, isOpen: isOpen)
        boundary = position
        isLocated = true
    }

    /// The open transaction is committed by the event just read.
    func endGroup(_ header: EventHeader) throws(DecodeError) -> SourceEvent {
        guard let group else { throw .group(.rowsOutside) }
        self.group = nil
        tables.endStatement()
        boundary = tracker.position
        let end = SourceEvent.commit(
            TransactionEnd(next: boundary, commitMicroseconds: group.commitMicroseconds ?? header.microseconds))
        if group.isDelivered { return end }
        pending = end
        return .begin(group.start)
    }
}
