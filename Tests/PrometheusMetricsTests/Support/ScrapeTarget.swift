import NIOCore
import NIOHTTP1
import NIOPosix
import PrometheusMetrics
import Synchronization

/// A listener that answers every request with the registry's metrics, in the format that is asked for.
final class ScrapeTarget: Sendable {
    private let channel: any Channel
    /// The types of the answers that were given.
    let served: Served

    final class Served: Sendable {
        private let types = Mutex<Set<String>>([])
        var contentTypes: Set<String> { types.withLock { $0 } }
        func note(_ type: String) { types.withLock { _ = $0.insert(type) } }
    }

    var host: String { "127.0.0.1:\(channel.localAddress?.port ?? 0)" }

    init(_ registry: PrometheusRegistry) async throws {
        let served = Served()
        self.served = served
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(Answer(registry, served))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
    }

    func stop() async throws { try await channel.close() }

    private final class Answer: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let registry: PrometheusRegistry
        private let served: Served
        private var format = MetricsFormat.text

        init(_ registry: PrometheusRegistry, _ served: Served) {
            self.registry = registry
            self.served = served
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head): format = MetricsFormat(accept: head.headers["accept"].joined(separator: ","))
            case .body: break
            case .end:
                let body = ByteBuffer(string: registry.render(format))
                served.note(format.contentType)
                let headers = HTTPHeaders([
                    ("content-type", format.contentType), ("content-length", "\(body.readableBytes)"),
                ])
                context.write(
                    wrapOutboundOut(.head(.init(version: .http1_1, status: .ok, headers: headers))), promise: nil)
                context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
                context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
            }
        }
    }
}
