internal import Core

/// How long and how much a registry is asked at most.
package struct RegistryLimits: Sendable, Hashable {
    /// The time until a connection must be made.
    package var connect: Duration = .seconds(5)
    /// How long the registry may be silent within a request.
    package var silence: Duration = .seconds(10)
    /// The time for everything one call does: retries, redirects, tokens and pages.
    package var overall: Duration = .seconds(60)
    /// How many tries follow a failed one.
    package var retries = 3
    /// How many pages a list of referrers may have.
    package var pages = 32
    /// How many referrers may be listed in all.
    package var referrers = 4096

    package init() {}

    var pageCap: Cap { Cap("pages of referrers", pages) }
    var referrerCap: Cap { Cap("referrers", referrers) }
    static let tokenBytes = Cap("bytes of a token answer", 256 << 10)
}
