internal import Core
internal import NIOSSL

/// How a connection is encrypted, made once for each.
struct TLS: Sendable {
    private let context: NIOSSLContext?
    /// The name the certificate must be for; `nil` for an address, which the certificate must have itself.
    private let name: String?

    /// - Throws: ``BoltError`` with code `configuration` when the authorities cannot be read.
    init(_ address: BoltAddress, _ options: BoltOptions) throws(BoltError) {
        let isAddress = address.host.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2E }
        name = isAddress || address.host.utf8.contains(UInt8(ascii: ":")) ? nil : address.host
        guard address.security != .plain else {
            context = nil
            return
        }
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        if address.security == .anyCertificate { configuration.certificateVerification = .none }
        do {
            if case .authorities(let pem) = options.trust {
                let certificates = try PEM.decode(pem).map { try NIOSSLCertificate(bytes: $0.bytes, format: .der) }
                guard !certificates.isEmpty else {
                    throw BoltError(.configuration, "there is no certificate in it", at: "")
                }
                configuration.trustRoots = .certificates(certificates)
            }
            context = try NIOSSLContext(configuration: configuration)
        } catch {
            throw BoltError(
                .configuration, "the authorities' certificates cannot be read: \(error)", at: address.description)
        }
    }

    /// The handler that encrypts; `nil` when nothing is encrypted.
    func handler() throws -> NIOSSLClientHandler? {
        try context.map { try NIOSSLClientHandler(context: $0, serverHostname: name) }
    }
}
