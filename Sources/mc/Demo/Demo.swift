import ArgumentParser
import Core
import Foundation

struct Demo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Mint, sign, verify, tamper; admit and refuse deployments; ask why one is there.",
        discussion: """
            Everything runs on this machine with freshly generated keys; the same code verifies real evidence.
            Exit 0 when every step came out as it must.
            """)

    @Option(help: ArgumentHelp("Keep all files in this new folder.", valueName: "folder"))
    var directory: String?

    func run() async throws {
        let folder = try makeFolder()
        defer { if directory == nil { try? FileManager.default.removeItem(at: folder) } }
        let story = try DemoStory(folder: folder, now: Instant(seconds: Instant.now.seconds), console: .standard)
        guard try await story.tell() else { throw Outcome.refused }
        if let directory {
            Console.standard.print(
                "\nKept in \(directory.printable). By hand:\n\n" + story.command(directory))
        }
    }

    private func makeFolder() throws -> URL {
        guard let directory else {
            let folder = FileManager.default.temporaryDirectory.appending(path: "mc-demo-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            return folder
        }
        guard !InputFile.exists(directory) else {
            throw UsageError("--directory \(directory.printable): already exists; choose a new folder")
        }
        let folder = URL(filePath: directory)
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        } catch {
            throw InputError(directory, "the folder cannot be made: \(error.localizedDescription)")
        }
        return folder
    }
}
