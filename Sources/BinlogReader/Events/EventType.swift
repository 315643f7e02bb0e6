/// The type code of an event header (`Log_event_type` in MySQL's binlog_event.h and MariaDB's log_event.h).
enum EventType: UInt8 {
    case unknown = 0
    case startV3 = 1
    case query = 2
    case stop = 3
    case rotate = 4
    case intVar = 5
    case load = 6
    case createFile = 8
    case appendBlock = 9
    case execLoad = 10
    case deleteFile = 11
    case newLoad = 12
    case random = 13
    case userVar = 14
    case formatDescription = 15
    case xid = 16
    case beginLoadQuery = 17
    case executeLoadQuery = 18
    case tableMap = 19
    case preGAWriteRows = 20
    case preGAUpdateRows = 21
    case preGADeleteRows = 22
    case writeRowsV1 = 23
    case updateRowsV1 = 24
    case deleteRowsV1 = 25
    case incident = 26
    case heartbeat = 27
    case ignorable = 28
    case rowsQuery = 29
    case writeRowsV2 = 30
    case updateRowsV2 = 31
    case deleteRowsV2 = 32
    case gtid = 33
    case anonymousGTID = 34
    case previousGTIDs = 35
    case transactionContext = 36
    case viewChange = 37
    case xaPrepare = 38
    case partialUpdateRows = 39
    case transactionPayload = 40
    case heartbeatV2 = 41
    case taggedGTID = 42
    // MariaDB's own
    case annotateRows = 160
    case binlogCheckpoint = 161
    case mariadbGTID = 162
    case gtidList = 163
    case startEncryption = 164
    case compressedQuery = 165
    case compressedWriteRowsV1 = 166
    case compressedUpdateRowsV1 = 167
    case compressedDeleteRowsV1 = 168
    case compressedWriteRowsV2 = 169
    case compressedUpdateRowsV2 = 170
    case compressedDeleteRowsV2 = 171
    case partialRowData = 172
}

extension EventType {
    /// The servers' own name of the type, as mysqlbinlog and `SHOW BINLOG EVENTS` print it.
    static func name(_ code: UInt8) -> String {
        EventType(rawValue: code)?.name ?? "event type \(code)"
    }

    private var name: String {
        switch self {
        case .unknown: "Unknown"
        case .startV3: "Start_v3"
        case .query: "Query"
        case .stop: "Stop"
        case .rotate: "Rotate"
        case .intVar: "Intvar"
        case .load: "Load"
        case .createFile: "Create_file"
        case .appendBlock: "Append_block"
        case .execLoad: "Exec_load"
        case .deleteFile: "Delete_file"
        case .newLoad: "New_load"
        case .random: "RAND"
        case .userVar: "User_var"
        case .formatDescription: "Format_desc"
        case .xid: "Xid"
        case .beginLoadQuery: "Begin_load_query"
        case .executeLoadQuery: "Execute_load_query"
        case .tableMap: "Table_map"
        case .preGAWriteRows: "Write_rows_event_old"
        case .preGAUpdateRows: "Update_rows_event_old"
        case .preGADeleteRows: "Delete_rows_event_old"
        case .writeRowsV1: "Write_rows_v1"
        case .updateRowsV1: "Update_rows_v1"
        case .deleteRowsV1: "Delete_rows_v1"
        case .incident: "Incident"
        case .heartbeat: "Heartbeat"
        case .ignorable: "Ignorable"
        case .rowsQuery: "Rows_query"
        case .writeRowsV2: "Write_rows"
        case .updateRowsV2: "Update_rows"
        case .deleteRowsV2: "Delete_rows"
        case .gtid: "Gtid"
        case .anonymousGTID: "Anonymous_Gtid"
        case .previousGTIDs: "Previous_gtids"
        case .transactionContext: "Transaction_context"
        case .viewChange: "View_change"
        case .xaPrepare: "XA_prepare"
        case .partialUpdateRows: "Update_rows_partial"
        case .transactionPayload: "Transaction_payload"
        case .heartbeatV2: "Heartbeat_v2"
        case .taggedGTID: "Gtid_tagged"
        case .annotateRows: "Annotate_rows"
        case .binlogCheckpoint: "Binlog_checkpoint"
        case .mariadbGTID: "Gtid"
        case .gtidList: "Gtid_list"
        case .startEncryption: "Start_encryption"
        case .compressedQuery: "Query_compressed"
        case .compressedWriteRowsV1: "Write_rows_compressed_v1"
        case .compressedUpdateRowsV1: "Update_rows_compressed_v1"
        case .compressedDeleteRowsV1: "Delete_rows_compressed_v1"
        case .compressedWriteRowsV2: "Write_rows_compressed"
        case .compressedUpdateRowsV2: "Update_rows_compressed"
        case .compressedDeleteRowsV2: "Delete_rows_compressed"
        case .partialRowData: "Partial_row_data"
        }
    }
}
