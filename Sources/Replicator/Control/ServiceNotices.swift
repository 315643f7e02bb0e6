/// When to tell the service manager what. Confined to the main thread.
struct ServiceNotices {
    /// A pipeline that is still starting then keeps nobody waiting: its sink may be down for long, while others run.
    private static let startSeconds = 10.0

    private let manager = ServiceManager()
    private let begin = Timestamp.monotonicSeconds
    private var isReady = false
    private var lastStatus = ""
    private var lastAlive = -Double.infinity
    private var reload: WorkerThread?

    /// Called a few times a second with the pipelines' names and states.
    mutating func observe(_ pipelines: [(name: String, state: PipelineState)]) {
        guard let manager else { return }
        let now = Timestamp.monotonicSeconds
        let status = Self.summary(pipelines)
        if !isReady, !pipelines.contains(where: { $0.state == .starting }) || now - begin > Self.startSeconds {
            isReady = true
            lastStatus = status
            manager.ready(status)
        } else if reload?.join(within: 0) == true {
            reload = nil
            lastStatus = status
            manager.ready(status)
        } else if status != lastStatus {
            lastStatus = status
            manager.status(status)
        }
        // Twice as often as it wants.
        if let seconds = manager.watchdogSeconds, now - lastAlive >= seconds / 2 {
            lastAlive = now
            manager.alive()
        }
    }

    /// A reload has begun, and ends when `thread` does.
    mutating func reloading(_ thread: WorkerThread) {
        reload = thread
        manager?.reloading()
    }

    func stopping() {
        manager?.stopping()
    }

    /// `2 running, 1 unhealthy (cache)`
    static func summary(_ pipelines: [(name: String, state: PipelineState)]) -> String {
        PipelineState.allCases.compactMap { state in
            let names = pipelines.filter { $0.state == state }.map(\.name)
            if names.isEmpty { return nil }
            return "\(names.count) \(state.rawValue)" + (state == .running ? "" : " (\(names.joined(separator: ", ")))")
        }.joined(separator: ", ")
    }
}
