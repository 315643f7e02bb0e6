package import Rows

/// How it goes with looking in the log for what prepared an XA transaction, since its commit was read and nothing is kept of
/// it. That may take as long as reading all of the log.
package enum LookBack: Equatable, Sendable {
    /// It begins at the commit at `commit`, which ends `xid` (on one line).
    case begins(xid: String, commit: BinlogPosition)
    /// Nothing of it is behind this file, which is read now.
    case goesOn(file: String)
    /// It was prepared at `prepared`; nil: that is not in the log, or the log cannot be read there, and reading ends.
    case ends(xid: String, prepared: BinlogPosition?)
}
