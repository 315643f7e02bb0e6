import Rows

/// Commands for one pipeline, in Redis's own protocol: arrays of byte strings (RESP, `*COUNT`, then `$LENGTH` and the
/// bytes of each). Written here rather than by hiredis, which would take each command as arrays of pointers.
struct RedisCommands {
    private(set) var bytes: [UInt8] = []
    private(set) var count = 0

    /// Begins a command of `wordCount` words, which must follow.
    mutating func begin(wordCount: Int) {
        count += 1
        appendHeader(UInt8(ascii: "*"), wordCount)
    }

    /// Appends the command of one word that ``encoded(_:)`` made.
    mutating func append(commandOf word: [UInt8]) {
        begin(wordCount: 1)
        append(encoded: word)
    }

    mutating func append(_ word: [UInt8]) {
        appendHeader(UInt8(ascii: "$"), word.count)
        bytes.append(contentsOf: word)
        appendLineEnd()
    }

    mutating func append(_ word: String) {
        appendHeader(UInt8(ascii: "$"), word.utf8.count)
        bytes.append(contentsOf: word.utf8)
        appendLineEnd()
    }

    /// Appends words that ``encoded(_:)`` made.
    mutating func append(encoded words: [UInt8]) {
        bytes.append(contentsOf: words)
    }

    /// Appends a whole command.
    mutating func append(command words: [[UInt8]]) {
        begin(wordCount: words.count)
        for word in words { append(word) }
    }

    mutating func append(command words: String...) {
        begin(wordCount: words.count)
        for word in words { append(word) }
    }

    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        count = 0
    }

    /// A word as it goes over the wire, for words that are sent again and again.
    static func encoded(_ word: String) -> [UInt8] {
        var commands = RedisCommands()
        commands.append(word)
        return commands.bytes
    }

    private mutating func appendHeader(_ kind: UInt8, _ number: Int) {
        bytes.append(kind)
        IntegerText.append(number, to: &bytes)
        appendLineEnd()
    }

    private mutating func appendLineEnd() {
        bytes.append(0x0D)
        bytes.append(0x0A)
    }
}
