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

    /// Makes the folder, for its user only, and those above it. What is new outlasts a crash of the machine: a spool in it
    /// cannot otherwise.
    static func make(_ folder: String) throws(SpoolError) {
        var code = mkdir(folder, 0o700) == 0 ? 0 : errno
        if code == EEXIST { return }
        let parent = folder.lastIndex(of: "/").map { $0 > folder.startIndex ? String(folder[..<$0]) : "/" } ?? "."
        if code == ENOENT, parent != "/", parent != "." {
            try make(parent)
            code = mkdir(folder, 0o700) == 0 ? 0 : errno
        }
        guard code == 0 || code == EEXIST else { throw SpoolError(folder, code) }
        try synchronize(parent)
    }

    /// The names in the folder outlast a crash of the machine from now on.
    static func synchronize(_ folder: String) throws(SpoolError) {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SpoolError(folder, errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw SpoolError(folder, errno) }
    }

    /// What is in the folder, the oldest first.
    static func files(
        in folder: String, removesUnfinished: Bool = true
    ) throws(SpoolError) -> [(name: String, start: BinlogPosition, end: BinlogPosition?)] {
        var files: [(name: String, start: BinlogPosition, end: BinlogPosition?)] = []
        for name in try names(in: folder) {
            if name.hasSuffix(unfinished) {
                if removesUnfinished { unlink(folder + "/" + name) }
            } else if let (start, end) = places(name) {
                files.append((name, start, end))
            }
        }
        return files.sorted { $0.start.isBefore($1.start) }
    }

    /// The folder of what was prepared in the log of that identity.
    private static func name(ofLog identity: String) -> String {
        // FNV-1a, 64 bits.
        let hash = identity.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        let digits = String(hash, radix: 16)
        return "log-" + String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }

    /// Where in `folder` what was prepared in that log is kept.
    static func path(_ folder: String, ofLog identity: String?) -> String {
        identity.map { folder + "/" + name(ofLog: $0) } ?? folder
    }

    /// Removes the folders of logs in `folders`, but for `kept`, with the spools in them.
    static func removeAll(in folders: String, but kept: String) throws(SpoolError) {
        for name in try names(in: folders) where name.hasPrefix("log-") && folders + "/" + name != kept {
            let folder = folders + "/" + name
            for file in try names(in: folder) where file.hasSuffix(unfinished) || places(file) != nil {
                guard unlink(folder + "/" + file) == 0 || errno == ENOENT else { throw SpoolError(folder, errno) }
            }
            // It stays where somebody has put something else there.
            guard rmdir(folder) == 0 || [ENOENT, ENOTEMPTY, EEXIST].contains(errno) else {
                throw SpoolError(folder, errno)
            }
        }
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

    private static func names(in folder: String) throws(SpoolError) -> [String] {
        guard let listing = opendir(folder) else {
            if errno == ENOENT { return [] }
            throw SpoolError(folder, errno)
        }
        defer { closedir(listing) }
        var names: [String] = []
        while let entry = readdir(listing) {
            names.append(
                withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                })
        }
        return names
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
