package import Core

/// What a bill of materials says is in an image: its packages, and which of them needs which.
///
/// Dependencies hold within the bill only. A → B in one bill and B → C in another say nothing of A and C.
package struct BillRecord: Sendable, Hashable {
    /// A package in the bill.
    package struct Package: Sendable, Hashable {
        /// What is needed to run, may be left out, or is only needed to build (CycloneDX, `scope`).
        package enum Scope: UInt8, Sendable, Hashable, CaseIterable {
            case unknown, required, optional, excluded
        }

        /// The canonical package URL or, of a component without one, `NAME@VERSION`.
        package let key: String
        /// The same without version; what a search for "any version" looks for.
        package let name: String
        package let isDirect: Bool
        package let scope: Scope

        package init(key: String, name: String, isDirect: Bool = false, scope: Scope = .unknown) {
            self.key = key
            self.name = name
            self.isDirect = isDirect
            self.scope = scope
        }
    }

    /// That one package needs another, by their places in ``BillRecord/packages``.
    package struct Dependency: Sendable, Hashable, Comparable {
        package let from: Int
        package let to: Int

        package init(from: Int, to: Int) {
            self.from = from
            self.to = to
        }

        package static func < (left: Dependency, right: Dependency) -> Bool {
            (left.from, left.to) < (right.from, right.to)
        }
    }

    /// A part of the document that could not be taken over.
    package struct Quarantined: Sendable, Hashable {
        package let place: String
        package let reason: String

        package init(place: String, reason: String) {
            self.place = place.excerpt(200)
            self.reason = reason.excerpt(500)
        }
    }

    /// The SHA-256 of the document: the same content is one bill, whoever hands it in.
    package let digest: Digest
    package let format: String
    package let version: String
    package let serial: String?
    /// When the document says that it was made.
    package let createdAt: Instant?
    /// The images that it is about.
    package let images: [Digest]
    /// The attestation that carries it; `nil` when nobody signed it.
    package let attestation: Digest?
    /// Where it was read from, in words.
    package let origin: String
    package let packages: [Package]
    package let dependencies: [Dependency]
    package let quarantined: [Quarantined]

    static let maximumPackages = Cap("packages of a bill of materials", 2_000_000)
    static let maximumDependencies = Cap("dependencies of a bill of materials", 20_000_000)
    static let maximumImages = Cap("images of a bill of materials", 1_000)
    static let maximumQuarantined = Cap("quarantined parts of a bill that are kept", 1_000)

    /// - Throws: ``LineageError`` `tooLarge` when a cap is passed, `malformed` when a dependency leads out of the packages
    ///   or the bill is about no image.
    package init(
        digest: Digest, format: String, version: String, serial: String? = nil, createdAt: Instant? = nil,
        images: [Digest], attestation: Digest? = nil, origin: String, packages: [Package],
        dependencies: [Dependency] = [], quarantined: [Quarantined] = []
    ) throws(LineageError) {
        for (cap, count) in [
            (Self.maximumPackages, packages.count), (Self.maximumDependencies, dependencies.count),
            (Self.maximumImages, images.count),
        ] where count > cap.limit { throw LineageError(CapExceeded(cap: cap, seen: count)) }
        guard !images.isEmpty else {
            throw LineageError(.malformed, "the bill of materials names no image by digest; say which it is about")
        }
        guard dependencies.allSatisfy({ packages.indices.contains($0.from) && packages.indices.contains($0.to) }) else {
            throw LineageError(.malformed, "a dependency leads out of the bill's \(packages.count) packages")
        }
        self.digest = digest
        self.format = format.excerpt(100)
        self.version = version.excerpt(100)
        self.serial = serial?.excerpt(500)
        self.createdAt = createdAt
        self.images = images
        self.attestation = attestation
        self.origin = origin.excerpt(EvidenceRecord.longestText)
        self.packages = packages
        self.dependencies = dependencies
        self.quarantined = Array(quarantined.prefix(Self.maximumQuarantined.limit))
    }

    /// The record without its contents, which are kept apart.
    var json: JSONValue {
        var object = JSONObject()
        object.put("digest", digest.description)
        object.put("format", format)
        object.put("version", version)
        object.put("serial", serial)
        object.put("createdAt", createdAt?.description)
        object["images"] = .array(images.map { .string($0.description) })
        object.put("attestation", attestation?.description)
        object.put("origin", origin)
        object["packages"] = .integer(Int64(packages.count))
        object["dependencies"] = .integer(Int64(dependencies.count))
        object["quarantined"] = .array(
            quarantined.map { ["place": .text($0.place), "reason": .text($0.reason)] })
        return .object(object)
    }
}
