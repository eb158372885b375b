/// Which hosts may be spoken to without TLS: this machine, and those the caller names.
package struct PlainHTTPRule: Sendable, Hashable {
    private let insecure: Set<String>

    /// - Parameter insecure: hosts as references spell them, with the port if they have one.
    package init(insecure: Set<String> = []) {
        self.insecure = Set(insecure.map { $0.lowercased() })
    }

    func allows(authority: String) -> Bool {
        guard let (host, _) = WebAddress.split(authority) else { return false }
        return WebAddress.isLoopback(host) || insecure.contains(authority.lowercased())
    }

    func allows(_ address: WebAddress) -> Bool { allows(authority: address.authority) }
}
