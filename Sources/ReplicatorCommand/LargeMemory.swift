import CMalloc

/// What glibc's malloc does with large pieces of memory.
enum LargeMemory {
    /// From now on they go back to the system when they are freed. Else the first one that is freed, as of a large row,
    /// makes glibc keep such memory for the next ones, up to 64 MiB (M_MMAP_THRESHOLD in mallopt(3)).
    static func giveBack() {
        _ = mallopt(M_MMAP_THRESHOLD, 4 << 20)
    }
}
