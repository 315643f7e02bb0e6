import Foundation
import TestSupport
import Testing

/// The control socket's file: who may use it, what a crash leaves, and what is in its way.
@Suite(.serialized) struct ControlSocketFileTests {
    @Test func `the socket is the account's own, and one left by kill -9 is replaced`() throws {
        let shop = try ShopFixture()
        let path = try shop.configuration(sinks: ["cache"])
        let socket = shop.scratch.file("replicator.state.sock")
        let status = StatusClient(configuration: path)
        let first = try ReplicatorProcess(["run", "-c", path, "--start", "earliest"])
        try status.wait("cache", "running")
        let mode = try FileManager.default.attributesOfItem(atPath: socket)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        try first.kill()
        #expect(FileManager.default.fileExists(atPath: socket))
        #expect(try ReplicatorProcess.run(["status", "-c", path]).errors.contains("is not running"))
        let second = try ReplicatorProcess(["run", "-c", path])
        try status.wait("cache", "running")
        try second.stop()
    }

    @Test func `a socket in use, a file in the way and a path too long end in one line each`() throws {
        let shop = try ShopFixture()
        let path = try shop.configuration(sinks: ["cache"])
        let first = try ReplicatorProcess(["run", "-c", path, "--start", "earliest"])
        try StatusClient(configuration: path).wait("cache", "running")
        let text = try String(contentsOfFile: path, encoding: .utf8)
        func refused(state: String = "other.state", socket: String) throws -> String {
            let other = try shop.scratch.write(
                text.replacingOccurrences(
                    of: "state = replicator.state", with: "state = \(state)\nsocket = \(socket)"), to: "other.conf")
            let (end, output, errors) = try ReplicatorProcess.run(["run", "-c", other, "--start", "latest"])
            #expect(end == .exited(1) && output.isEmpty)
            #expect(errors.split(separator: "\n").count == 1, "\(errors)")
            return errors
        }
        #expect(
            try refused(socket: "replicator.state.sock").contains("another process is listening on the control socket"))
        _ = try shop.scratch.write("mine", to: "file")
        #expect(try refused(socket: "file").contains("is there already and is no socket"))
        #expect(try String(contentsOfFile: shop.scratch.file("file"), encoding: .utf8) == "mine")
        #expect(try refused(socket: String(repeating: "x", count: 108)).contains("socket = PATH in [replicator]"))
        #expect(try refused(socket: "nowhere/x.sock").contains("cannot be made: No such file or directory"))
        #expect(first.end == nil)
        #expect(try StatusClient(configuration: path).state("cache") == "running")
        try first.stop()
    }

    @Test func `commands say that the socket's path is too long, as run does`() throws {
        let shop = try ShopFixture()
        let path = try shop.configuration(
            sinks: ["cache"], replicator: "socket = \(String(repeating: "x", count: 108))")
        for command in ["status", "pause", "resume", "reload"] {
            let (end, output, errors) = try ReplicatorProcess.run([command, "-c", path])
            #expect(end == .exited(1) && output.isEmpty)
            #expect(
                errors.contains("longer than 107 bytes") && errors.contains("socket = PATH in [replicator]")
                    && errors.split(separator: "\n").count == 1, "\(errors)")
        }
    }
}
