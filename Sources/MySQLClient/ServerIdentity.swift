/// Tells whether two connections lead to one server, whatever names and ports they went through.
public enum ServerIdentity {
    /// A query of one value, the same for all sessions of a server and for no other server. Needs no privilege.
    public static let query = "SELECT CONCAT_WS(' ', @@hostname, @@port, @@server_id, @@datadir)"
}
