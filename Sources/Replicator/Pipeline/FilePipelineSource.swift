import BinlogReader
import Rows
import Sinks

/// Binlog files as a source: a file, or a folder of them in sequence order. Ends with the last file.
struct FilePipelineSource: PipelineSource {
    let path: String

    var label: String { "file:\(path)" }

    func findings() throws -> [String] {
        // Made for what it throws where there is nothing to read.
        _ = try FileSource(path: path, start: nil)
        return []
    }

    func notices() -> [String] { [] }

    func tables(where selects: (_ database: String, _ table: String) -> Bool) -> [Table] { [] }

    func resolve(_ start: StartPosition, say: (String) -> Void) throws -> ResumePosition {
        switch start {
        case .earliest:
            let first = try FileSource(path: path, start: nil).firstPosition
            return ResumePosition(position: first, gtids: "", commitMicroseconds: 0)
        case .position(let position):
            return ResumePosition(position: position, gtids: "", commitMicroseconds: 0)
        case .latest:
            throw PlanError("--start latest needs a server as source; of files, give earliest, FILE:OFFSET or a time")
        case .gtids:
            throw PlanError("a GTID needs a server as source; of files, give --start earliest, FILE:OFFSET or a time")
        case .time(let point):
            let time = try point.past(now: TimePoint.now)
            return try ResumePosition(
                try FileSource.place(of: time, path: path), time: time, isServer: false, say: say)
        }
    }

    func open(
        from resume: ResumePosition, selects: @escaping @Sendable (_ database: String, _ table: String) -> Bool
    ) throws -> OpenSource {
        let files = try FileSource(path: path, start: resume.position)
        let reader = ChangeReader(source: files, start: resume.position, options: ReaderOptions(selects: selects))
        return OpenSource(reader: reader, interrupt: {}, isWaiting: { false })
    }

    func isRetriable(_ error: any Error) -> Bool { false }
}
