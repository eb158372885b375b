import NIOCore
import NIOPosix
import NIOSSL
import NIOTLS
import Server
import Synchronization

/// The certificate that a port shows.
enum Peer {
    static func certificate(_ port: Int, _ certificates: Certificates) async throws -> [UInt8] {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(certificates.bytes("ca.crt")))
        let context = try NIOSSLContext(configuration: configuration)
        let shown = MultiThreadedEventLoopGroup.singleton.any().makePromise(of: [UInt8].self)
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        NIOSSLClientHandler(context: context, serverHostname: nil))
                    try channel.pipeline.syncOperations.addHandler(Watcher(shown))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        defer { channel.close(promise: nil) }
        let der = try await shown.futureResult.get()
        // As the file has it.
        for name in ["server", "renewed"] {
            let file = try certificates.bytes("\(name).crt")
            if try NIOSSLCertificate.fromPEMBytes(file).first?.toDERBytes() == der { return file }
        }
        return der
    }

    private final class Watcher: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let shown: EventLoopPromise<[UInt8]>
        private var isDone = false

        init(_ shown: EventLoopPromise<[UInt8]>) { self.shown = shown }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if case .handshakeCompleted? = event as? TLSUserEvent, !isDone {
                isDone = true
                let certificate = try? context.pipeline.syncOperations.nioSSL_peerCertificate()
                shown.succeed((try? certificate?.toDERBytes()) ?? [])
            }
            context.fireUserInboundEventTriggered(event)
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            if !isDone {
                isDone = true
                shown.fail(error)
            }
            context.close(promise: nil)
        }
    }
}
