import Sinks
import Testing

@testable import Replicator

@Suite struct ProgressTests {
    @Test(arguments: [Int64.min, -1, 0, Int64.max])
    func `any time that a log may give for a commit is counted`(committed: Int64) {
        let progress = Progress()
        progress.wrote(RowTally(), rows: 1, counts: WriteCounts(), seconds: 0, committed: committed)
        #expect(progress.snapshot.commitSeconds.count == 1)
        #expect(progress.snapshot.commitSeconds.sum >= 0)
    }
}
