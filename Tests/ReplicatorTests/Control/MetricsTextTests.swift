import Testing

@testable import Replicator

@Suite struct MetricsTextTests {
    @Test func `labels are escaped and numbers written as Prometheus reads them`() {
        var metrics = MetricsText()
        metrics.family("a_total", .counter, "Back\\slash\nand \"quotes\".")
        metrics.sample(3, ["table": "a\"b\\c\nd"])
        metrics.family("b", .gauge, "B.")
        metrics.sample(0.1)
        metrics.sample(2.0, ["x": "y"])
        metrics.sample(Double.infinity, ["x": "z"])
        #expect(
            metrics.text == """
                # HELP a_total Back\\\\slash\\nand "quotes".
                # TYPE a_total counter
                a_total{table="a\\"b\\\\c\\nd"} 3
                # HELP b B.
                # TYPE b gauge
                b 0.1
                b{x="y"} 2
                b{x="z"} +Inf

                """)
    }

    @Test func `a histogram's buckets add up`() {
        var histogram = Histogram(bounds: [1, 10])
        for value in [0.5, 1, 5, 50] { histogram.add(value) }
        var metrics = MetricsText()
        metrics.family("h", .histogram, "H.")
        metrics.sample(histogram, ["p": "x"])
        #expect(
            metrics.text == """
                # HELP h H.
                # TYPE h histogram
                h_bucket{p="x",le="1"} 2
                h_bucket{p="x",le="10"} 3
                h_bucket{p="x",le="+Inf"} 4
                h_sum{p="x"} 56.5
                h_count{p="x"} 4

                """)
    }
}

@Suite struct HTTPAddressTests {
    @Test(arguments: [
        ("9090", "127.0.0.1:9090"), ("127.0.0.1:0", "127.0.0.1:0"), ("localhost:80", "127.0.0.1:80"),
        ("0.0.0.0:9090", "0.0.0.0:9090"), ("[::1]:9090", "[::1]:9090"), ("[::]:1", "[::]:1"),
    ])
    func `each form is understood, and a port alone is for this machine only`(text: String, meant: String) {
        #expect(HTTPAddress(text)?.description == meant)
    }

    @Test(arguments: [
        "", ":", ":9090", "*:9090", "127.0.0.1", "host:1", "::1:9090", "1.2.3.4:65536", "1.2.3.4:+1", "[]:1",
    ])
    func `what is none is refused`(text: String) {
        #expect(HTTPAddress(text) == nil)
    }
}
