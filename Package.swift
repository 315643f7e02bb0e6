// swift-tools-version: 6.2
// Targets and who may import whom: docs/architecture.md. No outside packages: C libraries come from Debian.
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    // ByteCursor and RowBatch hand out spans; the spelling may change in a later toolchain, in these two files only.
    .enableExperimentalFeature("Lifetimes"),
    .treatAllWarnings(as: .error),
    // Row loops cross modules once a batch; without this flag each call of them goes through witness tables.
    .unsafeFlags(["-cross-module-optimization"], .when(configuration: .release)),
]

func library(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    // Conversions of floating-point numbers are functions of libm, which only Glibc and Foundation would link.
    .target(
        name: name, dependencies: dependencies, swiftSettings: settings, linkerSettings: [.linkedLibrary("m")])
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies + ["TestSupport"], exclude: exclude, swiftSettings: settings)
}

let package = Package(
    name: "replicator",
    products: [
        .executable(name: "replicator", targets: ["ReplicatorCommand"]),
        // With the modules whose types it speaks in: docs/library.md.
        .library(name: "BinlogReader", targets: ["BinlogReader", "Rows", "MySQLClient"]),
    ],
    targets: [
        .systemLibrary(name: "CMalloc"),
        .systemLibrary(name: "CMySQL", providers: [.apt(["libmariadb-dev"])]),
        .systemLibrary(name: "CDeflate", providers: [.apt(["libdeflate-dev"])]),
        .systemLibrary(name: "CZstd", providers: [.apt(["libzstd-dev"])]),
        .systemLibrary(name: "CHiredis", providers: [.apt(["libhiredis-dev"])]),
        .systemLibrary(name: "CSQLite", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CRdKafka", providers: [.apt(["librdkafka-dev"])]),
        .systemLibrary(name: "CMicrohttpd", providers: [.apt(["libmicrohttpd-dev"])]),

        library("Rows", []),
        library("MySQLClient", ["CMySQL"]),
        library("BinlogReader", ["Rows", "MySQLClient", "CDeflate", "CZstd"]),
        library("Sinks", ["Rows", "MySQLClient", "CHiredis", "CSQLite", "CRdKafka"]),
        library("Replicator", ["Rows", "MySQLClient", "BinlogReader", "Sinks", "CSQLite", "CMicrohttpd"]),
        .executableTarget(
            name: "ReplicatorCommand", dependencies: ["Replicator", "CMalloc"], swiftSettings: settings),

        .target(
            name: "TestSupport", dependencies: ["MySQLClient"], path: "Tests/TestSupport", swiftSettings: settings),
        .target(
            name: "FuzzSupport", dependencies: ["BinlogReader", "Rows"], path: "Tests/FuzzSupport",
            swiftSettings: settings),
        // Of a debug build: it looks inside the decoder, as tests do.
        .executableTarget(
            name: "Conformance", dependencies: ["BinlogReader", "Rows", "MySQLClient", "TestSupport"],
            path: "Tests/Conformance", swiftSettings: settings),
        .executableTarget(
            name: "CountChanges", dependencies: ["BinlogReader", "Rows", "MySQLClient"], path: "Examples/CountChanges",
            swiftSettings: settings),
        .executableTarget(
            name: "DecodeCells", dependencies: ["BinlogReader", "Rows"], path: "Benchmarks/DecodeCells",
            swiftSettings: settings),
        tests("RowsTests", ["Rows"]),
        tests("MySQLClientTests", ["MySQLClient"]),
        tests(
            "BinlogReaderTests", ["BinlogReader", "Rows", "MySQLClient", "FuzzSupport"],
            exclude: ["Fixtures", "Corpus"]),
        tests("SinksTests", ["Sinks", "Rows", "MySQLClient", "CSQLite", "CRdKafka"]),
        tests("ReplicatorTests", ["Replicator", "BinlogReader", "Sinks", "Rows", "MySQLClient"]),
        tests("CommandTests", ["MySQLClient"]),
    ],
    swiftLanguageModes: [.v6]
)

// Has no `main`, which libFuzzer brings: it would break every other build. See scripts/fuzz.
if Context.environment["FUZZ"] == "1" {
    package.targets.append(
        .executableTarget(
            name: "FuzzBinlog", dependencies: ["FuzzSupport"], path: "Tests/FuzzBinlog", swiftSettings: settings))
}
