/// The four bytes that begin a file, as a little-endian number.
enum LogMagic: UInt32 {
    /// 0xFE "bin" (BINLOG_MAGIC)
    case plain = 0x6E69_62FE
    /// 0xFD "bin": a file that MySQL encrypted (`Rpl_encryption_header`)
    case encrypted = 0x6E69_62FD

    /// Passes over the magic number at the head of `file`; throws if it is no readable log's.
    static func check(_ file: inout BinlogFile) throws(FileSourceError) {
        let bytes = try file.peek(4)
        guard bytes.count == 4 else {
            throw bytes.isEmpty
                ? FileSourceError(
                    .truncated,
                    "\(file.path) is empty: if its server has just begun it, read again later; else copy it again")
                : FileSourceError(.notALog, "\(file.path) is not a binary log: it has \(bytes.count) bytes only")
        }
        switch LogMagic(rawValue: UInt32(littleEndian: bytes.loadUnaligned(as: UInt32.self))) {
        case .plain: file.skip(4)
        case .encrypted:
            throw FileSourceError(
                .encrypted,
                "\(file.path) is encrypted (binlog_encryption=ON) and cannot be read without the server: follow the "
                    + "server itself, or let mysqlbinlog --read-from-remote-server --raw write the file out")
        case nil:
            let head = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
            throw FileSourceError(
                .notALog, "\(file.path) is not a binary log: it begins with \(head), and a binary log with fe 62 69 6e")
        }
    }
}
