/// Decides whether a redirect is followed.
///
/// - At most three in a row.
/// - To the same scheme, host and port: always, with the `Authorization` field.
/// - Elsewhere: only for blobs, which registries keep on CDNs and whose digest is checked, and never with
///   `Authorization` again. The target must use https; plain http is only for a registry that is itself spoken to by
///   plain http, and only to hosts for which that is allowed. A registry elsewhere cannot send us to this machine.
struct RedirectRule: Sendable {
    enum Subject: Sendable { case blob, other }

    enum Decision: Hashable {
        case follow(WebAddress, keepsAuthorization: Bool)
        case refuse(String)
    }

    static let maximum = 3

    let plainHTTP: PlainHTTPRule

    /// - Parameters:
    ///   - source: the address that answered.
    ///   - location: its `Location` field.
    ///   - followed: how many redirects led to `source`.
    func decide(from source: WebAddress, location: String?, for subject: Subject, followed: Int) -> Decision {
        guard followed < Self.maximum else { return .refuse("more than \(Self.maximum) redirects in a row") }
        guard let location else { return .refuse("a redirect without a Location field") }
        guard let target = source.resolving(location) else {
            return .refuse("a redirect to \"\(location.printable(80))\", which is no http address")
        }
        if target.hasSameOrigin(as: source) { return .follow(target, keepsAuthorization: true) }
        guard case .blob = subject else {
            return .refuse("a redirect to \(target.origin), but only blobs may be redirected to another host")
        }
        if target.isLoopback, !source.isLoopback {
            return .refuse("a redirect to this machine (\(target.origin))")
        }
        if !target.isSecure, source.isSecure || !plainHTTP.allows(target) {
            return .refuse("a redirect to plain http (\(target.origin)); https is expected")
        }
        return .follow(target, keepsAuthorization: false)
    }
}

extension String {
    /// The text's beginning with everything but printable ASCII replaced, for messages that quote a stranger.
    func printable(_ count: Int) -> String {
        String(
            String.UnicodeScalarView(unicodeScalars.prefix(count).map { (0x20...0x7E).contains($0.value) ? $0 : "?" }))
    }
}
