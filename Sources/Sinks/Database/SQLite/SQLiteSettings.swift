/// The settings of a `[sink]` section for a SQLite file.
struct SQLiteSettings: Equatable, Sendable {
    /// `triggers = refuse | allow`: whether target tables may have triggers, which then run for each applied change.
    var allowsTriggers = false
    /// `foreign-keys = enforce | ignore`: SQLite checks them only for connections that ask for it.
    var enforcesForeignKeys = true

    /// How long a writer waits for another connection's lock before it reports it.
    var busyMilliseconds: Int32 = 5_000

    init() {}

    /// Takes the settings that are given.
    init(_ options: inout SinkOptions) throws(SinkError) {
        allowsTriggers = try options.takeChoice("triggers", "refuse", "allow") == "allow"
        enforcesForeignKeys = try options.takeChoice("foreign-keys", "enforce", "ignore") == "enforce"
    }
}

extension SinkOptions {
    /// Removes and returns the value of `key`, which must be one of two; the first where there is none.
    mutating func takeChoice(_ key: String, _ standard: String, _ other: String) throws(SinkError) -> String {
        guard let value = take(key) else { return standard }
        guard value == standard || value == other else {
            throw SinkError(.fatal, "\(key) = \(value): must be \(standard) or \(other)")
        }
        return value
    }
}
