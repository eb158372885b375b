internal import Hummingbird
internal import HummingbirdCore
internal import NIOCore
internal import NIOHTTPTypes

/// Closes connections whose requests take too long to arrive: slow clients must not use up what the API server needs.
///
/// Unlike an idle timeout it is not reset by single bytes: from a connection's start to the end of its first request's
/// head `greeting` may pass, TLS included, from the end of an answer to that of the next head `pause`, and from a head to
/// the end of its body `body`.
final class PatienceHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let greeting: TimeAmount
    private let pause: TimeAmount
    private let body: TimeAmount
    private var timer: Scheduled<Void>?
    /// Requests whose body is still to end, and answers whose end was written before that.
    private var isReading = false
    private var answeredEarly = false
    /// Requests whose head has come and whose answer has not been sent whole.
    private var underWay = 0
    /// Whether anything is still to be answered.
    var isBusy: Bool { underWay > 0 }

    init(greeting: TimeAmount, pause: TimeAmount, body: TimeAmount) {
        self.greeting = greeting
        self.pause = pause
        self.body = body
    }

    func handlerAdded(context: ChannelHandlerContext) { start(greeting, context) }

    func handlerRemoved(context: ChannelHandlerContext) { timer?.cancel() }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head:
            isReading = true
            underWay += 1
            answeredEarly = false
            start(body, context)
        case .body: break
        case .end:
            isReading = false
            // What now takes time is ours, unless the answer went out before the body was there.
            if answeredEarly { start(pause, context) } else { timer?.cancel() }
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        var promise = promise
        if case .end = unwrapOutboundIn(data) {
            let sent = promise ?? context.eventLoop.makePromise()
            sent.futureResult.assumeIsolated().whenComplete { [self] _ in underWay -= 1 }
            promise = sent
            // The rest of a body that was answered early has no more time than the body had.
            if isReading { answeredEarly = true } else { start(pause, context) }
        }
        context.write(data, promise: promise)
    }

    private func start(_ limit: TimeAmount, _ context: ChannelHandlerContext) {
        timer?.cancel()
        let channel = context.channel
        timer = context.eventLoop.scheduleTask(in: limit) { channel.close(promise: nil) }
    }
}
