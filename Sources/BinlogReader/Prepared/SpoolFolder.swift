internal import Glibc
internal import Rows

/// The names of spools in their folder: `binlog.000003.1540` for what was prepared there, and
/// `binlog.000003.1540.until.binlog.000004.377` once it is committed by what ends there.
enum SpoolFolder {
    /// Ends the name of one that is being written.
    static let unfinished = ".new"
    private static let until = ".until."

    static func name(_ start: BinlogPosition, _ end: BinlogPosition?) -> String {
        "\(start.file).\(start.offset)" + (end.map { "\(until)\($0.file).\($0.offset)" } ?? "")
    }

    /// Makes the folder, for its user only, and those above it.
    static func make(_ folder: String) throws(SpoolError) {
        if mkdir(folder, 0o700) == 0 || errno == EEXIST { return }
        guard errno == ENOENT, let slash = folder.lastIndex(of: "/"), slash > folder.startIndex else {
            throw SpoolError(folder, errno)
        }
        try make(String(folder[..<slash]))
        guard mkdir(folder, 0o700) == 0 || errno == EEXIST else { throw SpoolError(folder, errno) }
    }

    /// What is in the folder. Removes what was never finished.
    static func files(
        in folder: String
    ) throws(SpoolError) -> [(name: String, start: BinlogPosition, end: BinlogPosition?)] {
        guard let listing = opendir(folder) else {
            if errno == ENOENT { return [] }
            throw SpoolError(folder, errno)
        }
        defer { closedir(listing) }
        var files: [(name: String, start: BinlogPosition, end: BinlogPosition?)] = []
        while let entry = readdir(listing) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.hasSuffix(unfinished) {
                unlink(folder + "/" + name)
            } else if let (start, end) = places(name) {
                files.append((name, start, end))
            }
        }
        return files.sorted { $0.start.precedes($1.start) }
    }

    static func remove(_ start: BinlogPosition, _ end: BinlogPosition?, in folder: String) throws(SpoolError) {
        let path = folder + "/" + name(start, end)
        guard unlink(path) == 0 || errno == ENOENT else { throw SpoolError(path, errno) }
    }

    static func rename(
        _ start: BinlogPosition, from old: BinlogPosition?, to new: BinlogPosition, in folder: String
    ) throws(SpoolError) {
        let path = folder + "/" + name(start, old)
        guard Glibc.rename(path, folder + "/" + name(start, new)) == 0 else { throw SpoolError(path, errno) }
    }

    private static func places(_ name: String) -> (start: BinlogPosition, end: BinlogPosition?)? {
        let words = name.split(separator: until)
        guard let start = words.first.flatMap(place), words.count <= 2 else { return nil }
        if words.count == 1 { return (start, nil) }
        guard let end = place(words[1]) else { return nil }
        return (start, end)
    }

    private static func place(_ text: Substring) -> BinlogPosition? {
        guard let dot = text.lastIndex(of: "."), let offset = UInt64(text[text.index(after: dot)...]) else {
            return nil
        }
        return BinlogPosition(file: String(text[..<dot]), offset: offset)
    }
}

extension BinlogPosition {
    /// By sequence number, then offset.
    func precedes(_ other: BinlogPosition) -> Bool {
        (sequence ?? 0, offset) < (other.sequence ?? 0, other.offset)
    }
}
