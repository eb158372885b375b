internal import NIOCore
internal import NIOSSL
internal import NIOTLS

/// One keep-alive connection: one request at a time.
final class Connection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private unowned let run: Run
    private var context: ChannelHandlerContext?
    private var reader = AnswerReader()
    /// When the request under way was to start; `nil` when there is none.
    private(set) var intended: UInt64?
    /// When it was sent.
    private(set) var sent: UInt64 = 0
    private var failure: String?

    init(_ run: Run) { self.run = run }

    func send(_ request: ByteBuffer, intended: UInt64, now: UInt64) {
        self.intended = intended
        sent = now
        context?.writeAndFlush(wrapOutboundOut(request), promise: nil)
    }

    /// Gives the connection up.
    func close(_ reason: String) {
        failure = failure ?? reason
        context?.close(promise: nil)
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted? = event as? TLSUserEvent { run.opened(self) }
        context.fireUserInboundEventTriggered(event)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        do {
            guard let answer = try reader.add(&bytes) else { return }
            guard let intended else { return close("unasked") }
            self.intended = nil
            run.answered(self, answer, intended: intended)
            if answer.closes { context.close(promise: nil) }
        } catch {
            close("malformed")
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case is NIOSSLError, is BoringSSLError: close("tls")
        case let error as IOError: close("io \(error.errnoCode)")
        default: close("\(type(of: error))")
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        run.closed(self, failure ?? (intended == nil ? nil : "closed"))
        context.fireChannelInactive()
    }
}
