/// Ways out as commands other than `run` have them. Errors of the source name the options of `run`, where they are met most;
/// who only reads has no checkpoint to reset, and no target to bring up to date.
enum WaysOut {
    /// `error`, saying what a command that only reads can do.
    static func ofReader(_ error: any Error) -> any Error {
        let text = String(describing: error)
        let mended = ofReader(text)
        return mended == text ? error : PlanError(mended)
    }

    static func ofReader(_ text: String) -> String {
        replacements.reduce(text) { $0.replacing($1.run, with: $1.reader) }
    }

    private static let replacements: [(run: String, reader: String)] = [
        (", after bringing the target up to date by other means", ""),
        ("; or bring the target up to date by other means, and --start", "; or --start"),
        (
            ". Else the file is damaged, and what is gone from it must come to the target by other means",
            ". Else the file is damaged"
        ),
        (
            "make these changes in the target by hand (mariadb-binlog -v shows them), and go on",
            "mariadb-binlog -v shows them; go on"
        ),
        ("make those of replicated tables in the target by hand, and go on", "and go on"),
        (", copy the tables that it changes by hand, and go on", ", and go on"),
        ("run --start", "--start"),
        (" --reset-checkpoint", ""),
        // Each has its own by its process.
        ("give each its own, by another server-id-base in [source]", "run it again"),
    ]
}
