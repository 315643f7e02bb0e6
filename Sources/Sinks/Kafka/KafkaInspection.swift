/// Asks the brokers, without changing anything, what there is.
struct KafkaInspection {
    /// A consumer, which reads only, and has no topic created by asking for it.
    let client: KafkaClient
    private let settings: KafkaSettings

    init(_ settings: KafkaSettings) throws(SinkError) {
        self.settings = settings
        client = try settings.makeClient(.consumer)
    }

    /// What must be mended before `topics` can be written. Throws where no broker answers.
    func findings(topics: [String]) throws(SinkError) -> [String] {
        if topics.isEmpty {
            _ = try untilAnswered { () throws(KafkaError) in try client.askBrokers(milliseconds: 500) }
        }
        var findings: [String] = []
        for name in topics {
            guard case .failure(let error) = try partitions(of: name) else { continue }
            switch error.code.meaning {
            // Most brokers make a topic when the first record comes.
            case .unknownTopic: continue
            case .notAllowed: findings.append(KafkaAdvice.notAllowed(topic: name, settings, error.reason))
            default: findings.append("\(settings.address.label): topic \(name): \(error.reason)")
            }
        }
        return findings
    }

    /// The partitions of a topic, or what the brokers say of it. Throws where no broker answers.
    func partitions(of name: String) throws(SinkError) -> Result<[Int32], KafkaError> {
        try untilAnswered { () throws(KafkaError) in
            try KafkaTopic(name, of: client).partitions(milliseconds: 500)
        }
    }

    private func untilAnswered<Answer>(
        _ ask: () throws(KafkaError) -> Answer
    ) throws(SinkError) -> Result<Answer, KafkaError> {
        let end = ContinuousClock.now + .milliseconds(settings.timeoutMilliseconds)
        var state = (trouble: String?.none, isDown: false, isRefused: false)
        while true {
            do throws(KafkaError) {
                return .success(try ask())
            } catch {
                guard error.code.meaning == .passing else { return .failure(error) }
                while client.poll(
                    milliseconds: 0,
                    { report in
                        guard case .trouble(let code, let reason) = report else { return }
                        state.isDown = state.isDown || code == .allBrokersDown
                        state.isRefused = state.isRefused || code.meaning == .refusedLogin
                        if code != .allBrokersDown { state.trouble = reason }
                    })
                {}
                guard state.isDown || state.isRefused || ContinuousClock.now > end else { continue }
                throw SinkError(
                    state.isRefused ? .fatal : .retriable,
                    "\(settings.address.label): \(state.trouble ?? error.reason)")
            }
        }
    }
}
