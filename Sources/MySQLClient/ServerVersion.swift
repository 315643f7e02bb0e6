/// Which server answers, and how old it is.
public struct ServerVersion: Equatable, Sendable {
    public enum Flavour: Sendable {
        case mariaDB, mySQL
    }

    public var flavour: Flavour
    public var major: Int
    public var minor: Int
    public var patch: Int
    /// As the server says it: `10.11.14-MariaDB-0+deb12u2-log`.
    public var text: String

    /// What a part is at most: that of no server has more digits, and whatever is told can be reckoned with.
    private static let greatestPart = 999

    public init(_ text: String) {
        self.text = text
        flavour = text.contains("MariaDB") ? .mariaDB : .mySQL
        let parts = text.split(separator: "-").first?.split(separator: ".") ?? []
        let numbers = parts.map { min(Int($0) ?? 0, Self.greatestPart) }
        major = numbers.first ?? 0
        minor = numbers.count > 1 ? numbers[1] : 0
        patch = numbers.count > 2 ? numbers[2] : 0
    }

    public func isAtLeast(_ major: Int, _ minor: Int) -> Bool {
        (self.major, self.minor) >= (major, minor)
    }
}

extension ServerVersion: CustomStringConvertible {
    public var description: String {
        "\(flavour == .mariaDB ? "MariaDB" : "MySQL") \(major).\(minor).\(patch)"
    }
}
