internal import Core

/// What a witness remembers of each log: the latest checkpoint it cosigned.
public protocol WitnessStore: Sendable {
    /// The latest checkpoint of a log; `nil` when none was ever cosigned.
    ///
    /// - Throws: when it cannot be read: then nothing may be cosigned.
    func latest(origin: String) throws -> WitnessedHead?

    /// Remembers a checkpoint; it outlives a crash once this returns.
    ///
    /// - Throws: when it cannot be written: then nothing may be cosigned.
    func put(_ head: WitnessedHead, origin: String) throws
}

/// A size and root that a witness has cosigned.
public struct WitnessedHead: Sendable, Hashable {
    public let size: UInt64
    public let root: TreeHash

    public init(size: UInt64, root: TreeHash) {
        self.size = size
        self.root = root
    }
}

/// Remembers in a folder, a file a log, each replaced at once and flushed.
public struct FolderWitnessStore: WitnessStore {
    public let folder: String
    package var disk = Disk()

    public init(folder: String) { self.folder = folder }

    // Origins may hold any character; file names may not.
    private func path(_ origin: String) -> String { "\(folder)/\(Digest.of(Array(origin.utf8)).hex).head" }

    public func latest(origin: String) throws -> WitnessedHead? {
        let path = path(origin)
        guard let bytes = try Disk.read(path, atMost: 4_096) else { return nil }
        // The form of a checkpoint's text, so that a person can read it.
        let checkpoint: Checkpoint
        do {
            checkpoint = try Checkpoint(text: bytes)
        } catch {
            throw LogError(
                .unreadable, "is not what a witness remembers (\(error.message)); restore it from a copy",
                location: path)
        }
        guard checkpoint.origin.isSame(as: origin) else {
            throw LogError(.unreadable, "is about another log; restore it from a copy", location: path)
        }
        return WitnessedHead(size: checkpoint.size, root: checkpoint.root)
    }

    public func put(_ head: WitnessedHead, origin: String) throws {
        try disk.makeFolders(folder)
        let path = path(origin)
        let text = Checkpoint(origin: origin, size: head.size, root: head.root).text
        try disk.replace(path, Array(text.utf8), draft: "\(path).draft", isDurable: true)
    }
}
