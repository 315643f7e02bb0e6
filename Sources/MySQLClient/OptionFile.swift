/// Who to log in as, from the `[client]` group of an option file such as `~/.my.cnf`.
///
/// The client library could read that file itself, but would take everything in it, such as a character set or
/// statements to run first, that would change what we read. The syntax is that of mysys/my_default.c; `!include`
/// lines are passed over.
struct OptionFile: Equatable {
    var user: String?
    var password: String?

    init() {}

    /// Reads a file; a missing one has no options.
    init(path: String) throws(CredentialsError) {
        let bytes = try ConnectionOptions.contents(of: path, "option file") ?? []
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw CredentialsError("option file \(path): not UTF-8 text")
        }
        self.init(text: text)
    }

    init(text: String) {
        var group = ""
        // Not by Character: to Swift, a carriage return with a line feed is one.
        for bytes in text.utf8.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }) {
            let line = Self.trim(Substring(bytes))
            if line.first == "[" {
                group = String(line.dropFirst().prefix { $0 != "]" })
                continue
            }
            guard group == "client", let first = line.first, first != "#", first != ";", first != "!" else { continue }
            let name = line.prefix { $0 != "=" }
            guard name.count < line.count else { continue }
            let value = Self.value(line.dropFirst(name.count + 1))
            switch Self.trim(name) {
            case "user": user = value
            case "password": password = value
            default: break
            }
        }
    }

    /// What stands after the `=`: without the comment at its end, the blanks around it and one pair of quotes, and
    /// with backslash sequences resolved.
    private static func value(_ text: Substring) -> String {
        var quote: Character?
        var isEscaped = false
        var end = text.endIndex
        for index in text.indices {
            let character = text[index]
            if character == "'" || character == "\"", !isEscaped {
                if quote == nil { quote = character } else if quote == character { quote = nil }
            }
            if quote == nil, character == "#" {
                end = index
                break
            }
            isEscaped = quote != nil && character == "\\" && !isEscaped
        }
        var content = trim(text[..<end])
        if content.count >= 2, let first = content.first, first == "'" || first == "\"", content.last == first {
            content = content.dropFirst().dropLast()
        }
        return unescape(content)
    }

    private static func unescape(_ text: Substring) -> String {
        var result = ""
        var rest = text
        while let character = rest.popFirst() {
            guard character == "\\", let next = rest.popFirst() else {
                result.append(character)
                continue
            }
            switch next {
            case "n": result.append("\n")
            case "t": result.append("\t")
            case "r": result.append("\r")
            case "b": result.append("\u{8}")
            case "s": result.append(" ")
            case "\"", "'", "\\": result.append(next)
            default: result.append("\\\(next)")
            }
        }
        return result
    }

    private static func trim(_ text: Substring) -> Substring {
        var text = text
        while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return text
    }
}
