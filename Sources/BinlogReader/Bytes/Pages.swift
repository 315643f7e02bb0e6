internal import Glibc

/// The memory that large events take, which should not be there twice.
enum Pages {
    /// Copies a range of large memory piece by piece, and gives the pages of each back to the system at once: what they
    /// held is lost. They may be filled again; till then they read as zeros. The memory must be of malloc.
    static func move(_ bytes: UnsafeRawBufferPointer, to array: inout [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let piece = UnsafeRawBufferPointer(rebasing: rest.prefix(pieceByteCount))
            array.append(contentsOf: piece)
            discard(piece)
            rest = rest.dropFirst(piece.count)
        }
    }

    private static let pieceByteCount = 1 << 20
    private static let size = Int(sysconf(Int32(_SC_PAGESIZE)))

    /// Gives the pages back that lie wholly in `bytes`, which nobody may read again. The memory must be of malloc.
    static func discard(_ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.baseAddress else { return }
        let first = UInt(bitPattern: start + (size - 1)) & ~UInt(size - 1)
        let end = UInt(bitPattern: start + bytes.count) & ~UInt(size - 1)
        guard end > first, let page = UnsafeMutableRawPointer(bitPattern: first) else { return }
        // SAFETY: whole pages inside memory that nobody reads again, private to this process.
        madvise(page, Int(end - first), MADV_DONTNEED)
    }
}
