import Admission
import Core
import Foundation
import Policy
import Server

/// Reads the files that the server takes over when they change.
struct ServeFiles {
    let configuration: ServeConfiguration

    private static let pem = Cap("bytes of a PEM file", 1 << 20)

    /// The material of a listener.
    ///
    /// - Throws: ``UsageError`` when certificate or key is not said, ``InputError`` when one cannot be read.
    func tls(_ listener: String) throws -> TLSMaterial {
        let certificate = try configuration.required("\(listener).certificate", flag: "certificate")
        let key = try configuration.required("\(listener).key", flag: "key")
        // Both change together; a pair that does not fit is refused and read again at the next look.
        return TLSMaterial(
            certificates: try InputFile.read(certificate, cap: Self.pem),
            privateKey: try InputFile.read(key, cap: Self.pem),
            clientCA: try configuration.text("\(listener).clientCA").map { try InputFile.read($0, cap: Self.pem) },
            demandsClient: try configuration.flag("\(listener).requireClientCertificate"))
    }

    /// The material of the API: its own, or the webhook's.
    func apiTLS() throws -> TLSMaterial {
        guard configuration.text("api.certificate") != nil else {
            var material = try tls("webhook")
            material.clientCA = nil
            material.demandsClient = false
            return material
        }
        return try tls("api")
    }

    /// Who has tokens.
    func tokens() throws -> TokenFile {
        // A Secret that is optional is not there until somebody makes it; nobody has a token until then.
        guard let path = configuration.text("api.tokens"), InputFile.exists(path) else { return TokenFile() }
        return try TokenFile(
            parsing: InputFile.read(path, cap: Cap("bytes of a token file", 1 << 20)), file: path.printable)
    }

    /// Where policy comes from.
    func sources(
        admitter: @escaping @Sendable (PolicyBundle, WaiverBook) throws -> Admitter
    ) throws -> PolicySources {
        let bundle = try configuration.required("policy.bundle", flag: "policy")
        let trust = configuration.text("policy.trust")
        let next = configuration.text("policy.next")
        let waivers = configuration.text("waivers.folder")
        let memory = configuration.text("policy.state")
        var sources = PolicySources(
            bundle: { try SteadyFolder.read(bundle) { try PolicyFolder.source($0) } }, admitter: admitter)
        if let trust {
            sources.trust = { try InputFile.read(trust, cap: Cap("bytes of a RoleTrust document", 4 << 20)) }
        }
        if let next {
            sources.next = {
                guard InputFile.isDirectory(next) else { return nil }
                return try SteadyFolder.read(next) { try PolicyFolder.source($0) }
            }
        }
        if let waivers {
            sources.waivers = { try SteadyFolder.read(waivers) { try PolicyFolder.read($0) } }
        }
        if let approvals = configuration.text("policy.approvals") {
            sources.approvals = { try SteadyFolder.read(approvals) { try PolicyFolder.read($0) } }
        }
        if let memory {
            sources.memory = { try PolicyFolder.memory(memory) }
            sources.keepMemory = { try OutputFile.write(Array($0.json.pretty.utf8), to: memory) }
        }
        return sources
    }
}
