internal import Glibc
internal import Rows

/// Finds the binlog files that a path names, in the order in which they were written.
enum BinlogFolder {
    /// Paths of the files to read, from that of `start` on.
    static func files(at path: String, start: BinlogPosition?) throws(FileSourceError) -> [String] {
        var status = stat()
        guard stat(path, &status) == 0 else { throw BinlogFile.unreadable(path, errno) }
        if status.st_mode & S_IFMT == S_IFDIR {
            return try series(in: path, start: start)
        }
        let name = BinlogFile.lastPart(path)
        if let start, start.file != name {
            throw FileSourceError(.badStart, "\(start.file) is not \(path): start at \(name):OFFSET")
        }
        return [path]
    }

    /// A file of a numbered series: `binlog.000003`.
    private struct Member {
        var name: String
        var base: Substring
        var sequence: UInt64

        init?(_ name: String) {
            guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return nil }
            let digits = name[name.index(after: dot)...]
            guard !digits.isEmpty, digits.allSatisfy({ ("0"..."9").contains($0) }), let sequence = UInt64(digits) else {
                return nil
            }
            self.name = name
            base = name[..<dot]
            self.sequence = sequence
        }
    }

    private static func series(in folder: String, start: BinlogPosition?) throws(FileSourceError) -> [String] {
        let candidates = Dictionary(grouping: try names(in: folder).compactMap(Member.init), by: \.base)
        // A data folder has other numbered files, such as aria_log.00000001.
        var series: [[Member]] = []
        for members in candidates.values where members.contains(where: { isLog("\(folder)/\($0.name)") }) {
            series.append(members.sorted { ($0.sequence, $0.name) < ($1.sequence, $1.name) })
        }
        if let start {
            guard var chosen = series.first(where: { $0.contains { $0.name == start.file } }) else {
                throw FileSourceError(.badStart, "\(start.file) is not in \(folder)\(extent(of: series))")
            }
            chosen.removeFirst(chosen.firstIndex { $0.name == start.file } ?? 0)
            series = [chosen]
        }
        guard let files = series.first else {
            throw FileSourceError(.notAFolderOfLogs, "\(folder) has no binlog files (such as binlog.000001) in it")
        }
        guard series.count == 1 else {
            let names = series.compactMap { $0.first?.name }.sorted().joined(separator: ", ")
            throw FileSourceError(
                .notAFolderOfLogs,
                "\(folder) has several series of binlog files, beginning with \(names): say where to start")
        }
        try checkGapless(files, in: folder)
        return files.map { "\(folder)/\($0.name)" }
    }

    private static func checkGapless(_ files: [Member], in folder: String) throws(FileSourceError) {
        for (file, next) in zip(files, files.dropFirst()) where next.sequence != file.sequence &+ 1 {
            guard next.sequence > file.sequence else {
                throw FileSourceError(.gap, "\(folder) has both \(file.name) and \(next.name): remove one of them")
            }
            let digits = String(file.sequence &+ 1)
            let width = file.name.utf8.count - file.base.utf8.count - 1
            let missing = "\(file.base)." + String(repeating: "0", count: max(0, width - digits.count)) + digits
            throw FileSourceError(
                .gap,
                "\(missing) is missing in \(folder), between \(file.name) and \(next.name): copy it there, or start at "
                    + "\(next.name):4 without its changes")
        }
    }

    private static func extent(of series: [[Member]]) -> String {
        let extents = series.compactMap { files in
            files.first.flatMap { first in files.last.map { "\(first.name) to \($0.name)" } }
        }
        return extents.isEmpty ? "" : ", which has " + extents.sorted().joined(separator: " and ")
    }

    /// True if the file begins as a binary log does, encrypted or not.
    private static func isLog(_ path: String) -> Bool {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var magic: UInt32 = 0
        guard read(descriptor, &magic, 4) == 4 else { return false }
        return LogMagic(rawValue: UInt32(littleEndian: magic)) != nil
    }

    private static func names(in folder: String) throws(FileSourceError) -> [String] {
        guard let handle = opendir(folder) else { throw BinlogFile.unreadable(folder, errno) }
        defer { closedir(handle) }
        var names: [String] = []
        while let entry = readdir(handle) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            names.append(name)
        }
        return names
    }
}
