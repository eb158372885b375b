package import Core

/// What an installation is made of, checked.
package struct InstallOptions: Sendable, Hashable {
    /// Whom the API server trusts when it calls the webhook.
    package enum Trust: Sendable, Hashable {
        /// CA certificates in PEM, as `mc certs bootstrap` writes them.
        case bundle([UInt8])
        /// cert-manager issues the certificates and writes its CA into the webhook configurations.
        case certManager
    }

    package let namespace: String
    /// The image to run, by digest.
    package let image: ImageReference
    /// Digests beside the image's that may run in mc's namespace: the one before, while it is replaced.
    package let otherDigests: [String]
    package let cluster: String
    package let replicas: Int
    package let trust: Trust?
    /// Namespaces beside `kube-system` and mc's own that the webhook is not asked about, sorted.
    package let exempt: [String]
    /// Whether the API server shows a client certificate, which the webhook then demands.
    package let hasClientCertificates: Bool
    /// Whether a next bundle is evaluated in shadow.
    package let hasShadow: Bool
    /// The ports that registries are asked at, sorted.
    package let registryPorts: [Int]
    /// Public keys of the replicas' logs, by which the others follow them, in the replicas' order.
    package let replicaKeys: [ReplicaKey]

    /// - Parameters:
    ///   - image: with a sha256 digest; a tag is left out of what is installed.
    ///   - replicas: 1 to 9; with one, every restart is an outage.
    ///   - trust: `nil` only where no webhook configurations are written.
    ///   - registryPorts: 1 to 65535.
    ///   - replicaKeys: verifier keys whose names are the replicas' origins, `mc.internal/CLUSTER/mc-0` and so on; either
    ///     none or one for each replica.
    /// - Throws: ``InstallError`` with the option that cannot be used.
    package init(
        namespace: String = "mc-system", image: String, otherImages: [String] = [], cluster: String = "default",
        replicas: Int = 2, trust: Trust?, exempt: [String] = [], hasClientCertificates: Bool = false,
        hasShadow: Bool = false, registryPorts: [Int] = [443], replicaKeys: [String] = []
    ) throws(InstallError) {
        try Self.check(namespace: namespace, "--namespace")
        guard !namespace.utf8.elementsEqual("kube-system".utf8), !namespace.utf8.elementsEqual("default".utf8) else {
            throw InstallError(.name, "--namespace", "mc needs a namespace of its own; \(namespace) is shared")
        }
        for name in exempt { try Self.check(namespace: name, "--exempt-namespace") }
        guard Self.isName(cluster, "-._", upTo: 63) else {
            throw InstallError(
                .name, "--cluster", "expected 1 to 63 letters, digits, '-', '.' or '_', begun with a letter or digit")
        }
        guard (1...9).contains(replicas) else {
            throw InstallError(.number, "--replicas", "expected 1 to 9, saw \(replicas)")
        }
        if case .bundle(let bytes) = trust { try Self.check(bundle: bytes) }
        let reference = try Self.reference(image, "--image")
        self.namespace = namespace
        self.image = ImageReference.untagged(reference.image)
        var others: [String] = []
        for text in otherImages {
            let digest = try Self.reference(text, "--allow-image").digest
            if digest != reference.digest, !others.contains(digest) { others.append(digest) }
        }
        otherDigests = others
        self.cluster = cluster
        self.replicas = replicas
        self.trust = trust
        let always = ["kube-system", namespace]
        self.exempt = Array(Set(exempt.filter { !always.contains($0) })).sorted()
        self.hasClientCertificates = hasClientCertificates
        self.hasShadow = hasShadow
        for port in registryPorts where !(1...65_535).contains(port) {
            throw InstallError(.number, "--registry-port", "expected 1 to 65535, saw \(port)")
        }
        self.registryPorts = Set(registryPorts).sorted()
        self.replicaKeys = try ReplicaKey.read(replicaKeys, cluster: cluster, replicas: replicas)
    }

    /// The digest of the image that is installed.
    package var digest: String { image.digest ?? "" }

    /// Every namespace the webhook is not asked about.
    package var exemptions: [String] { ["kube-system", namespace] + exempt }

    package var replicaNames: [String] { (0..<replicas).map { "\(Layout.application)-\($0)" } }

    /// The name of a replica's log.
    package func origin(_ replica: String) -> String { ReplicaKey.origin(replica, cluster: cluster) }

    /// How the other replicas call it.
    package func replicaHost(_ replica: String) -> String {
        "\(replica).\(Layout.headlessService).\(namespace).svc"
    }

    private static func reference(
        _ text: String, _ option: String
    ) throws(InstallError) -> (image: ImageReference, digest: String) {
        let image: ImageReference
        do {
            image = try ImageReference(text)
        } catch {
            throw InstallError(.image, option, "\(error)")
        }
        guard let digest = image.digest, digest.hasPrefix("sha256:") else {
            throw InstallError(
                .image, option,
                "expected an image by its sha256 digest, such as \(image.name)@sha256:…: a tag can be moved")
        }
        return (image, digest)
    }

    private static func check(namespace: String, _ option: String) throws(InstallError) {
        guard isName(namespace, "-", upTo: 63), !namespace.utf8.contains(where: { (0x41...0x5A).contains($0) }) else {
            throw InstallError(
                .name, option, "expected a namespace's name of 1 to 63 lowercase letters, digits and '-'")
        }
    }

    private static func check(bundle bytes: [UInt8]) throws(InstallError) {
        let blocks: [PEM.Block]
        do {
            blocks = try PEM.decode(String(decoding: bytes, as: UTF8.self))
        } catch {
            throw InstallError(.certificates, "--ca-bundle", "\(error)")
        }
        guard !blocks.isEmpty, blocks.allSatisfy({ $0.label == "CERTIFICATE" }) else {
            throw InstallError(
                .certificates, "--ca-bundle",
                blocks.contains { $0.label.hasSuffix("KEY") }
                    ? "holds a private key; give only certificates" : "expected certificates in PEM")
        }
    }

    private static func isName(_ text: String, _ between: String, upTo length: Int) -> Bool {
        func isAlphanumeric(_ byte: UInt8) -> Bool {
            (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte)
        }
        guard let first = text.utf8.first, let last = text.utf8.last, isAlphanumeric(first), isAlphanumeric(last) else {
            return false
        }
        return text.utf8.count <= length && text.utf8.allSatisfy { isAlphanumeric($0) || between.utf8.contains($0) }
    }
}

extension ImageReference {
    /// The same image by its digest alone.
    fileprivate static func untagged(_ image: ImageReference) -> ImageReference {
        guard image.tag != nil, let digest = image.digest else { return image }
        return (try? ImageReference("\(image.name)@\(digest)")) ?? image
    }
}
