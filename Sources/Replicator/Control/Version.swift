/// This program's version.
public let replicatorVersion = "0.1.0"
