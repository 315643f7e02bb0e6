import Foundation
import FuzzSupport
import Testing

@testable import BinlogReader

/// Memory that the reader takes for ``LyingLogs``, in a process of its own that may not take more.
@Suite struct HostileMemoryTests {
    @Test func `a length that lies takes no memory`() async {
        await #expect(processExitsWith: .success) {
            let logs = LyingLogs.all()
            let path = "/dev/shm/replicator-hostile.\(getpid())"
            defer { unlink(path) }
            let run = FuzzRun(path: path)
            try HostileMemoryTests.limitMemory(toFurther: 512 << 20)
            let before = HostileMemoryTests.peak
            for (name, events) in logs {
                for options in [FuzzInput.Options.checksums, [.checksums, .walk], [.checksums, .payload], .file] {
                    let start = HostileMemoryTests.peak
                    run.run(FuzzInput(options, events: events))
                    let took = HostileMemoryTests.peak - start
                    if took > 16 << 20 { print("\(name) (options \(options.rawValue)) took \(took >> 20) MiB") }
                }
            }
            let took = HostileMemoryTests.peak - before
            print("all of \(logs.count) logs took \(took >> 20) MiB")
            guard logs.count > 100, took < 448 << 20 else { exit(1) }
        }
    }

    @Test func `savepoints of a large transaction take no more memory for being many`() async {
        await #expect(processExitsWith: .success) {
            let count = 400_000
            let before = HostileMemoryTests.peak
            var savepoints = Savepoints()
            savepoints.set("around all", rowsEventCount: 3)
            savepoints.set("again", rowsEventCount: 4)
            for index in 0..<count {
                savepoints.set("savepoint \(index)", rowsEventCount: index)
                if index == count / 3 { savepoints.set("AGAIN", rowsEventCount: index) }
            }
            let took = HostileMemoryTests.peak - before
            // The last ones are there, and the first; of those in between none is taken for another.
            guard savepoints.rollBack(to: "Savepoint \(count - 2)") == count - 2,
                savepoints.rollBack(to: "savepoint \(count - 1)") == nil,
                savepoints.rollBack(to: "savepoint \(count - Savepoints.greatestCount / 2)") != nil,
                savepoints.rollBack(to: "again") == nil, savepoints.rollBack(to: "around all") == 3
            else { exit(2) }
            print("\(count) savepoints took \(took >> 20) MiB")
            if took > 32 << 20 { exit(1) }
        }
    }

    /// The most memory that this process has had, in bytes.
    static var peak: Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss << 10
    }

    /// Lets this process have so much address space more than it has. What asks for more, traps.
    static func limitMemory(toFurther byteCount: Int) throws {
        let pages = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ").first
        let size = (pages.flatMap { Int($0) } ?? 0) * Int(getpagesize()) + byteCount
        var limit = rlimit(rlim_cur: rlim_t(size), rlim_max: rlim_t(size))
        guard setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0 else { exit(2) }
    }
}
