import Foundation
import TestSupport

/// The end of a server's newest log file after a kill.
enum LogTail {
    /// Takes a transaction that the kill has cut off out of the log, as MySQL does when it starts again. MariaDB leaves it
    /// there, and then no replica gets past it by itself. Large ones are written in several steps: of continuous ones of
    /// 100 KB, one kill in about fifty hits one.
    /// - Returns: whether there was one.
    @discardableResult
    static func mend(of server: any DatabaseServer) throws -> Bool {
        guard let path = try files(of: server.dataDirectory).last else { throw TestSupportError("no log files") }
        guard let offset = try unfinished(in: path) else { return false }
        guard truncate(path, off_t(offset)) == 0 else { throw TestSupportError("truncate \(path): errno \(errno)") }
        return true
    }

    /// Where the transaction begins that the file ends in; nil: it ends behind one.
    static func unfinished(in path: String) throws -> Int? {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw TestSupportError("cannot read \(path)")
        }
        let bytes = [UInt8](data)
        let gtid: UInt8 = 162
        // GTID, ANNOTATE_ROWS, TABLE_MAP and rows: something has to follow.
        let inside: Set<UInt8> = [gtid, 160, 19, 23, 24, 25]
        var offset = 4
        var group = offset
        var last: UInt8 = 0
        while offset + 19 <= bytes.count {
            let type = bytes[offset + 4]
            let size = (0..<4).reduce(0) { $0 | Int(bytes[offset + 9 + $1]) << (8 * $1) }
            if type == gtid { group = offset }
            guard size >= 19, offset + size <= bytes.count else { return group }
            last = type
            offset += size
        }
        return offset < bytes.count || inside.contains(last) ? group : nil
    }

    /// The log files of a server that need not run, in order.
    static func files(of folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder)
            .filter { $0.hasPrefix("binlog.") && Int($0.dropFirst(7)) != nil }.sorted().map { folder + "/" + $0 }
    }
}
