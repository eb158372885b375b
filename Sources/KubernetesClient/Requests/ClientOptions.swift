package import Core
package import Outgoing

/// Bounds of what is asked and answered.
package struct ClientOptions: Sendable {
    /// How long a connection may take to be made.
    package var connect: Duration = .seconds(5)
    /// How long the whole of a request may take, its retries included, when the caller does not say.
    package var deadline: Duration = .seconds(30)
    /// How long a server may be silent within an answer.
    package var silence: Duration = .seconds(15)
    /// How many tries may follow the first one of a request that changes nothing or can be repeated.
    package var retries = 3
    package var backoff = Backoff()
    /// The most bytes of an answer.
    package var answer = Cap("bytes of the API server's answer", 64 << 20)
    /// The most bytes of one event of a watch.
    package var event = Cap("bytes of a watch event", 8 << 20)
    /// How many objects a page has.
    package var page = 500
    /// How many objects a list may have in all.
    package var objects = Cap("objects of a list", 200_000)
    /// How long a watch lasts until it is asked for anew.
    package var watchLife: Duration = .seconds(240)

    package init() {}

    var json: JSONLimits { JSONLimits(bytes: answer.limit, depth: 64, values: 8_000_000) }
}
