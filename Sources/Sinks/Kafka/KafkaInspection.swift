import Rows

/// Asks the brokers, without changing anything, what there is.
struct KafkaInspection {
    /// A consumer, which reads only, and has no topic created by asking for it.
    let client: KafkaClient
    private let settings: KafkaSettings

    init(_ settings: KafkaSettings) throws(SinkError) {
        self.settings = settings
        client = try settings.makeClient(.consumer)
    }

    /// What must be mended before `topics`, each with its table, can be written. Throws where no broker answers.
    func findings(topics: [(name: String, table: Table)]) throws(SinkError) -> [String] {
        if topics.isEmpty {
            _ = try untilAnswered { () throws(KafkaError) in try client.askBrokers(milliseconds: 500) }
        }
        var findings: [String] = []
        var tells = true
        var makesTopics: Bool?
        for (name, table) in topics {
            switch try partitions(of: name) {
            case .success(let partitions):
                if tells, let set = client.settings(of: .topic(name), milliseconds: Self.patience) {
                    findings += self.findings(name, table, set)
                } else {
                    // Who does not tell of one topic is not asked, and waited for, again and again.
                    tells = false
                }
                if settings.refusesRepartitioned, !table.primaryKey.isEmpty, isRepartitioned(name, partitions) {
                    findings.append(KafkaAdvice.repartitioned(name, settings, count: partitions.count))
                }
            case .failure(let error):
                switch error.code.meaning {
                case .unknownTopic:
                    // Most brokers make a topic when the first record comes; some tell that they do not.
                    if makesTopics == nil {
                        let set = client.settings(of: .broker, milliseconds: Self.patience)
                        makesTopics = set?["auto.create.topics.enable"] != "false"
                    }
                    if makesTopics == false {
                        findings.append(KafkaAdvice.unknownTopic(name, settings, "auto.create.topics.enable=false"))
                    }
                case .notAllowed: findings.append(KafkaAdvice.notAllowed(topic: name, settings, error.reason))
                default: findings.append("\(settings.address.label): topic \(name): \(error.reason)")
                }
            }
        }
        return findings
    }

    /// How long is waited for what brokers need not tell, milliseconds.
    private static let patience: Int32 = 2000

    private func findings(_ name: String, _ table: Table, _ set: [String: String]) -> [String] {
        var findings: [String] = []
        if let limit = set["max.message.bytes"].flatMap({ Int($0) }), limit < settings.largestRecord {
            findings.append(KafkaAdvice.smallTopic(name, settings, limit: limit))
        }
        if table.primaryKey.isEmpty, set["cleanup.policy"]?.contains("compact") == true {
            findings.append(KafkaAdvice.compactedTopic(name, table.qualifiedName, settings))
        }
        return findings
    }

    /// Records of each partition that are looked at: of a topic that got more partitions, about half of the older ones
    /// are where they would not be put now.
    private static let sampleSize = 50

    /// Whether a topic has keys in other partitions than those that they are given now. False where that cannot be read.
    private func isRepartitioned(_ name: String, _ partitions: [Int32]) -> Bool {
        var isElsewhere = false
        do throws(KafkaError) {
            let topic = try KafkaTopic(name, of: client)
            let count = Int32(partitions.count)
            let partitioner = settings.partitioner
            try topic.readAll(partitions, limit: Self.sampleSize, milliseconds: Self.patience) { partition, key, _ in
                guard let key, let own = topic.partition(of: key, partitioner: partitioner, count: count) else {
                    return
                }
                isElsewhere = isElsewhere || own != partition
            }
        } catch {
            return isElsewhere
        }
        return isElsewhere
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
        var state = (trouble: String?.none, isDown: false, isRefused: false, isUnknown: false)
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
                        if code != .allBrokersDown {
                            state.trouble = reason
                            state.isUnknown = code == .unknownHost
                        }
                    })
                {}
                guard state.isDown || state.isRefused || ContinuousClock.now > end else { continue }
                let label = settings.address.label
                let trouble = state.trouble ?? error.reason
                if state.isRefused { throw SinkError(.fatal, "\(label): \(trouble)") }
                guard state.isDown else {
                    let seconds = settings.timeoutMilliseconds / 1000
                    throw SinkError(.retriable, KafkaAdvice.unanswered(settings, seconds: seconds, state.trouble))
                }
                let advice = state.isUnknown ? "check the host in url" : "is it up, and is url right?"
                throw SinkError(.retriable, "\(label): \(trouble): \(advice)")
            }
        }
    }
}
