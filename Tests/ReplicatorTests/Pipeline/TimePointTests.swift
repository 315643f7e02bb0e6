import Foundation
import Testing

@testable import Replicator

/// Serialized: the zone is the process's.
@Suite(.serialized) struct TimePointTests {
    private func at(_ text: String) throws -> Int64? {
        guard case .at(let time) = try TimePoint(text) else { return nil }
        return time
    }

    private func expect(
        _ text: String, is microseconds: Int64, sourceLocation: Testing.SourceLocation = #_sourceLocation
    ) throws {
        #expect(try at(text) == microseconds, sourceLocation: sourceLocation)
    }

    private func inZone(_ zone: String, _ body: () throws -> Void) throws {
        let before = ProcessInfo.processInfo.environment["TZ"]
        setenv("TZ", zone, 1)
        defer {
            if let before { setenv("TZ", before, 1) } else { unsetenv("TZ") }
            tzset()
        }
        try body()
    }

    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0), ("2026-11-20T10:00:00Z", 1_795_168_800_000_000),
        ("2026-11-20 10:00:00Z", 1_795_168_800_000_000), ("2026-11-20T10:00Z", 1_795_168_800_000_000),
        ("2026-11-20T10:00:00.5Z", 1_795_168_800_500_000), ("2026-11-20T10:00:00.000001Z", 1_795_168_800_000_001),
        ("2026-11-20T12:00:00+02:00", 1_795_168_800_000_000), ("2026-11-20T04:30:00-0530", 1_795_168_800_000_000),
        ("2024-02-29T23:59:59Z", 1_709_251_199_000_000), ("2100-03-01T00:00:00Z", 4_107_542_400_000_000),
    ])
    func `a time with a zone`(text: String, microseconds: Int64) throws {
        #expect(try at(text) == microseconds)
    }

    @Test func `a time without a zone is of the local one`() throws {
        try inZone("Europe/Berlin") {
            try expect("2026-11-20 10:00:00", is: 1_795_165_200_000_000)
            try expect("2026-07-01 10:00:00", is: 1_782_892_800_000_000)
        }
        try inZone("UTC") { try expect("2026-11-20 10:00:00", is: 1_795_168_800_000_000) }
    }

    @Test func `a local time that the clocks never showed, or showed twice, is refused`() throws {
        try inZone("Europe/Berlin") {
            let gap = #expect(throws: ConfigurationError.self) { _ = try TimePoint("2026-03-29 02:30:00") }
            #expect(gap?.message.contains("never showed it") == true)
            let overlap = #expect(throws: ConfigurationError.self) { _ = try TimePoint("2026-10-25 02:30:00") }
            #expect(
                overlap?.message.contains("say 2026-10-25 02:30:00+02:00 or 2026-10-25 02:30:00+01:00") == true,
                "\(overlap?.message ?? "")")
        }
        try inZone("Europe/Berlin") {
            try expect("2026-03-29 01:59:59", is: 1_774_745_999_000_000)
            try expect("2026-03-29 03:00:00", is: 1_774_746_000_000_000)
            try expect("2026-10-25 02:30:00+01:00", is: 1_792_891_800_000_000)
        }
    }

    @Test(arguments: [("-45s", 45), ("-30m", 1800), ("-2h", 7200), ("-7d", 604_800), ("-1h30m", 5400), ("-0s", 0)])
    func `a time before now`(text: String, seconds: Int64) throws {
        let time = try TimePoint(text)
        #expect(time == .ago(seconds * 1_000_000))
        #expect(time?.microseconds(now: 1_000_000_000_000) == 1_000_000_000_000 - seconds * 1_000_000)
    }

    @Test(arguments: [
        ("2026-13-40", "no month 13"), ("2026-02-29 00:00:00", "no day 29"), ("2026-11-20", "time of day is missing"),
        ("2026-11-20 25:00:00", "no such time of day"), ("2026-11-20 10:00:60", "no such time of day"),
        ("2026-11-20 10", "not HH:MM:SS"), ("2026-11-20T10:00:00.1234567Z", "1 to 6 digits"),
        ("2026-11-20T10:00:00 CET", "its zone is none"), ("2026-11-20T10:00:00+2", "its zone is none"),
        ("2026-11-20T10:00:00Zulu", "nothing can follow Z"), ("1969-12-31 00:00:00", "years are 1970 to 9999"),
        ("-2", "a number and a unit"), ("-2w", "a number and a unit"), ("-h", "is no position"),
        ("-99999d", "a number and a unit"), ("-2h5", "a number and a unit"),
    ])
    func `nonsense is refused with what is wrong`(text: String, part: String) {
        let error = #expect(throws: ConfigurationError.self) { try StartPosition(text) }
        #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
    }

    @Test func `GTIDs stay GTIDs`() throws {
        #expect(try StartPosition("0-1-100") == .gtids("0-1-100"))
        #expect(try StartPosition("2026-11-020") == .gtids("2026-11-020"))
        #expect(try StartPosition("2026-11-20,0-1-5") == .gtids("2026-11-20,0-1-5"))
        let none = try TimePoint("earliest")
        #expect(none == nil)
    }
}
