import Foundation
import TestSupport
import Testing

/// The daemon's HTTP: probes, metrics and status.
@Suite(.serialized) struct HTTPTests {
    @Test func `metrics are well formed and count what was done; status and health answer; nothing can be posted`()
        throws
    {
        let shop = try ShopFixture()
        let path = try shop.configuration(lanes: 2, replicator: "http = 0")
        let run = try ReplicatorProcess(["run", "-c", path, "--start", "earliest"])
        let http = try HTTPClient(run)
        try shop.server.execute(
            """
            INSERT INTO slots VALUES (1, 'a', 1), (2, 'b', 2); UPDATE slots SET n = 3 WHERE id = 1;
            DELETE FROM slots WHERE id = 2; INSERT INTO orders VALUES (1, 1, 'open', 2.50, 3, 'n', NOW(6), 1, 'x')
            """, database: "shop")
        try waitUntil { try shop.sqlite("SELECT COUNT(*) FROM open_orders") == "1\n" }
        var metrics = PrometheusText()
        try waitUntil("metrics: \(metrics.samples)") {
            let response = try http.get("/metrics")
            #expect(response.status == 200)
            #expect(response.header("content-type") == "text/plain; version=0.0.4; charset=utf-8")
            metrics = try PrometheusText(response.body)
            return metrics.value("replicator_lag_seconds", ["pipeline": "warehouse"]) == 0
                && metrics.value("replicator_lag_bytes", ["pipeline": "cache"]) == 0
        }
        // A view without a database has none.
        func rows(_ table: String, _ operation: String, database: String = "shop") -> Double? {
            metrics.value(
                "replicator_rows_total",
                ["pipeline": "warehouse", "database": database, "table": table, "operation": operation])
        }
        #expect(rows("slots", "insert") == 2)
        #expect(rows("slots", "update") == 1)
        #expect(rows("slots", "delete") == 1)
        #expect(rows("open_orders", "insert", database: "") == 1)
        let end = try shop.server.binlogEnd()
        #expect(metrics.value("replicator_position_offset_bytes", ["pipeline": "warehouse"]) == Double(end.offset))
        #expect(
            metrics.value("replicator_position_file_sequence", ["pipeline": "warehouse"])
                == end.file.split(separator: ".").last.flatMap { Double($0) })
        #expect(metrics.value("replicator_pipeline_state", ["pipeline": "cache", "state": "running"]) == 1)
        #expect(metrics.value("replicator_pipeline_state", ["pipeline": "cache", "state": "failed"]) == 0)
        #expect((metrics.value("process_resident_memory_bytes") ?? 0) > 1e6)
        #expect((metrics.value("replicator_batch_rows_count", ["pipeline": "cache"]) ?? 0) > 0)
        #expect(metrics.value("replicator_batch_rows_sum", ["pipeline": "cache"]) == 5)
        #expect((metrics.value("replicator_write_duration_seconds_sum", ["pipeline": "cache"]) ?? 0) > 0)
        #expect(metrics.value("replicator_source_up") == 1)

