import Foundation

/// Asks `condition` again and again until it holds; throws after `timeout` seconds. In place of sleeping for luck.
public func waitUntil(
    timeout: Double = 120, _ what: @autoclosure () -> String = "a condition", condition: () throws -> Bool
) throws {
    let deadline = ContinuousClock.now + .seconds(timeout)
    while try !condition() {
        guard ContinuousClock.now < deadline else {
            throw TestSupportError("waited \(timeout) s in vain for \(what())")
        }
        usleep(5000)
    }
}
