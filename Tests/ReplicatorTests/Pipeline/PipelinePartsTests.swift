import Foundation
import Rows
import Testing

@testable import Replicator

@Suite struct BackoffTests {
    @Test func `waits double up to half a minute, and start anew after a success`() {
        var backoff = Backoff()
        let waits = (0..<12).map { _ in backoff.next(random: 0) }
        #expect(waits.prefix(4) == [0.1, 0.2, 0.4, 0.8])
        #expect(waits.last == 30)
        backoff.succeed()
        #expect(backoff.next(random: 0) == 0.1)
        #expect(backoff.next(random: 0.999) < 0.2)
    }
}

@Suite struct LaneSkipTests {
    @Test(arguments: ["binlog.000003", "copied"])
    func `a lane skips what came before its place, also in a file without a number`(file: String) {
        let table = Table(
            database: "d", name: "t",
            columns: [Column(name: "id", type: .integer(byteCount: 4, unsigned: false), isNullable: false)],
            primaryKey: [0])
        func batch(_ offset: UInt64) -> RowBatch {
            let position = BinlogPosition(file: file, offset: offset)
            var batch = RowBatch(table: table, origin: Origin(position: position, gtid: nil, commitMicroseconds: 0))
            batch.cells = [.int(1)]
            batch.rows = [Row(operation: .insert, before: -1, after: 0, index: 0)]
            return batch
        }
        let place = BinlogPosition(file: file, offset: 500)
        #expect(batch(499).after(nil, from: place) == nil)
        #expect(batch(500).after(nil, from: place)?.rows.count == 1)
        #expect(batch(499).after(nil, from: nil)?.rows.count == 1)
        let applied = batch(600).version(ofRowAt: 0)
        #expect(batch(600).after(applied, from: place) == nil)
        #expect(batch(601).after(applied, from: place)?.rows.count == 1)
    }
}

@Suite struct StartPositionTests {
    @Test func `each form is understood`() throws {
        #expect(try StartPosition("earliest") == .earliest)
        #expect(try StartPosition("latest") == .latest)
        #expect(
            try StartPosition("binlog.000003:154") == .position(BinlogPosition(file: "binlog.000003", offset: 154)))
        #expect(try StartPosition("0-1-100,2-1-7") == .gtids("0-1-100,2-1-7"))
    }

    @Test(arguments: ["", "yesterday", "-2", "binlog:4", "binlog.000001:", "binlog.000001:-4", "0-1", "a-b-c"])
    func `what is none is refused`(text: String) {
        #expect(throws: ConfigurationError.self) { try StartPosition(text) }
    }
}

@Suite struct GTIDPositionTests {
    @Test func `each domain keeps its last transaction`() {
        var position = GTIDPosition("1-1-5,0-1-9")
        #expect(position.description == "0-1-9,1-1-5")
        position.add("0-2-10")
        position.add("7-1-1")
        #expect(position.description == "0-2-10,1-1-5,7-1-1")
        #expect(GTIDPosition("").description == "")
    }
}

@Suite struct BoundedQueueTests {
    @Test func `elements come out in order, all that are there at once`() {
        let queue = BoundedQueue<Int>(limit: .init(rowCount: 10, byteCount: 10))
        for element in 1...3 { #expect(queue.push(element, cost: .init(rowCount: 1, byteCount: 1))) }
        #expect(queue.popAll(waiting: 1) == [1, 2, 3])
        #expect(queue.isEmpty)
    }

    @Test func `a full queue blocks the producer until the consumer takes`() {
        let queue = BoundedQueue<Int>(limit: .init(rowCount: 2, byteCount: 1000))
        let producer = WorkerThread(name: "producer") {
            for element in 1...100 { _ = queue.push(element, cost: .init(rowCount: 1, byteCount: 1)) }
        }
        var taken: [Int] = []
        while taken.count < 100 {
            let elements = queue.popAll(waiting: 10)
            #expect(elements.count <= 2)
            guard !elements.isEmpty else { break }
            taken += elements
        }
        #expect(taken == Array(1...100))
        #expect(producer.join(within: 10))
    }

    @Test func `an element larger than the bounds passes when the queue is empty`() {
        let queue = BoundedQueue<Int>(limit: .init(rowCount: 2, byteCount: 10))
        #expect(queue.push(1, cost: .init(rowCount: 500, byteCount: 5000)))
        #expect(queue.popAll(waiting: 1) == [1])
    }

    @Test func `closing wakes both sides and drops what is inside`() {
        let queue = BoundedQueue<Int>(limit: .init(rowCount: 1, byteCount: 10))
        #expect(queue.push(1, cost: .init(rowCount: 1, byteCount: 1)))
        let producer = WorkerThread(name: "producer") {
            if queue.push(2, cost: .init(rowCount: 1, byteCount: 1)) { queue.close() }
        }
        queue.close()
        #expect(producer.join(within: 10))
        #expect(queue.popAll(waiting: 10).isEmpty)
        #expect(!queue.push(3, cost: .init()))
    }
}
