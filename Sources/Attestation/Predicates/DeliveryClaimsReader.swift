internal import Core

/// Reads delivery claims field by field and keeps the warnings.
struct DeliveryClaimsReader {
    let strictness: DeliveryClaims.Strictness
    private(set) var warnings: [String] = []

    init(strictness: DeliveryClaims.Strictness) { self.strictness = strictness }

    mutating func read(_ cursor: JSONCursor) throws(JSONError) -> DeliveryClaims {
        try checkNames(cursor, known: ["bundle_version", "hermetic", "waiver_ids", "waiver_digests", "inputs"])
        let version = try cursor.required("bundle_version")
        guard let bundleVersion = BundleVersion(try version.string()) else {
            throw version.error(
                "expected vMAJOR.MINOR or vMAJOR.MINOR.PATCH, saw \"\(try version.string().prefix(40))\"")
        }
        return DeliveryClaims(
            bundleVersion: bundleVersion, hermetic: try member("hermetic", of: cursor)?.bool(),
            waivers: try waivers(cursor), inputs: try inputs(cursor))
    }

    private func waivers(_ cursor: JSONCursor) throws(JSONError) -> [DeliveryClaims.Waiver] {
        let ids = try member("waiver_ids", of: cursor)
        let digests = try member("waiver_digests", of: cursor)
        guard let ids, let digests else {
            guard let one = ids ?? digests else { return [] }
            throw one.error("waiver_ids and waiver_digests must stand together")
        }
        let idElements = try ids.elements(DeliveryClaims.maximumWaivers)
        let digestElements = try digests.elements(DeliveryClaims.maximumWaivers)
        guard idElements.count == digestElements.count else {
            throw digests.error("expected one digest for each of \(idElements.count) ids, saw \(digestElements.count)")
        }
        var waivers: [DeliveryClaims.Waiver] = []
        var seen: Set<String> = []
        for (id, digest) in zip(idElements, digestElements) {
            let name = try id.string()
            guard isWaiverID(name) else {
                throw id.error("expected 1 to 128 letters, digits and . _ : / -, beginning with a letter or digit")
            }
            guard seen.insert(name).inserted else { throw id.error("the waiver \(name) stands here twice") }
            guard let value = Digest(try digest.string()), value.algorithm == .sha256 else {
                throw digest.error("expected sha256: and 64 lowercase hexadecimal digits")
            }
            waivers.append(DeliveryClaims.Waiver(id: name, digest: value))
        }
        return waivers
    }

    private mutating func inputs(_ cursor: JSONCursor) throws(JSONError) -> [DeliveryClaims.Input] {
        var inputs: [DeliveryClaims.Input] = []
        for input in try member("inputs", of: cursor)?.elements(DeliveryClaims.maximumInputs) ?? [] {
            try checkNames(input, known: ["uri", "digest"])
            let field = try input.required("uri")
            let uri = try field.string()
            guard (1...DeliveryClaims.maximumURI.limit).contains(uri.utf8.count),
                uri.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
            else { throw field.error("expected 1 to 2048 printable ASCII characters without spaces") }
            inputs.append(DeliveryClaims.Input(uri: uri, digests: try digests(input.required("digest"))))
        }
        return inputs
    }

    private mutating func digests(_ cursor: JSONCursor) throws(JSONError) -> [SubjectDigest] {
        try checkNames(cursor, known: ["sha256", "sha384", "sha512", "gitCommit"])
        var digests: [SubjectDigest] = []
        for name in ["sha256", "sha384", "sha512", "gitCommit"] {
            guard let field = try member(name, of: cursor) else { continue }
            let digest = SubjectDigest(algorithm: name, value: try field.string())
            guard digest.digest != nil || (name == "gitCommit" && isCommit(digest.value)) else {
                throw field.error("expected \(name) in lowercase hexadecimal, saw \"\(digest.value.prefix(140))\"")
            }
            digests.append(digest)
        }
        guard !digests.isEmpty else {
            throw cursor.error("the input is not pinned; expected sha256, sha384, sha512 or gitCommit")
        }
        return digests
    }

    /// Rejects or notes names that are not known.
    private mutating func checkNames(_ cursor: JSONCursor, known: Set<String>) throws(JSONError) {
        switch strictness {
        case .rejectUnknown:
            try cursor.allow(only: known)
        case .warnUnknown:
            for member in try cursor.members() where !known.contains(where: { $0.isSame(as: member.name) }) {
                guard warnings.count < DeliveryClaims.maximumWarnings.limit else { return }
                warnings.append("\(cursor.field).\(member.name.prefix(100)): unknown field, ignored")
            }
        }
    }

    /// The optional member; unlike elsewhere `null` is not absence, as the schema has no null.
    private func member(_ name: String, of cursor: JSONCursor) throws(JSONError) -> JSONCursor? {
        if let member = try cursor.optional(name) { return member }
        guard try cursor.object()[name] == nil else { throw cursor.error("\(name) is null; leave it out instead") }
        return nil
    }

    private func isWaiverID(_ text: String) -> Bool {
        func isAlphanumeric(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: false
            }
        }
        guard let first = text.utf8.first, isAlphanumeric(first),
            text.utf8.count <= DeliveryClaims.maximumWaiverID.limit
        else { return false }
        return text.utf8.allSatisfy { isAlphanumeric($0) || "._:/-".utf8.contains($0) }
    }

    private func isCommit(_ text: String) -> Bool {
        guard let bytes = Hex.decode(text) else { return false }
        return bytes.count == 20 || bytes.count == 32
    }
}
