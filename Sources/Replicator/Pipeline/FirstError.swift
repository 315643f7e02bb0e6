import Foundation

/// The error that came first, of all a pipeline's threads.
final class FirstError: @unchecked Sendable {
    // @unchecked Sendable because `first` is touched only under `lock`.
    private let lock = NSLock()
    private var first: (any Error)?

    func record(_ error: any Error) {
        lock.withLock { if first == nil { first = error } }
    }

    var error: (any Error)? { lock.withLock { first } }
}
