package import Core

/// What a trust root lists, and since when and until when.
package struct TrustRootOptions: Sendable {
    /// `nil` lists everything the authority has.
    package var services: Set<Service>?
    /// Windows that differ from the services' own.
    package var windows: [Service: Window] = [:]
    /// Adds a chain whose intermediate's certificate has ended.
    package var listsExpiredIntermediate = false
    /// Lists a timestamp signer whose certificate has ended in place of the present one.
    package var listsRetiredTimestampSigner = false

    package init() {}
}

extension Authority {
    /// The trust root as `trusted_root.json` has it (Sigstore protobuf specification, `TrustedRoot`).
    package func trustedRoot(_ options: TrustRootOptions = TrustRootOptions()) -> JSONValue {
        func lists(_ service: Service) -> Bool { options.services?.contains(service) ?? true }
        func window(_ service: Service) -> JSONValue {
            (options.windows[service] ?? Window(self.options.start(before: now), nil)).json
        }
        var chains: [JSONValue] = []
        if lists(.certificateAuthority) {
            let listed = [certificates.chain] + (options.listsExpiredIntermediate ? [expiredCertificates.chain] : [])
            chains = listed.map {
                authority(
                    name: "sigstore", uri: "https://fulcio.\(self.options.host)", chain: $0,
                    window: window(.certificateAuthority))
            }
        }
        var authorities: [JSONValue] = []
        if lists(.timestampAuthority) {
            let signer = options.listsRetiredTimestampSigner ? timestamps.retired : timestamps.signer
            authorities.append(
                authority(
                    name: "sigstore-tsa-selfsigned",
                    uri: "https://timestamp.\(self.options.host)/api/v1/timestamp",
                    chain: [signer.certificate, timestamps.root.certificate], window: window(.timestampAuthority)))
        }
        let services: [Service] = [.rekorV1, .rekorV2] + self.options.extraLogs.indices.map { .extraLog($0) }
        let listedLogs = zip(services, logs).filter { lists($0.0) }.map { service, log in
            instance(baseURL: log.baseURL, key: log.key, id: log.id, window: window(service))
        }
        let certificateLogs =
            lists(.certificateLog)
            ? [
                instance(
                    baseURL: "https://ctfe.\(self.options.host)/2026", key: certificateLog,
                    id: Digest.of(certificateLog.publicKey.subjectPublicKeyInfo).bytes, window: window(.certificateLog))
            ] : []
        return [
            "mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1", "tlogs": .array(listedLogs),
            "certificateAuthorities": .array(chains), "ctlogs": .array(certificateLogs),
            "timestampAuthorities": .array(authorities),
        ]
    }

    /// The text of ``trustedRoot(_:)``.
    package func trustedRootJSON(_ options: TrustRootOptions = TrustRootOptions()) -> [UInt8] {
        Array(trustedRoot(options).pretty.utf8)
    }

    private func authority(name: String, uri: String, chain: [Certificate], window: JSONValue) -> JSONValue {
        [
            "subject": ["organization": .string(options.host), "commonName": .string(name)], "uri": .string(uri),
            "certChain": [
                "certificates": .array(chain.map { ["rawBytes": .string(Base64.encode($0.der))] })
            ], "validFor": window,
        ]
    }

    private func instance(baseURL: String, key: PrivateKey, id: [UInt8], window: JSONValue) -> JSONValue {
        [
            "baseUrl": .string(baseURL), "hashAlgorithm": "SHA2_256",
            "publicKey": [
                "rawBytes": .string(Base64.encode(key.publicKey.subjectPublicKeyInfo)),
                "keyDetails": .string(key.keyDetails), "validFor": window,
            ], "logId": ["keyId": .string(Base64.encode(id))],
        ]
    }
}
