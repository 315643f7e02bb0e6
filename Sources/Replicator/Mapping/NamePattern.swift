/// A database or table name in `FROM`. In a quoted one `*` stands for any run of characters; `_` and `%` are letters.
struct NamePattern: Equatable, Sendable {
    let text: String
    let hasWildcard: Bool

    init(text: String, isQuoted: Bool) {
        self.text = text
        hasWildcard = isQuoted && text.utf8.contains(UInt8(ascii: "*"))
    }

    /// Letter case counts, as it does for the names of databases and tables on a Linux server.
    func matches(_ name: String) -> Bool {
        guard hasWildcard else { return text == name }
        let pattern = Array(text.utf8)
        let name = Array(name.utf8)
        var at = 0
        var read = 0
        // Where to go on when a letter does not fit: behind the last star, one letter further.
        var retry: (pattern: Int, name: Int)?
        while read < name.count {
            if at < pattern.count, pattern[at] == UInt8(ascii: "*") {
                at += 1
                retry = (at, read)
            } else if at < pattern.count, pattern[at] == name[read] {
                at += 1
                read += 1
            } else if let last = retry {
                retry = (last.pattern, last.name + 1)
                (at, read) = (last.pattern, last.name + 1)
            } else {
                return false
            }
        }
        return pattern[at...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
