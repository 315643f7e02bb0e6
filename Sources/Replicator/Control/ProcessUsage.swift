import Foundation

/// What this process takes of the machine.
struct ProcessUsage {
    var residentByteCount: Int
    /// User and system time.
    var processorSeconds: Double

    /// Nil where the system does not tell (proc(5): statm counts pages, its second number is the resident set).
    static var now: ProcessUsage? {
        guard let data = FileManager.default.contents(atPath: "/proc/self/statm") else { return nil }
        let numbers = String(decoding: data, as: UTF8.self).split(separator: " ")
        guard numbers.count > 1, let pages = Int(numbers[1]) else { return nil }
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
        return ProcessUsage(
            residentByteCount: pages * sysconf(Int32(_SC_PAGESIZE)),
            processorSeconds: seconds(usage.ru_utime) + seconds(usage.ru_stime))
    }
}
