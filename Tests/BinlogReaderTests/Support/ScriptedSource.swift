import BinlogReader
import Rows

/// An event source that yields what a test gives it, each event in memory of exactly its size.
final class ScriptedSource: EventSource {
    enum Step {
        case event([UInt8])
        case moved(BinlogPosition)
        case idle
    }

    private var steps: [Step]
    private var memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 0, alignment: 1)

    init(_ steps: [Step]) {
        self.steps = steps
    }

    /// A server's stream.
    convenience init(events: [[UInt8]]) {
        self.init(events.map { .event($0) })
    }

    /// A file's events.
    convenience init(file: String, events: [[UInt8]]) {
        self.init([.moved(BinlogPosition(file: file, offset: 4))] + events.map { .event($0) })
    }

    deinit {
        memory.deallocate()
    }

    var event: UnsafeRawBufferPointer { UnsafeRawBufferPointer(memory) }

    func advance() throws -> SourceRead {
        guard !steps.isEmpty else { return .end }
        switch steps.removeFirst() {
        case .event(let bytes):
            memory.deallocate()
            memory = .allocate(byteCount: bytes.count, alignment: 1)
            memory.copyBytes(from: bytes)
            return .event
        case .moved(let position): return .moved(to: position)
        case .idle: return .idle
        }
    }
}

extension ChangeReader {
    /// Reads to the end, or to the error that ends it.
    func readAll() -> (events: [SourceEvent], error: (any Error)?) {
        var events: [SourceEvent] = []
        do {
            while let event = try next() { events.append(event) }
            return (events, nil)
        } catch {
            return (events, error)
        }
    }

    /// The events as lines, and the error as the last one.
    func log() -> [String] {
        let (events, error) = readAll()
        return events.map(EventLog.line) + (error.map { ["error \($0)"] } ?? [])
    }
}

/// What a reader makes of a file that holds `events`.
func logOfFile(_ events: [[UInt8]], options: ReaderOptions = ReaderOptions()) -> [String] {
    ChangeReader(source: ScriptedSource(file: "binlog.000001", events: events), start: nil, options: options).log()
}
