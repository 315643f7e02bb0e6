internal import CZstd

/// Undoes zstd compression, piece by piece. Owns a context of libzstd; confined to one thread.
final class ZstdStream {
    private var context: OpaquePointer
    /// What has been read ends where a frame does, and all that it holds was written.
    private(set) var isComplete = true

    /// A context that took more than this for one frame is given back before the next.
    private static let keptByteCount = 4 << 20

    init() {
        context = Self.makeContext()
    }

    deinit {
        ZSTD_freeDStream(context)
    }

    private static func makeContext() -> OpaquePointer {
        guard let context = ZSTD_createDStream() else { preconditionFailure("no memory for a decompressor") }
        return context
    }

    /// Forgets what was read: a frame begins next.
    func reset() {
        isComplete = true
        if ZSTD_sizeof_DStream(context) > Self.keptByteCount {
            ZSTD_freeDStream(context)
            context = Self.makeContext()
        } else {
            ZSTD_DCtx_reset(context, ZSTD_reset_session_only)
        }
    }

    /// Reads some of `input` and writes some of what it holds to `output`: as much as there is, or has room. Nil: the
    /// bytes are no zstd, or a frame wants a window of more than 128 MiB.
    func decompress(
        _ input: UnsafeRawBufferPointer, to output: UnsafeMutableRawBufferPointer
    ) -> (read: Int, written: Int)? {
        var source = ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
        var target = ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
        // SAFETY: libzstd reads and writes within the sizes given, and keeps neither pointer.
        let hint = ZSTD_decompressStream(context, &target, &source)
        guard ZSTD_isError(hint) == 0 else { return nil }
        if source.pos > 0 || target.pos > 0 { isComplete = hint == 0 }
        return (source.pos, target.pos)
    }
}
