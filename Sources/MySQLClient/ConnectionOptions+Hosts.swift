extension ConnectionOptions {
    /// Reads a URL as ``init(url:)`` does, but for one or several hosts, by commas: `mysql://USER@HOST:PORT,HOST:PORT/DATABASE`,
    /// in their order. User, database and parameters are those of all.
    public static func hosts(url: String) throws(ConnectionURLError) -> [ConnectionOptions] {
        let scheme = "mysql://"
        guard url.hasPrefix(scheme) else { return [try ConnectionOptions(url: url)] }
        let rest = url.dropFirst(scheme.count)
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        let behind = rest.dropFirst(authority.count)
        let address = authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority
        let user = authority.prefix(authority.count - address.count)
        let addresses = address.split(separator: ",", omittingEmptySubsequences: false)
        guard addresses.count > 1 else { return [try ConnectionOptions(url: url)] }
        var hosts: [ConnectionOptions] = []
        for address in addresses {
            guard !address.isEmpty else {
                throw ConnectionURLError("a host is missing in the URL: mysql://USER@HOST:PORT,HOST:PORT")
            }
            let options = try ConnectionOptions(url: scheme + user + address + behind)
            guard options.socket == nil else {
                throw ConnectionURLError("socket=PATH is one server: leave it, or all hosts but one, out of the URL")
            }
            guard !hosts.contains(where: { $0.description == options.description }) else {
                throw ConnectionURLError("the URL names a host twice")
            }
            hosts.append(options)
        }
        return hosts
    }
}
