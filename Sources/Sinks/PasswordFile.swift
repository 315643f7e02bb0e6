import Glibc

/// The `password-file` of a sink.
enum PasswordFile {
    /// The first line of the file at `path`, of its first 64 KiB, without the line's end. Fatal if there is none.
    static func password(_ path: String) throws(SinkError) -> [UInt8] {
        guard let file = fopen(path, "r") else {
            throw SinkError(.fatal, "password-file \(path) cannot be read: \(String(cString: strerror(errno)))")
        }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 64 * 1024)
        let count = fread(&bytes, 1, bytes.count, file)
        let line = bytes[..<count].prefix { $0 != 0x0A && $0 != 0x0D }
        guard ferror(file) == 0, !line.isEmpty else {
            throw SinkError(.fatal, "password-file \(path) has no password in its first line")
        }
        return Array(line)
    }
}
