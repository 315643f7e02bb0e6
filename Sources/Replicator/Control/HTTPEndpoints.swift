/// What the daemon answers over HTTP: probes, metrics and status. Nothing can be changed there.
struct HTTPEndpoints: Sendable {
    let desk: ControlDesk

    func answer(_ method: String, _ path: String) -> HTTPResponse {
        let known: (@Sendable () -> HTTPResponse)? =
            switch path {
            case "/": { text("/metrics, /health, /ready, /status") }
            case "/health": { text("alive") }
            case "/ready": ready
            case "/status": status
            case "/metrics": metrics
            default: nil
            }
        guard let known else { return text("there is /metrics, /health, /ready and /status", status: 404) }
        guard method == "GET" || method == "HEAD" else {
            var response = text("only GET", status: 405)
            response.allow = "GET, HEAD"
            return response
        }
        return known()
    }

    private func text(_ line: String, status: UInt32 = 200) -> HTTPResponse {
        HTTPResponse(status: status, body: Array((line + "\n").utf8))
    }

    /// 200 only while all pipelines run; else who does not, and why.
    @Sendable private func ready() -> HTTPResponse {
        let reasons = desk.status.pipelines.compactMap(\.reasonNotReady)
        return reasons.isEmpty ? text("ready") : text(reasons.joined(separator: "\n"), status: 503)
    }

    @Sendable private func status() -> HTTPResponse {
        guard let json = try? desk.status.json() else { return text("the status cannot be told", status: 500) }
        return HTTPResponse(contentType: "application/json", body: Array((json + "\n").utf8))
    }

    @Sendable private func metrics() -> HTTPResponse {
        HTTPResponse(contentType: "text/plain; version=0.0.4; charset=utf-8", body: Array(desk.metrics.utf8))
    }
}

extension PipelineStatus {
    fileprivate var reasonNotReady: String? {
        guard state != .running else { return nil }
        // An error that has passed does not explain a pause.
        let explains = state == .unhealthy || state == .failed || state == .starting
        let error = explains ? lastError.map { ": \($0.message.firstLine)" } ?? "" : ""
        return "\(name): \(state?.rawValue ?? "unknown")\(error)"
    }
}
