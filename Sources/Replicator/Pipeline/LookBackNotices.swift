import BinlogReader

extension ReaderOptions {
    /// Lets `tell` be told that a look-back begins and how it ends, and now and then where it is.
    mutating func tellLookBacks(_ tell: @escaping (LookBack) -> Void) {
        let quietSeconds = 10.0
        var toldAt = -Double.infinity
        tellsLookBack = { lookBack in
            let now = Timestamp.monotonicSeconds
            if case .goesOn = lookBack, now - toldAt < quietSeconds { return }
            toldAt = now
            tell(lookBack)
        }
    }
}

extension Log {
    func tell(_ lookBack: LookBack) {
        switch lookBack {
        case .begins(let xid, let commit):
            info(
                "looking in the source's log for an XA PREPARE, since nothing is kept of what is committed",
                ["xid": xid, "commit": "\(commit)"])
        case .goesOn(let file): info("still looking for the XA PREPARE", ["file": file])
        case .ends(let xid, let prepared?): info("found the XA PREPARE", ["xid": xid, "prepared": "\(prepared)"])
        case .ends(let xid, nil): info("did not find the XA PREPARE", ["xid": xid])
        }
    }
}

extension LookBack {
    /// What `tail` says; nil: what follows says it.
    var notice: String? {
        switch self {
        case .begins(let xid, let commit):
            "\(commit): looking in the log for what XA COMMIT \(xid) commits, since it was prepared before reading began"
        case .goesOn(let file): "still looking for it, in \(file)"
        case .ends(_, let prepared): prepared.map { "it was prepared at \($0)" }
        }
    }
}
