internal import Foundation
internal import NIOCore
internal import NIOPosix

/// An open-loop load generator: requests start when the schedule says, and latency counts from then, so that a server
/// that stalls cannot hide it by stalling the generator.
@main
enum Main {
    static func main() async throws {
        let options: Options
        do {
            options = try Options(Array(CommandLine.arguments.dropFirst()))
        } catch {
            FileHandle.standardError.write(Data("load: \(error)\n\(Options.usage)".utf8))
            exit(2)
        }
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let loop = group.next()
        let finished = loop.makePromise(of: Report.self)
        let run = try await loop.submit {
            let run = try Run(options, loop: loop, finished: finished)
            run.start()
            return NIOLoopBound(run, eventLoop: loop)
        }.get()
        let report = try await finished.futureResult.get()
        print(options.isJSON ? report.json : report.text)
        withExtendedLifetime(run) {}
        exit(report.hasAnswers ? 0 : 1)
    }
}
