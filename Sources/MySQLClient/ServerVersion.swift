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

    public init(_ text: String) {
        self.text = text
        flavour = text.contains("MariaDB") ? .mariaDB : .mySQL
        let numbers = text.split(separator: "-").first?.split(separator: ".").map { Int($0) ?? 0 } ?? []
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
