import Attestation
import Core
import TestAuthority
import TestSupport

/// What the tests' authority signs, and the files and arguments by which the command line is asked about it.
struct Sample {
    static let now = Instant(seconds: 1_790_000_000)
    static let time = now - .seconds(86_400)
    static let artifact = Array("an artifact\n".utf8)
    static let workflow = CertificateRequest.workflow()
    private static let usual = Result { try Authority(now: now) }

    static func authority() throws -> Authority { try usual.get() }

    let minted: MintedBundle
    let folder: TemporaryFolder
    var bundle: String { folder.path + "/bundle.json" }
    var root: String { folder.path + "/trusted_root.json" }
    var key: String { folder.path + "/key.pem" }
    var artifact: String { folder.path + "/artifact" }

    init(_ request: SigningRequest = SigningRequest(.artifact(artifact), at: time)) throws {
        minted = try Self.authority().mint(request)
        // Arguments name its files when the value itself is gone.
        folder = try TemporaryFolder(isKept: true)
        try folder.write("bundle.json", minted.bytes)
        try folder.write("trusted_root.json", minted.trustedRootBytes)
        try folder.write("key.pem", minted.key.publicPEM)
        try folder.write("artifact", Self.artifact)
    }

    /// A statement of the release workflow about the artifact.
    static func statement(_ change: (inout SigningRequest) -> Void = { _ in }) throws -> Sample {
        var request = SigningRequest.attestation(about: artifact, at: time)
        change(&request)
        return try Sample(request)
    }

    /// Accepts the signer of the request.
    var signer: [String] {
        switch minted.request.signer {
        case .managedKey: ["--key", key]
        case .certificate(let request):
            ["--certificate-identity", request.subject, "--certificate-oidc-issuer", request.issuer]
        }
    }

    /// The trust root, and the time that counts as the present.
    var rootAndTime: [String] { ["--trusted-root", root, "--at", Self.now.description] }

    /// Everything that makes the command verify it.
    func arguments(bundle: String? = nil, artifact: String? = nil, _ more: [String] = []) -> [String] {
        ["verify", "bundle", "--bundle", bundle ?? self.bundle] + signer + rootAndTime + more
            + [artifact ?? self.artifact]
    }
}
