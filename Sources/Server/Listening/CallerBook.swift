internal import NIOCore
internal import NIOSSL
internal import Synchronization

/// Which connections showed a client certificate that leads to the listener's client CA.
final class CallerBook: Sendable {
    private let authenticated: Mutex<Set<ObjectIdentifier>> = Mutex([])

    /// Whether the connection's other end proved who it is.
    func isAuthenticated(_ channel: any Channel) -> Bool {
        authenticated.withLock { $0.contains(ObjectIdentifier(channel)) }
    }

    fileprivate func note(_ channel: any Channel) {
        _ = authenticated.withLock { $0.insert(ObjectIdentifier(channel)) }
    }

    fileprivate func forget(_ channel: any Channel) {
        _ = authenticated.withLock { $0.remove(ObjectIdentifier(channel)) }
    }
}

/// Notes at the first decrypted bytes whether there was a client certificate; the handshake has verified it by then.
final class CallerHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let book: CallerBook
    private var isNoted = false

    init(_ book: CallerBook) { self.book = book }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if !isNoted {
            isNoted = true
            if (try? context.pipeline.syncOperations.nioSSL_peerCertificate()) != nil { book.note(context.channel) }
        }
        context.fireChannelRead(data)
    }

    func channelInactive(context: ChannelHandlerContext) {
        book.forget(context.channel)
        context.fireChannelInactive()
    }
}
