import FuzzSupport
import TestSupport
import Testing

/// Each event of each fixture, cut off and changed, in all the forms in which servers send it: what is changed lies inside
/// payloads and compressed events too, behind right sizes and checksums. (As they stand in the file: HostileInputTests.)
@Suite struct HostileFormsTests {
    static let forms: [FuzzInput.Options] = [
        .checksums, [.checksums, .fromServer, .hints], [.checksums, .payload], [.plainPayload, .fromServer],
        [.checksums, .compressedEvents, .hints], [.compressedEvents, .fromServer], [.checksums, .walk],
        [.payload, .walk, .fromServer], [.checksums, .schemas],
    ]

    private static func run(_ name: String, _ body: (Fixture, FuzzRun) throws -> Void) throws {
        let scratch = try ScratchFolder()
        try body(try Fixture(name), FuzzRun(path: scratch.file("binlog.000001")))
    }

    @Test(arguments: Fixture.names)
    func `a fixture has the same rows in every form`(name: String) throws {
        try Self.run(name) { fixture, run in
            let rows = run.run(FuzzInput(.checksums, events: fixture.events)).rowCount
            #expect(rows > 0)
            // What the live table says does not fit these tables, and each server reads its own forms only: a log of MySQL has
            // no compressed events, and a payload has none of MariaDB's.
            let isForeign: (FuzzInput.Options) -> Bool = { form in
                name.hasPrefix("mysql")
                    ? form.contains(.compressedEvents)
                    : name.contains("compressed") && (form.contains(.payload) || form.contains(.plainPayload))
            }
            for form in Self.forms where !form.isWalk && !form.hasHints && !isForeign(form) {
                let outcome = run.run(FuzzInput(form, events: fixture.events))
                #expect(outcome.rowCount == rows, "\(form.rawValue): \(outcome.error.map { "\($0)" } ?? "")")
            }
        }
    }

    /// One form for each prefix, by turns: with another seed it is another one.
    @Test(arguments: Fixture.names)
    func `every prefix of every event, in some form`(name: String) throws {
        var random = SeededRandom("prefixes of \(name)")
        var form = Int.random(in: 0..<Self.forms.count, using: &random)
        try Self.run(name) { fixture, run in
            for (index, event) in fixture.events.enumerated() {
                let context = fixture.context(of: index)
                for count in 0..<event.count {
                    run.run(
                        FuzzInput(Self.forms[form % Self.forms.count], events: context + [Array(event.prefix(count))]))
                    form += 1
                }
            }
        }
    }

    @Test(arguments: Fixture.names)
    func `changed events, in some form`(name: String) throws {
        var random = SeededRandom("changed events of \(name)")
        try Self.run(name) { fixture, run in
            for round in 0..<1500 {
                let index = Int.random(in: 0..<fixture.events.count, using: &random)
                var event = fixture.events[index]
                for _ in 0..<Int.random(in: 1...4, using: &random) {
                    let place = Int.random(in: 0..<event.count, using: &random)
                    let byte = UInt8.random(in: 0...255, using: &random)
                    event[place] = [0, 1, 0x7F, 0x80, 0xFA, 0xFC, 0xFE, 0xFF, event[place] ^ 1, byte][Int(byte) % 10]
                }
                let after = fixture.events[(index + 1)..<min(fixture.events.count, index + 3)]
                let events = fixture.context(of: index) + [event] + after
                run.run(FuzzInput(Self.forms[round % Self.forms.count], events: events))
            }
        }
    }
}
