import ArgumentParser
import Foundation
import Lineage

/// Where lineage is kept.
struct StoreOption: ParsableArguments {
    @Option(help: ArgumentHelp("The lineage store's file; $MC_STORE when absent.", valueName: "file"))
    var store: String?

    /// The path that was given, if any.
    var path: String? { store ?? ProcessInfo.processInfo.environment["MC_STORE"].flatMap { $0.isEmpty ? nil : $0 } }

    /// Opens the store.
    ///
    /// - Throws: ``UsageError`` when no path was given, ``LineageError`` when the file is no store.
    func open(_ access: SQLiteStore.Access = .readWrite) throws -> SQLiteStore {
        guard let path else { throw UsageError("expected --store FILE (or MC_STORE): where lineage is kept") }
        return try SQLiteStore(path: path, access: access)
    }
}
