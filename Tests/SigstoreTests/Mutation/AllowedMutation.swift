import Core

/// A kind of change that leaves genuine evidence verifying, and why nothing authenticates what was changed.
///
/// Whatever is listed here must not reach the result: what a mutant's evidence says is compared with the original's.
struct AllowedMutation: Sendable {
    let name: String
    let reason: String
    /// Whether the change to a base is of this kind.
    let covers: @Sendable (Mutation, MutationBase) -> Bool

    private init(
        _ name: String, because reason: String, _ covers: @escaping @Sendable (Mutation, MutationBase) -> Bool
    ) {
        self.name = name
        self.reason = reason
        self.covers = covers
    }

    private static let material = ".verificationMaterial"
    private static let entry = "\(material).tlogEntries[0]"
    private static let note = "\(entry).inclusionProof.checkpoint.envelope"
    private static let keyID = ".signatures[0].keyid"

    /// Changes by which a part of the evidence is gone.
    private static func isRemoval(_ mutation: Mutation) -> Bool {
        ["removed", "null", "emptied", "empty"].contains(mutation.change)
    }

    static let all: [AllowedMutation] = [
        AllowedMutation(
            "zero left out", because: "ProtoJSON leaves out fields that are zero or empty; the value is the same."
        ) { mutation, base in
            guard ["removed", "null"].contains(mutation.change), let value = mutation.original(in: base.document) else {
                return false
            }
            return value == .json("0") || value == .json([])
        },
        AllowedMutation(
            "media type",
            because: "It says which parts a bundle must have; this one has those of the other version too."
        ) { mutation, _ in
            mutation.place == ".mediaType" && mutation.change.hasPrefix("transplanted")
        },
        AllowedMutation(
            "message digest left out",
            because: "It is a hint: the signature and the log entry are checked over the artifact's own digest."
        ) { mutation, _ in
            mutation.place == ".messageSignature.messageDigest" && isRemoval(mutation)
        },
        AllowedMutation(
            "hint of a key",
            because: "The policy names the key itself; a hint counts where the configured key has one."
        ) { mutation, base in
            guard mutation.place.hasPrefix("\(material).publicKey") else { return false }
            return mutation.place.contains(".hint") || mutation.change.contains("transplanted")
        },
        AllowedMutation(
            "DSSE key id", because: "DSSE: the key id is not authenticated and must not be used for decisions."
        ) { mutation, base in
            mutation.place.contains(keyID) && (base.form == .bundle || base.form == .envelope)
                && !mutation.place.contains("canonicalizedBody")
                || mutation.change.hasPrefix("member keyid added") && mutation.place == ".dsseEnvelope.signatures[0]"
        },
        AllowedMutation(
            "unknown members of a bare envelope", because: "DSSE asks readers to ignore fields that they do not know."
        ) { mutation, base in
            base.form == .envelope && mutation.place.hasPrefix(".payload<base64><json>")
                && (mutation.change == "unknown member added" || mutation.change.hasPrefix("member "))
        },
        AllowedMutation(
            "text of a bare envelope",
            because: "DSSE signs type and payload, not the JSON text around them nor the key id."
        ) { mutation, base in
            base.form == .envelope && mutation.place == ".payload<base64>" && mutation.keepsEnvelope(in: base.document)
        },
        AllowedMutation(
            "unknown annotations", because: "A registry's annotations are open to everyone; unknown ones are not read."
        ) { mutation, _ in
            mutation.place == ".annotations"
                && (mutation.change == "unknown member added" || mutation.change.contains("predicateType"))
                || mutation.place.hasPrefix(".annotations.predicateType")
        },
        AllowedMutation(
            "the test's own wrapper", because: "It stands for a layer and its annotations and is no part of them."
        ) { mutation, base in
            base.form != .bundle && mutation.place.isEmpty
        },
        AllowedMutation(
            "signature annotation of an attestation",
            because: "An attestation's signature is in its envelope; cosign leaves the annotation empty."
        ) { mutation, base in
            base.form == .cosignAttestation
                && mutation.place.hasPrefix(".annotations.dev.cosignproject.cosign/signature")
        },
        AllowedMutation(
            "chain annotation", because: "It is not read: trust comes from the trust root's own chain."
        ) { mutation, _ in
            mutation.place.hasPrefix(".annotations.dev.sigstore.cosign/chain")
        },
        AllowedMutation(
            "text around a PEM block", because: "RFC 7468 §2: it is explanatory; the certificate is the block's bytes."
        ) { mutation, base in
            mutation.place.hasPrefix(".annotations.dev.sigstore.cosign/certificate")
                && mutation.keepsCertificate(in: base.document)
        },
        AllowedMutation(
            "spacing of the bundle annotation",
            because: "The promise is over four values, not the JSON text around them."
        ) { mutation, base in
            mutation.place.hasPrefix(".annotations.dev.sigstore.cosign/bundle")
                && (mutation.place.hasSuffix("/bundle") || mutation.place.hasSuffix("/bundle<text>"))
                && mutation.keepsJSON(in: base.document)
        },
        AllowedMutation(
            "ECDSA's twin signature",
            because: "(r, n - s) verifies wherever (r, s) does; no log holds the signatures of logs and authorities."
        ) { mutation, _ in
            mutation.change.contains("twin")
                && ["ignedEntryTimestamp", "checkpoint", "signedTimestamp"].contains { mutation.place.contains($0) }
        },
        AllowedMutation(
            "a promise besides a timestamp",
            because: "The inclusion proof and the timestamp carry the verdict without it."
        ) { mutation, base in
            mutation.place.hasPrefix("\(entry).inclusionPromise") && isRemoval(mutation)
                && base.has(MutationBase.timestamps) && base.has(MutationBase.proof)
        },
        AllowedMutation(
            "a promise with a managed key", because: "A key whose validity is not bounded needs no time of signing."
        ) { mutation, base in
            mutation.place.hasPrefix("\(entry).inclusionPromise") && isRemoval(mutation) && base.peer == nil
                && base.has(MutationBase.proof)
        },
        AllowedMutation(
            "a timestamp besides a promise", because: "The log's promise says the time without it."
        ) { mutation, base in
            mutation.place.hasPrefix("\(material).timestampVerificationData")
                && (isRemoval(mutation) || mutation.leavesNoTimestamp(in: base.document))
                && (base.has(MutationBase.promise) || base.peer == nil)
        },
        AllowedMutation(
            "no timestamps", because: "An empty list of timestamps says nothing."
        ) { mutation, base in
            mutation.place == material && mutation.change.contains("timestampVerificationData")
                && mutation.leavesNoTimestamp(in: base.document)
        },
        AllowedMutation(
            "proof of a v0.1 bundle",
            because:
                "Bundles of version 0.1 rest on the promise, which is verified; a proof without a checkpoint proves nothing."
        ) { mutation, base in
            guard base.document["mediaType"] == "application/vnd.dev.sigstore.bundle+json;version=0.1" else {
                return false
            }
            return ["\(entry).inclusionProof", "\(entry).inclusionProof.checkpoint"].contains(mutation.place)
                && isRemoval(mutation)
        },
        AllowedMutation(
            "index and time without a promise",
            because: "Only a promise covers them; without one the result says neither."
        ) { mutation, base in
            !base.has(MutationBase.promise)
                && (mutation.place.hasPrefix("\(entry).integratedTime")
                    || mutation.place.hasPrefix("\(entry).logIndex") && base.family != "rekor2"
                    || mutation.place == entry && mutation.change.hasPrefix("member integratedTime"))
        },
        AllowedMutation(
            "other signatures of a checkpoint",
            because: "C2SP signed-note: signatures of unknown keys are ignored; the text and the log's own line stand."
        ) { mutation, base in
            mutation.place.hasPrefix(note) && mutation.keepsLogSignature(in: base.document)
        },
    ]
}

