internal import Hummingbird
internal import NIOCore

/// What is known of a request beside its head and body: the connection it came by.
protocol ServerContext: RequestContext where Source == ApplicationRequestContextSource {
    var channel: any Channel { get }
}

/// A request of any listener.
struct ConnectionContext: ServerContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel
    /// Who asks, once the API has found out.
    var person: Person?

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }
}
