/// Decides whether a token realm may be asked, and so may see the credentials for the registry.
///
/// A registry spoken to by https is believed about its realm, which may be any https address: its certificate vouches
/// for the word. A realm by plain http is asked only when the registry itself is spoken to by plain http (it is this
/// machine, or the caller named it insecure), and only on a host for which that is allowed. A registry elsewhere
/// cannot name a realm on this machine.
struct RealmRule: Sendable {
    let plainHTTP: PlainHTTPRule

    /// - Returns: why the realm must not be asked; `nil` when it may.
    func refusal(registry: WebAddress, realm: WebAddress) -> String? {
        if realm.isLoopback, !registry.isLoopback { return "token realm \(realm.origin) is this machine" }
        if !realm.isSecure, registry.isSecure || !plainHTTP.allows(realm) {
            return "token realm \(realm.origin) is plain http; https is expected, since credentials are sent to it"
        }
        return nil
    }
}
