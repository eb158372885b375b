internal import Foundation
@_spi(Benchmark) internal import Rehearsal

/// Makes what the suite `admission` runs on. Usage: `scene FOLDER REGISTRY IMAGES`.
@main
enum Main {
    static func main() async throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        guard arguments.count == 3, let images = Int(arguments[2]), images > 0 else {
            FileHandle.standardError.write(Data("usage: scene FOLDER REGISTRY IMAGES\n".utf8))
            exit(2)
        }
        let now = Int64(Date().timeIntervalSince1970)
        try await AdmissionScene(folder: arguments[0], registry: arguments[1], seconds: now).make(images: images)
    }
}
