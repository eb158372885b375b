import Core
import Foundation
import Policy
import Rehearsal

/// The project's own files.
enum Repository {
    static func path(_ name: String) -> String {
        URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..").standardized
            .appending(path: name).path
    }

    /// The bundle of a folder; cases beside it are no part of it.
    @Sendable static func bundle(_ folder: String) throws -> PolicyBundle {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
        let files = try names.filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".json") }.map { name in
            (path: name, bytes: try CaseFiles(folder: folder).read(name))
        }
        return try BundleLoader.load(
            BundleSource(files), trust: nil, now: Instant(seconds: 0), allowUnsigned: true)
    }

    /// Plays a file of cases with the policy it names.
    static func play(_ path: String, data: String? = nil) async throws -> [CaseResult] {
        try await TestPlayer(data: data, clock: { .zero }, load: bundle).play([path])
    }
}

extension CaseResult {
    /// What came out otherwise, for a failing test.
    var complaint: String {
        let text = (differences + [problem].compactMap { $0 }).joined(separator: "\n  ")
        return "\(name) (line \(line)):\n  \(text)"
    }
}
