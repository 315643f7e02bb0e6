import Sinks
import Testing

@testable import Replicator

@Suite struct EffortTests {
    private func attempt(_ began: Double, _ pulse: Pulse? = nil) -> Effort.Attempt {
        Effort.Attempt(work: .write(rows: 3), target: "redis://10.0.0.1:6379/0", began: began, pulse: pulse)
    }

    @Test func `a write is stuck since it began, or since the last answer`() {
        let pulse = Pulse()
        var effort = Effort(attempt(100))
        effort.listen(to: pulse)
        #expect(effort.stuckSince == 100)
        pulse.beat()
        #expect(effort.stuckSince == max(100, pulse.lastBeat))
        #expect(!effort.hasFailed)
    }

    @Test func `what failed is stuck since before the first failure, whatever is answered on the next try`() {
        var effort = Effort(attempt(100))
        effort.fail(at: 160)
        #expect(effort.stuckSince == 100)
        let pulse = Pulse()
        effort.tryAgain(attempt(161, pulse))
        pulse.beat()
        #expect(effort.stuckSince == 100)
        effort.fail(at: 162)
        #expect(effort.stuckSince == 100)
        #expect(effort.began == 100)
    }

    @Test func `what fails at once is stuck since then`() {
        var effort = Effort(failedAt: 50)
        #expect(effort.stuckSince == 50)
        effort.fail(at: 60)
        #expect(effort.stuckSince == 50)
    }

    @Test func `a message names who is waited for, how long, and what waits`() {
        #expect(
            attempt(100).description(now: 107.9)
                == "redis://10.0.0.1:6379/0 has not answered for 7 s: a write of 3 rows waits for it")
        #expect("\(Effort.Work.write(rows: 1))" == "a write of 1 row")
    }
}
