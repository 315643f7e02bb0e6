/// The settings of a `[sink NAME]` section besides `url`. A sink takes the ones it knows; what is left over is an
/// unknown key, which the configuration refuses by name.
public struct SinkOptions: Sendable {
    public private(set) var remaining: [String: String]
    /// The key that was taken last: where a sink refuses a value, the one to blame.
    public private(set) var lastTaken: String?

    public init(_ values: [String: String]) {
        remaining = values
    }

    /// Removes and returns the value of `key`.
    public mutating func take(_ key: String) -> String? {
        guard let value = remaining.removeValue(forKey: key) else { return nil }
        lastTaken = key
        return value
    }

    /// Says that `key`, which was taken before, is the one to blame for what is thrown next.
    public mutating func blame(_ key: String) {
        lastTaken = key
    }
}
