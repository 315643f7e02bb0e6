import Foundation
import Replicator

LargeMemory.giveBack()
// The signals are masked before any thread is there, so that all threads inherit the mask.
let shutdown = ShutdownSignal()
exit(dispatch(Array(CommandLine.arguments.dropFirst()), until: shutdown).rawValue)

func dispatch(_ words: [String], until shutdown: ShutdownSignal) -> ExitCode {
    guard let name = words.first else {
        complain(Commands.overview)
        return .usage
    }
    switch name {
    case "--version", "-V":
        print("replicator \(Commands.version)")
        return .done
    case "--help", "-h", "help":
        if let topic = words.dropFirst().first, let command = Commands.all.first(where: { $0.name == topic }) {
            print(command.help)
        } else {
            print(Commands.overview)
        }
        return .done
    default: break
    }
    guard let command = Commands.all.first(where: { $0.name == name }) else {
        let reason = Commands.later.contains(name) ? "is not supported yet" : "is not a command"
        complain("replicator: \(name) \(reason); replicator --help lists those there are")
        return .usage
    }
    let rest = Array(words.dropFirst())
    if rest.contains("--help") || rest.contains("-h") {
        print(command.help)
        return .done
    }
    do {
        return try command.run(rest, until: shutdown)
    } catch let error as UsageError {
        complain("replicator \(name): \(error); see replicator \(name) --help")
        return .usage
    } catch let error as ConfigurationError {
        complain("replicator: \(error)")
        return .usage
    } catch {
        complain("replicator: \(error)")
        return .failed
    }
}

func complain(_ text: String) {
    FileHandle.standardError.write(Data((text + "\n").utf8))
}
