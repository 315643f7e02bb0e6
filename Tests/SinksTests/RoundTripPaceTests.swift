import Testing

@testable import Sinks

@Suite struct RoundTripPaceTests {
    @Test func `quick answers allow more, up to a limit`() {
        var pace = RoundTripPace()
        #expect(pace.limit == 64)
        for limit in [128, 256, 512, 1024, 2048, 4096, 8192, 8192] {
            pace.took(0.01, for: pace.limit)
            #expect(pace.limit == limit)
        }
    }

    @Test func `few changes that were quick say nothing of many`() {
        var pace = RoundTripPace()
        pace.took(0.01, for: 63)
        #expect(pace.limit == 64)
    }

    @Test func `slow answers allow fewer, down to one change`() {
        var pace = RoundTripPace()
        pace.took(0.5, for: 64)
        #expect(pace.limit == 64)
        for limit in [16, 4, 1, 1] {
            pace.took(3, for: pace.limit)
            #expect(pace.limit == limit)
        }
        pace.took(0.1, for: 1)
        #expect(pace.limit == 2)
    }

    @Test func `how far away a target is does not count`() {
        var pace = RoundTripPace()
        pace.answered(0.4)
        pace.answered(0.3)
        pace.took(0.35, for: 64)
        #expect(pace.limit == 128)
        pace.took(0.6, for: 128)
        #expect(pace.limit == 128)
        pace.took(1.2, for: 128)
        #expect(pace.limit == 128)
        pace.took(1.4, for: 128)
        #expect(pace.limit == 32)
    }

    @Test func `a target whose every answer takes long is far away, not slow`() {
        var pace = RoundTripPace()
        pace.answered(2)
        pace.took(2.1, for: 64)
        #expect(pace.limit == 128)
        // It was no distance after all.
        pace.answered(0.01)
        pace.took(2.1, for: 128)
        #expect(pace.limit == 32)
    }

    @Test func `one change that waits for a lock leaves room for many`() {
        var pace = RoundTripPace()
        while pace.limit < 8_192 { pace.took(0.01, for: pace.limit) }
        pace.took(1.1, for: 1)
        #expect(pace.limit == 2_048)
        pace.took(1.1, for: 2_047)
        #expect(pace.limit == 512)
    }
}