extension MutationBase {
    func has(_ path: [Step]) -> Bool {
        var node: Node? = .json(document)
        for step in path { node = node.flatMap(step.enter) }
        return node != nil
    }
}

extension Mutation {
    /// What stands at the place in a document.
    func original(in document: JSONValue) -> Node? { Self.node(path[...], document) }

    private static func node(_ path: ArraySlice<Step>, _ document: JSONValue?) -> Node? {
        var node: Node? = document.map(Node.json)
        for step in path { node = node.flatMap(step.enter) }
        return node
    }

    /// Whether the text at the place, or the string around it, is another spelling of the same JSON value.
    func keepsJSON(in document: JSONValue) -> Bool {
        func value(_ node: Node?) -> JSONValue? {
            switch node {
            case .bytes(let bytes): try? JSONValue(parsing: bytes)
            case .json(.string(let text)): try? JSONValue(parsing: text)
            default: nil
            }
        }
        let old = value(original(in: document))
        return old != nil && old == value(Self.node(path[...], self(document)))
    }

    /// Whether payload, type and signature of the envelope in the document are the same.
    func keepsEnvelope(in document: JSONValue) -> Bool {
        func signed(_ document: JSONValue?) -> [JSONValue?]? {
            let text = document?["payload"]?.string.flatMap { Base64.decode($0) }
            guard let envelope = text.flatMap({ try? JSONValue(parsing: $0) }) else { return nil }
            return [envelope["payload"], envelope["payloadType"], envelope["signatures"]?.array?.first?["sig"]]
        }
        let old = signed(document)
        return old != nil && old == signed(self(document))
    }

    /// Whether the certificate in the PEM text is the same.
    func keepsCertificate(in document: JSONValue) -> Bool {
        func block(_ document: JSONValue?) -> [PEM.Block]? {
            document?["annotations"]?["dev.sigstore.cosign/certificate"]?.string.flatMap { try? PEM.decode($0) }
        }
        let old = block(document)
        return old != nil && old == block(self(document))
    }

    func leavesNoTimestamp(in document: JSONValue) -> Bool {
        let data = self(document)?["verificationMaterial"]?["timestampVerificationData"]
        return data?["rfc3161Timestamps"]?.array?.isEmpty ?? true
    }

    /// Whether a checkpoint's text and the line that the log's key signed are the same.
    func keepsLogSignature(in document: JSONValue) -> Bool {
        func parts(_ document: JSONValue?) -> (text: Substring, lines: [Substring])? {
            guard case .json(let entry)? = Self.node(MutationBase.entry[...], document),
                let note = entry["inclusionProof"]?["checkpoint"]?["envelope"]?.string,
                let split = note.ranges(of: "\n\n").last
            else { return nil }
            return (note[..<split.lowerBound], note[split.upperBound...].split(separator: "\n"))
        }
        guard case .json(let entry)? = Self.node(MutationBase.entry[...], document),
            let logID = entry["logId"]?["keyId"]?.string, let old = parts(document), let new = parts(self(document)),
            let own = old.lines.first(where: { $0.split(separator: " ").last?.prefix(5) == logID.prefix(5) })
        else { return false }
        return old.text.utf8.elementsEqual(new.text.utf8) && new.lines.contains { $0.utf8.elementsEqual(own.utf8) }
    }
}
