import Foundation
import TestSupport

/// A sink of the shop that takes connections and answers nothing while it is frozen. Its client waits a minute for an answer.
final class FrozenSink {
    enum Kind: String, CaseIterable, Sendable { case mySQL, redis, kafka, sqlite }

    let kind: Kind
    let shop: ShopFixture
    /// Of the one sink.
    let name: String
    /// The configuration, with HTTP.
    let path: String
    /// What messages name it by.
    let label: String
    private var target: ShopTarget?
    private var broker: TansuServer?
    private var lock: SQLiteLock?

    init(_ kind: Kind) throws {
        self.kind = kind
        shop = try ShopFixture()
        switch kind {
        case .mySQL:
            let target = try ShopTarget(.mariaDB, shop)
            self.target = target
            name = "warehouse"
            label = "mysql://writer@127.0.0.1:\(target.server.port)/warehouse"
            path = try target.configuration(replicator: "http = 0")
        case .redis:
            name = "cache"
            label = "\(shop.redis.url)/0"
            let path = try shop.configuration(sinks: ["cache"], replicator: "http = 0")
            let text = try String(contentsOfFile: path, encoding: .utf8)
            self.path = try shop.scratch.write(
                text.replacing("timeout = 2", with: "timeout = 60"), to: "replicator.conf")
        case .kafka:
            let broker = try TansuServer()
            self.broker = broker
            name = "events"
            label = broker.url
            let path = try shop.kafkaConfiguration(broker.url, more: "timeout = 60")
            let text = try String(contentsOfFile: path, encoding: .utf8)
            self.path = try shop.scratch.write(
                text.replacing("[replicator]", with: "[replicator]\nhttp = 0"), to: "replicator.conf")
        case .sqlite:
            name = "warehouse"
            label = "target.db"
            path = try shop.configuration(sinks: ["warehouse"], replicator: "http = 0")
        }
    }

    /// Of the server.
    var address: String { "127.0.0.1:\(target?.server.port ?? broker?.port ?? shop.redis.port)" }

    func freeze() throws {
        switch kind {
        case .mySQL: target?.server.signal(SIGSTOP)
        case .redis: shop.redis.signal(SIGSTOP)
        case .kafka: broker?.signal(SIGSTOP)
        case .sqlite: lock = try SQLiteLock(shop.scratch.file("target.db"))
        }
    }

    func thaw() throws {
        switch kind {
        case .mySQL: target?.server.signal(SIGCONT)
        case .redis: shop.redis.signal(SIGCONT)
        case .kafka: broker?.signal(SIGCONT)
        case .sqlite: lock?.release()
        }
    }
}
