import Core
import Foundation
import Policy

/// Reads a mounted folder as it was at one moment: Kubernetes replaces what it mounts by swapping a link.
enum SteadyFolder {
    /// How often a read is begun anew when the link was swapped under it.
    private static let attempts = 3

    /// Reads through `read` until the folder's links are the same before and after.
    ///
    /// - Throws: what `read` throws, or ``InputError`` when the folder never holds still.
    static func read<Value>(_ path: String, _ read: (String) throws -> Value) throws -> Value {
        for _ in 0..<attempts {
            let before = links(path)
            let value = try read(path)
            if links(path) == before { return value }
        }
        throw InputError(path, "changed while it was read, \(attempts) times in a row")
    }

    /// What the folder itself and the link below it that Kubernetes swaps point to.
    private static func links(_ path: String) -> [String] {
        ["\(path)", "\(path)/..data"].map {
            (try? FileManager.default.destinationOfSymbolicLink(atPath: $0)) ?? ""
        }
    }
}
