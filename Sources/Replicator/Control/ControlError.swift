/// Why a command did nothing, or has not done yet what it was asked for: what follows the pipeline's name in a line for an
/// operator.
struct ControlError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }

    init(afterEnd end: Pipeline.State) {
        if case .failed(let message) = end {
            self.init("stopped by an error before it could: \(message)")
        } else {
            self.init("has come to the end of its source")
        }
    }
}
