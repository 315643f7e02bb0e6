import Foundation
import Rows
import TestSupport
import Testing

@testable import BinlogReader

/// Whatever bytes come, reading ends in an error or in a result, and never in a trap.
@Suite struct HostileInputTests {
    /// Reads it all, values included; the number of row changes.
    @discardableResult
    private func read(_ source: any EventSource) -> (rows: Int, error: (any Error)?) {
        let reader = ChangeReader(source: source, start: nil, options: ReaderOptions(verifiesChecksums: false))
        var rows = 0
        do {
            while let event = try reader.next() {
                _ = EventLog.line(event)
                if case .rows(let batch) = event { rows += batch.rows.count }
            }
            return (rows, nil)
        } catch {
            _ = "\(error)"
            return (rows, error)
        }
    }

    @Test(arguments: Fixture.names)
    func `a fixture is read to its end`(name: String) throws {
        let fixture = try Fixture(name)
        let result = read(try FileSource(path: fixture.path, start: nil))
        #expect(result.error == nil)
        let counts = ["mysql-9.7.binlog": 10, "mysql-payload.binlog": 10, "mysql-partial.binlog": 14]
        #expect(result.rows == counts[name] ?? 35)
    }

    @Test func `MySQL's files are read by the same rules`() throws {
        let fixture = try Fixture("mysql-9.7.binlog")
        let log = ChangeReader(
            source: try FileSource(path: fixture.path, start: nil), start: nil, options: ReaderOptions()
        ).log()
        #expect(log[3] == "begin 5e75d179-e598-11f1-88fb-02fc00000001:3")
        #expect(
            log[4]
                == "rows f.wide: insert id=1 a=-1 b=65535 y=2024 c=-8388608 d=18446744073709551615 bt=1023 f=1.5 g=2.5 "
                + "dc=-12345678.9012 z=4294967295 c1=abc v1=é g1=0x000000000101000000000000000000f03f0000000000000040 "
                + "v2=Привет b1=abc\0\0\0\0\0\0\0\0\0\0\0\0\0 vb=xy t=text bl=blob e=é s=x,y "
                + "dt=2024-02-29 23:59:59.123 tm=-12:34:56.000001 ts=2024-02-29 23:59:59.1 da=2024-02-29 inv=3 gs=3")
    }

    @Test func `a compressed transaction has the same changes`() throws {
        let logs = try ["mysql-9.7.binlog", "mysql-payload.binlog"].map { name in
            let source = try FileSource(path: Fixture(name).path, start: nil)
            return ChangeReader(source: source, start: nil, options: ReaderOptions()).log()
                .filter { $0.hasPrefix("rows") || $0.hasPrefix("rollback") || $0 == "commit" }
        }
        #expect(logs[0].count > 10 && logs[0] == logs[1])
    }

    @Test(arguments: Fixture.names)
    func `every prefix of every event ends in an error or a result`(name: String) throws {
        let fixture = try Fixture(name)
        for (index, event) in fixture.events.enumerated() {
            let context = fixture.context(of: index)
            for count in 0..<event.count {
                var cut = Array(event.prefix(count))
                if count >= 13 { cut.replaceSubrange(9..<13, with: le(UInt32(count))) }
                read(ScriptedSource(file: "binlog.000001", events: context + [cut]))
            }
        }
    }

    @Test(arguments: Fixture.names)
    func `mutated events end in an error or a result`(name: String) throws {
        let fixture = try Fixture(name)
        var random = SeededRandom("mutated events of \(name)")
        for _ in 0..<2000 {
            let index = Int.random(in: 0..<fixture.events.count, using: &random)
            var event = fixture.events[index]
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                // The size stays: the source's framing sees to that it is right.
                let place = Int.random(in: 0..<event.count, using: &random)
                guard !(9..<13).contains(place) else { continue }
                event[place] =
                    [0, 1, 0x7F, 0x80, 0xFE, 0xFF, event[place] ^ 1, UInt8.random(in: 0...255, using: &random)]
                    .randomElement(using: &random) ?? 0
            }
            let after = fixture.events[(index + 1)..<min(fixture.events.count, index + 3)]
            let events = fixture.context(of: index) + [event] + after
            read(ScriptedSource(file: "binlog.000001", events: events))
        }
    }

    @Test(arguments: Fixture.names)
    func `cut and mutated files end in an error or a result`(name: String) throws {
        let fixture = try Fixture(name)
        let folder = try ScratchFolder()
        let path = folder.file("binlog.000001")
        var random = SeededRandom("mutated files of \(name)")
        for round in 0..<600 {
            var bytes = fixture.bytes
            if round.isMultiple(of: 2) {
                bytes.removeLast(Int.random(in: 1...bytes.count, using: &random))
            } else {
                for _ in 0..<Int.random(in: 1...6, using: &random) {
                    bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
                }
            }
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            if let source = try? FileSource(path: path, start: nil) { read(source) }
        }
    }

    @Test(arguments: Fixture.names)
    func `every prefix of a file that ends between events is a result, and every other an error`(name: String) throws {
        let fixture = try Fixture(name)
        let folder = try ScratchFolder()
        let path = folder.file("binlog.000001")
        var ends: Set<Int> = [4]
        for event in fixture.events { ends.insert((ends.max() ?? 4) + event.count) }
        for count in ends.union(stride(from: 0, through: fixture.bytes.count, by: 7)).sorted() {
            try Data(fixture.bytes.prefix(count)).write(to: URL(fileURLWithPath: path))
            let error = read(try FileSource(path: path, start: nil)).error
            if ends.contains(count) {
                // Between events, though perhaps inside a transaction.
                #expect(error == nil || (error as? EventError)?.eventType == "end of the file")
            } else {
                #expect((error as? FileSourceError)?.kind == (count > 0 && count < 4 ? .notALog : .truncated))
            }
        }
    }
}
