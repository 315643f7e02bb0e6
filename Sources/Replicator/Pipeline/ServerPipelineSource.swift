import MySQLClient
import Rows
import Sinks

/// A server as a source.
struct ServerPipelineSource: PipelineSource {
    let options: ConnectionOptions
    let session: ServerSession

    var label: String { "mysql://\(options)" }

    private var later: PlanError { PlanError("a server as source is not supported yet; file:PATH is") }

    func findings() throws -> [String] { throw later }

    func tables(where selects: (_ database: String, _ table: String) -> Bool) throws -> [Table] { throw later }

    func resolve(_ start: StartPosition) throws -> ResumePosition { throw later }

    func open(
        from resume: ResumePosition, selects: @escaping @Sendable (_ database: String, _ table: String) -> Bool
    ) throws -> OpenSource {
        throw later
    }

    func isRetriable(_ error: any Error) -> Bool { false }
}