        #expect(try http.get("/health") == .init(status: 200, body: "alive\n"))
        #expect(try http.get("/ready") == .init(status: 200, body: "ready\n"))
        let status = try http.get("/status")
        #expect(status.header("content-type") == "application/json")
        let report = try #require(try StatusClient.object(status.body))
        #expect((report["pipelines"] as? [Any])?.count == 2)
        #expect(report["process"] as? Int == Int(run.identifier))
        #expect(try http.get("/secret").status == 404)
        for method in ["POST", "PUT", "DELETE"] {
            let response = try http.get("/metrics", method: method)
            #expect(response.status == 405 && response.header("allow") == "GET, HEAD")
        }
        let head = try http.get("/metrics", method: "HEAD")
        #expect(head.status == 200 && head.body.isEmpty)
        try run.stop()
    }

    @Test func `ready is 503 with the name and the reason while a sink is down, and 200 once it is back`() throws {
        let shop = try ShopFixture()
        let path = try shop.configuration(replicator: "http = 127.0.0.1:0")
        let run = try ReplicatorProcess(["run", "-c", path, "--start", "earliest"])
        let http = try HTTPClient(run)
        try waitUntil { try http.get("/ready").status == 200 }
        try shop.redis.stop()
        try shop.server.execute("INSERT INTO slots VALUES (1, 'a', 1)", database: "shop")
        try waitUntil(timeout: 60) { try http.get("/ready").status == 503 }
        let response = try http.get("/ready")
        #expect(response.body.hasPrefix("cache: unhealthy: redis://"), "\(response.body)")
        #expect(!response.body.contains("warehouse"))
        #expect(try http.get("/health").status == 200)
        try shop.redis.start()
        try waitUntil(timeout: 60) { try http.get("/ready").status == 200 }
        _ = try StatusClient(configuration: path).command("pause", "warehouse")
        #expect(try http.get("/ready") == .init(status: 503, body: "warehouse: paused\n"))
        try run.stop()
    }

    @Test func `a port in use and an address that is none end in one line`() throws {
        let shop = try ShopFixture()
        let path = try shop.configuration(sinks: ["cache"], replicator: "http = \(shop.redis.port)")
        let (end, output, errors) = try ReplicatorProcess.run(["run", "-c", path, "--start", "earliest"])
        #expect(end == .exited(1) && output.isEmpty)
        #expect(
            errors.contains("http = 127.0.0.1:\(shop.redis.port) cannot be listened on: Address already in use"),
            "\(errors)")
        #expect(errors.split(separator: "\n").count == 1, "\(errors)")
        let other = try shop.configuration(sinks: ["cache"], replicator: "http = *:9090")
        let refused = try ReplicatorProcess.run(["run", "-c", other, "--start", "earliest"])
        #expect(refused.end == .exited(2))
        #expect(refused.errors.contains("http is ADDRESS:PORT"), "\(refused.errors)")
    }

    @Test func `names of tables are escaped, and a pipeline that failed is not ready`() throws {
        let shop = try ShopFixture()
        let path = try shop.configuration(sinks: ["cache"], replicator: "http = 0")
        let run = try ReplicatorProcess(["run", "-c", path, "--start", "earliest"])
        let http = try HTTPClient(run)
        let name = "quote\" back\\slash\nline"
        try shop.server.execute(
            "CREATE TABLE `\(name)` (id INT PRIMARY KEY); INSERT INTO `\(name)` VALUES (1), (2)", database: "shop")
        let labels = ["pipeline": "cache", "database": "shop", "table": name, "operation": "insert"]
        try waitUntil(timeout: 30) {
            try PrometheusText(http.get("/metrics").body).value("replicator_rows_total", labels) == 2
        }
        #expect(try http.get("/ready").status == 200)
        try shop.server.execute("TRUNCATE TABLE slots", database: "shop")
        try waitUntil(timeout: 30) { try http.get("/ready").status == 503 }
        #expect(try http.get("/ready").body.hasPrefix("cache: failed: "))
        #expect(try http.get("/health").status == 200)
        let metrics = try PrometheusText(http.get("/metrics").body)
        #expect(metrics.value("replicator_pipeline_state", ["pipeline": "cache", "state": "failed"]) == 1)
        #expect((metrics.value("replicator_last_error_timestamp_seconds", ["pipeline": "cache"]) ?? 0) > 1.7e9)
        for gauge in ["parked", "dead_letters", "queue_rows", "queue_bytes"] {
            #expect(metrics.value("replicator_\(gauge)", ["pipeline": "cache"]) == 0, "\(gauge)")
        }
        #expect(metrics.value("replicator_retries_total", ["pipeline": "cache"]) == 0)
        #expect((metrics.value("replicator_commit_latency_seconds_count", ["pipeline": "cache"]) ?? 0) > 0)
        run.signal(SIGTERM)
        _ = try run.wait(timeout: 40)
    }
}
