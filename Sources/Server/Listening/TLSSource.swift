package import Core
package import NIOSSL
internal import Synchronization

/// What a listener proves its name with, and whose client certificates it knows.
package struct TLSMaterial: Sendable, Hashable {
    /// The certificate and its intermediates in PEM, its own first.
    package var certificates: [UInt8]
    /// The private key in PEM.
    package var privateKey: [UInt8]
    /// The certificates in PEM that client certificates must lead to; `nil` asks for none.
    package var clientCA: [UInt8]?
    /// Whether who shows no client certificate is turned away.
    package var demandsClient: Bool

    package init(
        certificates: [UInt8], privateKey: [UInt8], clientCA: [UInt8]? = nil, demandsClient: Bool = false
    ) {
        self.certificates = certificates
        self.privateKey = privateKey
        self.clientCA = clientCA
        self.demandsClient = demandsClient
    }
}

/// The TLS context of a listener: a connection is made with the newest one, those that stand keep theirs.
package final class TLSSource: Sendable {
    private struct State {
        var material: TLSMaterial
        var context: NIOSSLContext
        var expires: Instant?
    }

    private let state: Mutex<State>

    /// - Throws: ``ServerError`` when certificate and key cannot be used together.
    package init(_ material: TLSMaterial) throws(ServerError) {
        state = Mutex(try Self.state(material))
    }

    /// Takes over other material; what cannot be used changes nothing.
    ///
    /// - Returns: whether it differs from what was used before.
    /// - Throws: ``ServerError`` as ``init(_:)``.
    @discardableResult
    package func reload(_ material: TLSMaterial) throws(ServerError) -> Bool {
        if state.withLock({ $0.material == material }) { return false }
        let new = try Self.state(material)
        state.withLock { $0 = new }
        return true
    }

    /// The context for a new connection.
    package var context: NIOSSLContext { state.withLock { $0.context } }

    /// When the certificate ends.
    package var expires: Instant? { state.withLock { $0.expires } }

    private static func state(_ material: TLSMaterial) throws(ServerError) -> State {
        let certificates: [NIOSSLCertificate]
        do {
            certificates = try NIOSSLCertificate.fromPEMBytes(material.certificates)
        } catch {
            throw ServerError(.certificate, "the certificate is no PEM: \(error)")
        }
        guard let own = certificates.first else {
            throw ServerError(.certificate, "the certificate's file holds no certificate")
        }
        do {
            let key = try NIOSSLPrivateKey(bytes: material.privateKey, format: .pem)
            var configuration = TLSConfiguration.makeServerConfiguration(
                certificateChain: certificates.map { .certificate($0) }, privateKey: .privateKey(key))
            configuration.minimumTLSVersion = .tlsv12
            configuration.applicationProtocols = ["http/1.1"]
            if let authority = material.clientCA {
                let roots = try NIOSSLCertificate.fromPEMBytes(authority)
                guard !roots.isEmpty else {
                    throw ServerError(.certificate, "the client CA's file holds no certificate")
                }
                configuration.trustRoots = .certificates(roots)
                // Many managed API servers send none, so who sends none is marked and not turned away unless told to.
                configuration.certificateVerification =
                    material.demandsClient ? .noHostnameVerification : .optionalVerification
            } else if material.demandsClient {
                throw ServerError(.certificate, "client certificates are demanded, and no CA says whose")
            }
            let context = try NIOSSLContext(configuration: configuration)
            return State(
                material: material, context: context, expires: Instant(seconds: Int64(own.notValidAfter)))
        } catch let error as ServerError {
            throw error
        } catch {
            throw ServerError(.certificate, "certificate and key cannot be used together: \(error)")
        }
    }
}
