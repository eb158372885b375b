internal import Core
internal import NIOSSL
internal import Outgoing

/// What a request is sent with.
struct RequestIdentity: Sendable {
    var token: Secret?
    /// `nil` over plain HTTP.
    var tls: TLSConfiguration?
}

/// Gives every request its token and certificates, and renews them: files are read again, plugins are asked again.
actor CredentialProvider {
    /// Projected tokens are replaced long before they end; a file is read again after this long.
    private static let fileLife = Duration.seconds(30)
    private static let pluginTimeout = Duration.seconds(60)
    /// How long before its end a plugin's credential is not used any more.
    private static let margin = Duration.seconds(30)

    private let access: ClusterAccess
    private let environment: [String: String]
    private let pacing: Pacing
    private let wallClock: @Sendable () -> Instant
    private var kept: (identity: RequestIdentity, readAt: Duration, expires: Instant?)?
    private var flight: Task<Result<(RequestIdentity, Instant?), KubernetesError>, Never>?

    init(
        access: ClusterAccess, environment: [String: String], pacing: Pacing,
        wallClock: @escaping @Sendable () -> Instant
    ) {
        self.access = access
        self.environment = environment
        self.pacing = pacing
        self.wallClock = wallClock
    }

    /// The identity to use now.
    ///
    /// - Throws: ``KubernetesError`` with code `credentials` or `configuration`.
    func identity() async throws(KubernetesError) -> RequestIdentity {
        if let kept, isFresh(kept) { return kept.identity }
        let task: Task<Result<(RequestIdentity, Instant?), KubernetesError>, Never>
        if let flight {
            task = flight
        } else {
            task = Task { [access, environment] in
                do throws(KubernetesError) {
                    return .success(try await Self.make(access, environment))
                } catch {
                    return .failure(error)
                }
            }
            flight = task
        }
        let result = await task.value
        if flight == task { flight = nil }
        let (identity, expires) = try result.get()
        kept = (identity, pacing.now(), expires)
        return identity
    }

    /// Forgets what the server did not accept, so that the next request asks again.
    func invalidate() { kept = nil }

    private func isFresh(_ kept: (identity: RequestIdentity, readAt: Duration, expires: Instant?)) -> Bool {
        if access.credential.plugin != nil {
            guard let expires = kept.expires else { return true }
            return wallClock() + Self.margin < expires
        }
        return access.isInline || pacing.now() - kept.readAt < Self.fileLife
    }

    private static func make(
        _ access: ClusterAccess, _ environment: [String: String]
    ) async throws(KubernetesError) -> (RequestIdentity, Instant?) {
        var credential = access.credential
        var expires: Instant?
        if let plugin = credential.plugin {
            let given = try await plugin.run(environment: environment, timeout: pluginTimeout)
            credential.token = given.token.map { .inline($0) }
            credential.certificate = given.certificate.map { .inline($0) }
            credential.key = given.key.map { .inline($0) }
            expires = given.expires
        }
        var identity = RequestIdentity()
        identity.token = try credential.token.map { (token) throws(KubernetesError) in
            let text = try token.text(BoundedFile.token)
            guard text.value.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
                throw KubernetesError(.credentials, "the token is not printable ASCII", at: token.place)
            }
            return text
        }
        if access.server.isSecure { identity.tls = try tls(access, credential) }
        return (identity, expires)
    }

    private static func tls(
        _ access: ClusterAccess, _ credential: ClusterAccess.Credential
    ) throws(KubernetesError) -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        configuration.certificateVerification = access.skipsVerification ? .none : .fullVerification
        if let authorities = access.authorities {
            configuration.trustRoots = .certificates(try certificates(authorities))
        }
        if let certificate = credential.certificate, let key = credential.key {
            configuration.certificateChain = try certificates(certificate).map { .certificate($0) }
            let pem = try key.text(BoundedFile.certificates)
            do {
                configuration.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: Array(pem.value.utf8), format: .pem))
            } catch {
                throw KubernetesError(.credentials, "the client key is no private key in PEM", at: key.place)
            }
        }
        return configuration
    }

    private static func certificates(_ material: ClusterAccess.Material) throws(KubernetesError) -> [NIOSSLCertificate]
    {
        let pem = try material.text(BoundedFile.certificates)
        let certificates = (try? NIOSSLCertificate.fromPEMBytes(Array(pem.value.utf8))) ?? []
        guard !certificates.isEmpty else {
            throw KubernetesError(.credentials, "expected certificates in PEM", at: material.place)
        }
        return certificates
    }
}

extension ClusterAccess {
    /// Whether nothing has to be read again.
    fileprivate var isInline: Bool {
        [credential.token, credential.certificate, credential.key, authorities].allSatisfy { material in
            if case .file? = material { false } else { true }
        }
    }
}

extension ClusterAccess.Material {
    fileprivate func text(_ cap: Cap) throws(KubernetesError) -> Secret {
        switch self {
        case .inline(let secret): secret
        case .file(let path): Secret(try BoundedFile.text(path, cap))
        }
    }

    fileprivate var place: String { if case .file(let path) = self { path } else { "kubeconfig" } }
}
