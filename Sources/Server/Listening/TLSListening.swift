internal import Hummingbird
internal import HummingbirdCore
internal import Logging
internal import NIOCore
internal import NIOSSL

/// A connection over TLS whose context is chosen when it is made, so that certificates change without a restart.
struct TLSListening<Base: ServerChildChannel>: ServerChildChannel {
    typealias Value = Base.Value

    let base: Base
    let source: TLSSource
    let callers: CallerBook

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(PartingHandler())
            try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: source.context))
            try channel.pipeline.syncOperations.addHandler(CallerHandler(callers))
        }.flatMap {
            base.setup(channel: channel, logger: logger)
        }
    }

    func handle(value: Value, logger: Logger) async { await base.handle(value: value, logger: logger) }
}
