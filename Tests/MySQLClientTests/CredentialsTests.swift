import Foundation
import TestSupport
import Testing

@testable import MySQLClient

@Suite struct CredentialsTests {
    /// A home folder with a `.my.cnf`.
    private func home(_ text: String?) throws -> ScratchFolder {
        let folder = try ScratchFolder()
        if let text { try folder.write(text, to: ".my.cnf") }
        return folder
    }

    private func find(
        _ folder: ScratchFolder, user: String = "u", file: String? = nil, variables: [String] = [],
        environment: [String: String] = [:]
    ) throws -> ConnectionOptions {
        var options = ConnectionOptions()
        options.user = user
        try options.findCredentials(passwordFile: file, variables: variables) { name in
            name == "HOME" ? folder.path : environment[name]
        }
        return options
    }

    @Test func `the file wins over the environment and that over the option file`() throws {
        let folder = try home("[client]\npassword=third\n")
        let file = try folder.write("first\nnot this\n", to: "password")
        let environment = ["MYSQL_PWD": "second", "REPLICATOR_PASSWORD": "own"]
        #expect(try find(folder, file: file, environment: environment).password == "first")
        #expect(try find(folder, variables: ["REPLICATOR_PASSWORD"], environment: environment).password == "own")
        #expect(try find(folder, environment: environment).password == "second")
        #expect(try find(folder).password == "third")
        #expect(try find(home(nil)).password == nil)
    }

    @Test func `a line end of Windows is not part of the password`() throws {
        let folder = try home(nil)
        let file = try folder.write("p w\r\n", to: "password")
        #expect(try find(folder, file: file).password == "p w")
    }

    @Test(arguments: ["", "\n", "\nsecret\n"])
    func `a password file without a first line is refused`(text: String) throws {
        let folder = try home(nil)
        let file = try folder.write(text, to: "password")
        #expect(throws: CredentialsError.self) { try find(folder, file: file) }
    }

    @Test func `a missing password file is named`() throws {
        let folder = try home(nil)
        let error = #expect(throws: CredentialsError.self) { try find(folder, file: folder.file("none")) }
        #expect(error?.description == "password-file \(folder.file("none")): no such file")
        #expect(throws: CredentialsError.self) { try find(folder, file: folder.path) }
    }

    @Test func `an option file that cannot be read is an error only where something is missing`() throws {
        let folder = try home(nil)
        // A folder: root too cannot read it as a file.
        try FileManager.default.createDirectory(atPath: folder.file(".my.cnf"), withIntermediateDirectories: false)
        let file = try folder.write("secret\n", to: "password")
        #expect(try find(folder, file: file).password == "secret")
        #expect(throws: CredentialsError.self) { try find(folder) }
    }

    @Test func `the user comes from the URL, then the option file, then the system`() throws {
        let folder = try home("[client]\nuser = cdc\n")
        #expect(try find(folder).user == "u")
        #expect(try find(folder, user: "").user == "cdc")
        let own = getpwuid(geteuid()).map { String(cString: $0.pointee.pw_name) }
        #expect(try find(home(nil), user: "").user == own)
    }

    @Test(arguments: [
        ("[client]\npassword=a b", "a b"), ("[client]\n  password =  'a # b'  # comment\n", "a # b"),
        ("[client]\npassword=a#b", "a"), ("[client]\npassword=\"\\s\\\\\\q\\t\"", " \\\\q\t"),
        ("[mysqld]\npassword=x\n[client]\r\n# c\n; c\n!include /x\npassword=y\r\n[mysql]\npassword=z", "y"),
        ("[client]\npassword=1\npassword=2", "2"), ("[client]\npassword=a=b", "a=b"), ("[client]\npassword=", ""),
    ])
    func `an option file is read as the client library does`(text: String, password: String) {
        #expect(OptionFile(text: text).password == password)
    }

    @Test(arguments: ["", "[client]\npassword", "password=x", "[client", "[client-server]\npassword=x"])
    func `an option file may have no password`(text: String) {
        #expect(OptionFile(text: text).password == nil)
    }
}
