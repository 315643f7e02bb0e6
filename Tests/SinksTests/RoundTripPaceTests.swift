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
}
