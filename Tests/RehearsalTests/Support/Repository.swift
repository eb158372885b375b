import Foundation

/// The project's own files.
enum Repository {
    static func path(_ name: String) -> String {
        URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..").standardized
            .appending(path: name).path
    }
}
