import Foundation

/// `Conformance CORPUS [--part NAME]… [--server MariaDB|MySQL|none] [--verbose]`: what docs/development.md says of
/// `make conformance`. Exit codes: 0 all passed or explained, 1 not so, 2 usage.
@main struct Conformance {
    static func main() {
        guard let arguments = Arguments(Array(CommandLine.arguments.dropFirst())) else {
            FileHandle.standardError.write(Data(Arguments.usage.utf8))
            exit(2)
        }
        let corpus = Corpus(folder: arguments.corpus)
        var total = Tally()
        for part in Part.all(servers: arguments.servers) {
            if !arguments.parts.isEmpty, !arguments.parts.contains(part.name) { continue }
            if part.needsServer, arguments.servers.isEmpty {
                print("\(part.name): not run, for want of a server")
                continue
            }
            var tally = Tally()
            tally.isVerbose = arguments.isVerbose
            do {
                try part.run(corpus, &tally)
                // Nothing read is nothing shown: a part without a case fails.
                if tally.isEmpty { tally.fail(part.name, expected: "cases", actual: "none") }
                // Nor is anything where all is explained away, as by a server that refuses every statement.
                if tally.isExplainedAway { tally.fail(part.name, expected: "a case that passes", actual: "none") }
            } catch {
                tally.fail(part.name, expected: "the part to run", actual: "\(error)")
            }
            tally.print(as: part.name)
            total.add(tally)
        }
        print("conformance: \(total.counts)")
        exit(total.isEmpty || total.hasFailed ? 1 : 0)
    }
}

/// What was asked for on the command line.
struct Arguments {
    static let usage = """
        usage: Conformance CORPUS [--part NAME]... [--server MariaDB|MySQL|none]... [--verbose]
        parts: \(Part.all(servers: []).map(\.name).joined(separator: " "))

        """

    var corpus = ""
    var parts: [String] = []
    /// The servers whose own logs are read in the parts `sql_…`.
    var servers = ["MariaDB", "MySQL"]
    var isVerbose = false

    init?(_ words: [String]) {
        var rest = words[...]
        var named: [String] = []
        while let word = rest.popFirst() {
            switch word {
            case "--part":
                guard let name = rest.popFirst(), Part.all(servers: []).contains(where: { $0.name == name }) else {
                    return nil
                }
                parts.append(name)
            case "--server":
                guard let name = rest.popFirst(), ["MariaDB", "MySQL", "none"].contains(name) else { return nil }
                named.append(name)
            case "--verbose": isVerbose = true
            default:
                guard corpus.isEmpty, !word.hasPrefix("-") else { return nil }
                corpus = word
            }
        }
        if !named.isEmpty { servers = named.filter { $0 != "none" } }
        if corpus.isEmpty { return nil }
    }
}
