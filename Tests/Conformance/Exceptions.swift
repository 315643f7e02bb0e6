/// Cases of the public corpus that are known not to agree, each with the reason why ours is right or is meant. One that
/// passes again is printed as stale.
enum Exceptions {
    static func reason(for id: String) -> String? { reasons[id] }

    private static let reasons: [String: String] = [
        "events/0052": "no server writes a PREVIOUS_GTIDS event without the count of sources: refused as cut off",
        "php/testShouldBeJson@MySQL": "the library prints an unsigned number in a document as a string; ours is what "
            + "the server selects",
    ]
}
