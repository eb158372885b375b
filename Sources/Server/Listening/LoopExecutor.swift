internal import HummingbirdCore
internal import Logging
internal import NIOCore

/// Runs tasks on an event loop.
///
/// An answer from memory takes a fraction of a millisecond. Handing each step of it to another thread and back costs about
/// as much as the step.
final class LoopExecutor: TaskExecutor {
    private let loop: any EventLoop

    init(_ loop: any EventLoop) { self.loop = loop }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}

/// Connections whose requests are answered on their own event loop.
///
/// For handlers that neither block nor compute for long; what does, such as fetching and verifying evidence, runs in tasks
/// of its own, which do not inherit the preference.
struct LoopListening<Base: ServerChildChannel>: ServerChildChannel {
    typealias Value = Base.Value

    let base: Base

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        base.setup(channel: channel, logger: logger)
    }

    func handle(value: Value, logger: Logger) async {
        await withTaskExecutorPreference(LoopExecutor(value.channel.eventLoop)) {
            await base.handle(value: value, logger: logger)
        }
    }
}
