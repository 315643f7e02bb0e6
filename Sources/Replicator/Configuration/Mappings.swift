import Foundation

/// Reads a sink's mapping files: one file, or each `*.sql` of a folder, in order of their names.
enum Mappings {
    /// The files that `path` names.
    static func files(_ path: String) throws(ConfigurationError) -> [String] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw ConfigurationError("the mapping file or folder does not exist", file: path)
        }
        guard isFolder.boolValue else { return [path] }
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: path)
        } catch {
            throw ConfigurationError("the folder of mapping files cannot be read", file: path)
        }
        let folder = path.hasSuffix("/") ? path : path + "/"
        let files = names.filter { $0.hasSuffix(".sql") && !$0.hasPrefix(".") }.sorted().map { folder + $0 }
        guard !files.isEmpty else {
            throw ConfigurationError("the folder holds no mapping file (*.sql)", file: path)
        }
        return files
    }

    /// Throws the first thing that is wrong.
    static func load(_ path: String) throws -> [ViewDefinition] {
        let (views, errors) = try loadAll(path)
        if let error = errors.first { throw error }
        return views
    }

    /// All views that can be read, and what is wrong with each of the other files.
    static func loadAll(_ path: String) throws(ConfigurationError) -> (views: [ViewDefinition], errors: [any Error]) {
        var views: [ViewDefinition] = []
        var errors: [any Error] = []
        var targets: [String: String] = [:]
        for file in try files(path) {
            do {
                for view in try read(file).views {
                    if let earlier = targets.updateValue(file, forKey: view.targetName) {
                        errors.append(
                            ConfigurationError(
                                "the view \(view.targetName) is defined twice (also in \(earlier))", file: file))
                    } else {
                        views.append(view)
                    }
                }
            } catch {
                errors.append(error)
            }
        }
        return (views, errors)
    }

    private static func read(_ file: String) throws -> MappingFile {
        guard let data = FileManager.default.contents(atPath: file) else {
            throw ConfigurationError("the mapping file cannot be read", file: file)
        }
        guard let text = String(fileContents: data) else {
            throw ConfigurationError("the mapping file is not UTF-8 text", file: file)
        }
        return try MappingFile.parse(path: file, text: text)
    }
}

extension ViewDefinition {
    /// `database.name`, or the name alone.
    var targetName: String { database.map { "\($0).\(name)" } ?? name }
}
