internal import Attestation
package import Core

/// A layer of a `.sig` or `.att` manifest as cosign wrote them before bundles (cosign, SIGNATURE_SPEC).
package struct CosignLayer: Sendable, Hashable {
    package let mediaType: String
    package let bytes: [UInt8]
    package let annotations: [String: String]

    package init(mediaType: String, bytes: [UInt8], annotations: [String: String]) {
        self.mediaType = mediaType
        self.bytes = bytes
        self.annotations = annotations
    }
}

extension SigningRequest {
    /// A simple-signing payload for an image, recorded in Rekor v1.
    ///
    /// - Parameters:
    ///   - image: the digest of the image's manifest.
    ///   - reference: what the image was called when it was signed; not authenticated by anything else.
    package static func simpleSigning(
        image: Digest, reference: String, optional: JSONValue = .null, at time: Instant
    ) -> SigningRequest {
        let payload: JSONValue = [
            "critical": [
                "identity": ["docker-reference": .string(reference)],
                "image": ["docker-manifest-digest": .string(image.description)],
                "type": "cosign container image signature",
            ], "optional": optional,
        ]
        return SigningRequest(.artifact(payload.canonical), at: time)
    }
}

extension MintedBundle {
    /// The same evidence as a cosign layer: annotations instead of a bundle.
    ///
    /// A message signature becomes a `.sig` layer, for which ``SigningRequest/simpleSigning(image:reference:optional:at:)``
    /// makes the payload; an envelope an `.att` layer, whose entry should be of kind ``EntryKind/intoto001`` or
    /// ``EntryKind/dsse001``.
    package func cosignLayer() -> CosignLayer {
        var annotations: [String: String] = [:]
        let layer: (mediaType: String, bytes: [UInt8])
        switch (request.content, envelope) {
        case (.artifact(let payload), _):
            layer = ("application/vnd.dev.cosign.simplesigning.v1+json", payload)
            annotations["dev.cosignproject.cosign/signature"] = Base64.encode(signature)
        case (_, let envelope):
            layer = ("application/vnd.dsse.envelope.v1+json", envelope?.json.canonical ?? [])
            annotations["dev.cosignproject.cosign/signature"] = ""
            if case .statement(let statement) = request.content {
                annotations["predicateType"] = statement.predicateType
            }
        }
        if let certificate {
            annotations["dev.sigstore.cosign/certificate"] = certificate.pem
            annotations["dev.sigstore.cosign/chain"] = chain.map(\.pem).joined()
        }
        if let entry = entries.first { annotations["dev.sigstore.cosign/bundle"] = Self.rekorBundle(entry) }
        if let timestamp = timestamps.first {
            let value: JSONValue = ["SignedRFC3161Timestamp": .string(Base64.encode(timestamp))]
            annotations["dev.sigstore.cosign/rfc3161timestamp"] = String(decoding: value.canonical, as: UTF8.self)
        }
        return CosignLayer(mediaType: layer.mediaType, bytes: layer.bytes, annotations: annotations)
    }

    // The values of the entry as it stands in the bundle, flaws included.
    private static func rekorBundle(_ entry: Entry) -> String {
        func number(_ name: String) -> JSONValue {
            .integer(entry.json[name]?.string.flatMap { Int64($0) } ?? 0)
        }
        let keyID = entry.json["logId"]?["keyId"]?.string.flatMap { Base64.decode($0) } ?? []
        var object = JSONObject()
        object["SignedEntryTimestamp"] = entry.json["inclusionPromise"]?["signedEntryTimestamp"] ?? ""
        object["Payload"] = [
            "body": .string(Base64.encode(entry.body)), "integratedTime": number("integratedTime"),
            "logIndex": number("logIndex"), "logID": .string(Hex.encode(keyID)),
        ]
        return String(decoding: JSONValue.object(object).canonical, as: UTF8.self)
    }
}
