internal import NIOCore

/// Closes a TLS connection without a request under way as soon as the server ends.
///
/// It stands before TLS. The handlers behind it have said goodbye when the event has gone through the pipeline; TLS would
/// now wait for the other end to do so too, or to end a handshake that it never began, and hold up the end for seconds.
final class PartingHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        context.fireUserInboundEventTriggered(event)
        guard event is ChannelShouldQuiesceEvent else { return }
        let patience = try? context.pipeline.syncOperations.handler(type: PatienceHandler.self)
        if patience?.isBusy != true { context.close(promise: nil) }
    }
}
