internal import NIOCore
internal import NIOSSL

/// Carries out what the machine says, on a channel that reads only when somebody waits for an answer.
///
/// So a reader that is slow makes the server slow: nothing is read ahead but what one read brings.
final class BoltHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    typealias Event = ConnectionMachine.Event

    private(set) var machine: ConnectionMachine
    private let silence: Duration
    private var context: ChannelHandlerContext?
    private var events: [Event] = []
    private var waiter: EventLoopPromise<[Event]>?
    private var silenceTimer: Scheduled<Void>?
    private var deadlineTimer: Scheduled<Void>?

    init(_ machine: ConnectionMachine, silence: Duration) {
        self.machine = machine
        self.silence = silence
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) {
        end(BoltError(.closed, "the connection was closed", at: machine.setup.place))
        self.context = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        perform(machine.opened())
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        startSilence()
        perform(machine.received(Array(unwrapInboundIn(data).readableBytesView)))
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        // An idle connection reads, too, so that it is known when the server closes it.
        if waiter != nil || machine.isIdle { context.read() }
        context.fireChannelReadComplete()
    }

    func channelInactive(context: ChannelHandlerContext) {
        end(BoltError(.closed, "the server closed the connection", at: machine.setup.place))
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        end(ChannelFailure.error(error, at: machine.setup.place))
    }

    /// A caller's wish; a refused one fails nothing.
    func send(_ command: ConnectionMachine.Command) throws(BoltError) {
        // What the caller before did not care for.
        if machine.phase == .idle { events = [] }
        perform(try machine.send(command))
    }

    /// Gives what has happened, or what happens next.
    func next(_ promise: EventLoopPromise<[Event]>, deadline: Duration) {
        if !events.isEmpty || machine.isClosed {
            let happened = events
            events = []
            return promise.succeed(happened)
        }
        waiter?.succeed([])
        waiter = promise
        startSilence()
        let place = machine.setup.place
        deadlineTimer = context?.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(deadline)) { [weak self] in
            self?.end(BoltError(.timeout, "no answer within \(deadline)", at: place))
        }
        context?.read()
    }

    /// Gives up the connection for a reason.
    func end(_ reason: BoltError) { perform(machine.closed(reason)) }

    private func perform(_ actions: [ConnectionMachine.Action]) {
        for action in actions {
            switch action {
            case .send(let bytes):
                context?.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
            case .tell(let event): events.append(event)
            case .close: context?.close(promise: nil)
            }
        }
        guard !events.isEmpty || machine.isClosed, let promise = waiter else { return }
        waiter = nil
        stopTimers()
        let happened = events
        events = []
        promise.succeed(happened)
    }

    private func startSilence() {
        silenceTimer?.cancel()
        guard waiter != nil else { return }
        let (silence, place) = (silence, machine.setup.place)
        silenceTimer = context?.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(silence)) { [weak self] in
            self?.end(BoltError(.timeout, "the server was silent for \(silence)", at: place))
        }
    }

    private func stopTimers() {
        silenceTimer?.cancel()
        deadlineTimer?.cancel()
        silenceTimer = nil
        deadlineTimer = nil
    }
}

/// What a channel's errors mean.
enum ChannelFailure {
    static func error(_ error: any Error, at place: String) -> BoltError {
        switch error {
        case let error as BoltError: return error
        case is CancellationError: return BoltError(.cancelled, "the caller gave up", at: place)
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError:
            let text = String(describing: error)
            let isDistrust = text.contains("CERTIFICATE_VERIFY_FAILED") || error is NIOSSLExtraError
            return BoltError(
                .unavailable,
                isDistrust
                    ? "the server's certificate is not trusted, or is for another name; give its authority: \(text)"
                    : "TLS failed (does the server speak it on this port?): \(text)",
                at: place)
        case let error as ChannelError where error == .eof || error == .ioOnClosedChannel || error == .alreadyClosed:
            return BoltError(.closed, "the connection was closed", at: place)
        case let error as IOError: return BoltError(.closed, "the connection was lost: \(error)", at: place)
        default: return BoltError(.unavailable, "the server is not reachable: \(error)", at: place)
        }
    }
}
