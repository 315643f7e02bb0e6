import Foundation
import TestSupport
import Testing

/// What Dockerfile and docker-compose.yml hold. What they set up runs in `deploy/compose/test`, without containers.
@Suite struct DeployTests {
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private func text(_ path: String) throws -> String {
        try String(contentsOf: Self.root.appendingPathComponent(path), encoding: .utf8)
    }

    @Test func `the configuration of docker-compose.yml reads, and names its services`() throws {
        let configuration = try text("deploy/compose/replicator.conf")
        let compose = try text("docker-compose.yml")
        let scratch = try ScratchFolder()
        try FileManager.default.copyItem(
            atPath: Self.root.appendingPathComponent("mappings").path, toPath: scratch.file("mappings"))
        // Where it connects to, nobody listens.
        let proxy = try TCPProxy(to: 1)
        proxy.stop()
        var services = 0
        let text = configuration.replacing(#/(?:@|//)([a-z]+):\d+/#) { host in
            #expect(compose.contains("\n  \(host.1):\n"), "no service \(host.1)")
            services += 1
            return "\(host.0.first ?? "/")\(host.0.hasPrefix("//") ? "/" : "")127.0.0.1:\(proxy.port)"
        }
        #expect(services == 4)
        let password = try scratch.write("secret", to: "password")
        let path = try scratch.write(
            text.replacing("/run/secrets/password", with: password)
                .replacing("/var/lib/replicator", with: scratch.path),
            to: "replicator.conf")
        let (end, output, errors) = try ReplicatorProcess.run(["check", "-c", path], timeout: 120)
        #expect(end == .exited(3) && errors.isEmpty, "\(output)\(errors)")
        #expect(output.contains("source: cannot connect"), "\(output)")
    }

    @Test func `the image has the libraries that the binary links to, and no others`() throws {
        let list = #/--no-install-recommends \\\n((?:.*\\\n)*?) *&&/#
        let packages = try #require(try text("Dockerfile").firstMatch(of: list)).1
        let named = Set(packages.split(whereSeparator: { " \\\n".contains($0) }).map(String.init))
        let (_, dynamic, _) = try Program.run("readelf", ["-d", ReplicatorProcess.path()])
        let libraries = dynamic.matches(of: #/\(NEEDED\).*\[(.+)\]/#).map { "*/\($0.1)" }
        // The toolchain's own libraries are nobody's, and are put into the binary for the image.
        let (_, owners, _) = try Program.run("dpkg-query", ["-S"] + libraries)
        let needed = Set(owners.split(separator: "\n").map { String($0.prefix { $0 != ":" }) })
        #expect(needed.count > 6)
        // That one also links to libstdc++; libc6 is everywhere.
        #expect(named == needed.subtracting(["libc6"]).union(["libstdc++6", "ca-certificates", "tzdata"]))
    }

    @Test func `the image is built as make builds, of what its context holds`() throws {
        let (dockerfile, makefile) = (try text("Dockerfile"), try text("Makefile"))
        let build = try #require(makefile.firstMatch(of: #/RELEASE_BUILD = (.+)/#)).1
        #expect(dockerfile.contains("RUN \(build)"))
        let context = try text(".dockerignore").split(separator: "\n").compactMap { $0.wholeMatch(of: #/!(.+)/#)?.1 }
        let copied = dockerfile.matches(of: #/\nCOPY ([A-Za-z\/.-]+) /#).map(\.1)
        #expect(copied.sorted() == context.sorted())
    }
}
