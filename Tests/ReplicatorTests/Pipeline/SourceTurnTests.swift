import BinlogReader
import MySQLClient
import Sinks
import Testing

@testable import Replicator

@Suite struct SourceTurnTests {
    @Test func `what is lost is tried once more where it was, and then at the next, round and round`() {
        var turn = SourceTurn(count: 3, waitSeconds: 60)
        var asked: [Int] = []
        for failure in [SourceTurn.Failure.lost, .unreachable, .unreachable, .unreachable, .lost, .lost] {
            let goesOn = turn.goesOn(after: failure, now: 0)
            #expect(goesOn)
            asked.append(turn.index)
        }
        #expect(asked == [0, 1, 2, 0, 0, 1])
        turn.succeeded()
        let goesOn = turn.goesOn(after: .lost, now: 0)
        #expect(goesOn && turn.index == 1)
    }

    @Test func `one that lacks what was read may get it in time, and not for ever`() {
        var turn = SourceTurn(count: 2, waitSeconds: 60)
        var goOn = [turn.goesOn(after: .behind, now: 0), turn.goesOn(after: .unreachable, now: 30)]
        goOn.append(turn.goesOn(after: .behind, now: 59))
        goOn.append(turn.goesOn(after: .behind, now: 60))
        #expect(goOn == [true, true, true, false])
        turn.succeeded()
        goOn = [turn.goesOn(after: .behind, now: 100)]
        #expect(goOn == [true])
    }

    @Test(arguments: 1...3)
    func `what all refuse is final at once`(count: Int) {
        var turn = SourceTurn(count: count, waitSeconds: 60)
        for _ in 1..<count {
            let goesOn = turn.goesOn(after: .refused, now: 0)
            #expect(goesOn)
        }
        let goesOn = turn.goesOn(after: .refused, now: 0)
        #expect(!goesOn)
    }

    @Test func `the one that was followed is waited for where it takes no more sessions, and no other one`() {
        var turn = SourceTurn(count: 2, waitSeconds: 60)
        var asked: [Int] = []
        func fail(_ failure: SourceTurn.Failure, at now: Double) {
            let goesOn = turn.goesOn(after: failure, now: now)
            #expect(goesOn)
            asked.append(turn.index)
        }
        fail(.busy, at: 0)
        turn.succeeded()
        for now in [100.0, 159, 160] { fail(.busy, at: now) }
        fail(.busy, at: 161)
        fail(.busy, at: 162)
        #expect(asked == [1, 1, 1, 0, 1, 0])
    }

    @Test func `what no other server helps against is final`() {
        let hosts = SourceHosts([.init(), .init()])
        for kind in [StreamError.Kind.stopped, .replaced, .anotherServer] {
            #expect(!hosts.goesOn(after: StreamError(kind, "")))
        }
        #expect(!hosts.goesOn(after: PlanError("")))
    }
}

@Suite struct CheckpointServerTests {
    @Test func `whose log it is stands in front of the settings, and is none of them`() throws {
        let plan = TargetPlan(
            views: [], unmapped: .copy, tables: try TablePatterns("shop.*"), lanes: 1, isKeyed: true, sink: "s")
        var checkpoint = PipelineCheckpoint(keyBy: "table", mapping: plan.text, start: "", lanes: [])
        #expect(checkpoint.server == nil)
        checkpoint.server = "host 3306 1 /var/lib/mysql/"
        #expect(checkpoint.server == "host 3306 1 /var/lib/mysql/")
        #expect(checkpoint.plan == plan.text)
        #expect(try TargetPlan(text: checkpoint.mapping, lanes: 1, isKeyed: true, sink: "s").text == plan.text)
        checkpoint.plan = ""
        checkpoint.server = nil
        #expect(checkpoint.mapping == "")
    }
}

@Suite struct ExpectedGTIDTests {
    @Test func `a domain that has come further passes up to its last transaction`() {
        var position = GTIDPosition("0-1-9,1-1-5")
        position.expect("0-1-7,1-1-5")
        let found = ["0-1-8", "1-1-6", "0-1-9", "0-1-10", "0-1-9"].map { position.passes($0) }
        #expect(found == [true, false, true, false, false])
    }

    @Test func `what has a higher number is new, wherever the one that is looked for is`() {
        var position = GTIDPosition("0-1-9,1-1-5")
        position.expect("0-1-9")
        let found = ["1-1-6", "1-1-5"].map { position.passes($0) }
        #expect(found == [false, false])
    }
}
