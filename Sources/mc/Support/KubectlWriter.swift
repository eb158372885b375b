import Core
import Foundation
import Rollout

/// Writes to namespaces by kubectl, with the rights of whoever runs the command.
struct KubectlWriter: NamespaceWriter {
    func patch(_ namespace: String, merge: JSONValue) async throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [
            "kubectl", "patch", "namespace", namespace, "--type", "merge", "--patch",
            String(decoding: merge.canonical, as: UTF8.self),
        ]
        // What kubectl says is for the person, not for what reads our output.
        process.standardOutput = FileHandle.standardError
        do {
            try process.run()
        } catch {
            throw UsageError("kubectl cannot be run: \(error.localizedDescription)")
        }
        process.waitUntilExit()
        guard process.terminationReason == .exit, process.terminationStatus == 0 else {
            throw UsageError(
                "kubectl could not change namespace \(namespace.printable) (status \(process.terminationStatus)); "
                    + "those before it are changed")
        }
    }
}
