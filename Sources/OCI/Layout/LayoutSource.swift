package import Core

/// An OCI image layout on disk (OCI image specification, "Image Layout"), also as `cosign save` writes it.
package struct LayoutSource: ImageSource {
    package let place: RegistryError.Place
    private let files: LayoutFiles
    /// `index.json` as it was when the layout was opened.
    package let index: Index

    static let referenceName = "org.opencontainers.image.ref.name"
    static let version = "1.0.0"
    private static let cosignKind = "kind"
    private static let cosignImages = ["dev.cosignproject.cosign/image", "dev.cosignproject.cosign/imageIndex"]
    private static let visited = Cap("manifests read to list referrers", 4096)

    /// Opens a layout.
    ///
    /// - Throws: ``RegistryError`` when the folder is no layout of version 1.0.0 or its index is malformed.
    package init(_ path: String) throws(RegistryError) {
        let files = try LayoutFiles(path)
        self.files = files
        place = files.place
        let marker = VerifiedBytes(hashing: try files.read("oci-layout", cap: Cap("bytes of oci-layout", 4096)))
        do {
            let field = try JSONCursor(JSONValue(parsing: marker.bytes, limits: ImageLimits.json))
                .required("imageLayoutVersion")
            guard MediaType.same(try field.string(), Self.version) else {
                throw field.error("expected \(Self.version), saw \(try field.string().prefix(40))")
            }
        } catch let error as JSONError {
            throw RegistryError(error, of: "oci-layout", at: files.place)
        } catch {
            throw RegistryError(.malformed, "oci-layout: \(error)", at: files.place)
        }
        let bytes = try files.read("index.json", cap: ImageLimits.documentBytes)
        do {
            let document = try ImageDocument(parsing: VerifiedBytes(hashing: bytes), contentType: MediaType.index)
            guard case .index(let index) = document else {
                throw JSONError(.shape, "expected an image index", at: .field(""))
            }
            self.index = index
        } catch let error as JSONError {
            throw RegistryError(error, of: "index.json", at: files.place)
        } catch {
            throw RegistryError(.malformed, "index.json: \(error)", at: files.place)
        }
    }

    package func resolve(_ selector: ImageSelector) async throws(RegistryError) -> Descriptor {
        switch selector {
        case .digest(let digest):
            if let listed = index.manifests.first(where: { $0.digest == digest }) { return listed }
            return try load(digest).descriptor
        case .tag(let tag):
            guard let descriptor = try single(named(tag), "tag \(tag)") else {
                throw RegistryError(
                    .notFound, "no manifest is tagged \(tag); index.json names \(tagList)", at: place)
            }
            return descriptor
        case .standard:
            guard let descriptor = try single(try images(), "the layout's only image") else {
                throw RegistryError(.notFound, "index.json names no image", at: place)
            }
            return descriptor
        }
    }

    package func document(_ digest: Digest, size: Int?) async throws(RegistryError) -> ImageDocument {
        try load(digest, size: size)
    }

    package func blob(_ digest: Digest, size: Int?, cap: Cap) async throws(RegistryError) -> [UInt8] {
        try content(digest, size: size, cap: cap).bytes
    }

    package func referrers(
        of digest: Digest, artifactType: String?
    ) async throws(RegistryError) -> [Descriptor] {
        var found: [Descriptor] = []
        for entry in named(ReferrersTag.of(digest)) {
            guard case .index(let list) = try load(entry.digest, size: entry.size) else {
                throw RegistryError(
                    .malformed, "\(ReferrersTag.of(digest)): expected an index of referrers, saw a manifest", at: place)
            }
            found += list.manifests
        }
        try walk { document in
            if document.subject?.digest == digest { found.append(document.descriptor) }
        }
        return found.filtered(artifactType)
    }

    package func attachments(
        _ kind: CosignAttachment, to digest: Digest
    ) async throws(RegistryError) -> [Descriptor] {
        var found = named(kind.tag(of: digest))
        if let layoutKind = kind.layoutKind, savedByCosign(digest) {
            found += index.manifests.filter { descriptor in
                descriptor.annotations[Self.cosignKind].map { MediaType.same($0, layoutKind) } ?? false
            }
        }
        return found.filtered(nil)
    }

    /// Whether `cosign save` wrote this layout for that image. Its annotations do not say which image they belong
    /// to, so they count only when the layout has a single one.
    private func savedByCosign(_ digest: Digest) -> Bool {
        let images = index.manifests.filter { descriptor in
            guard let kind = descriptor.annotations[Self.cosignKind] else { return false }
            return Self.cosignImages.contains { MediaType.same($0, kind) }
        }
        return Set(images.map(\.digest)) == [digest]
    }

    private func named(_ name: String) -> [Descriptor] {
        index.manifests.filter { descriptor in
            descriptor.annotations[Self.referenceName].map { MediaType.same($0, name) } ?? false
        }
    }

    private var tagList: String {
        let tags = index.manifests.compactMap { $0.annotations[Self.referenceName] }
        return tags.isEmpty ? "none" : tags.prefix(10).map { String($0.prefix(80)) }.joined(separator: ", ")
    }

    /// The listed manifests that are images: not cosign's, not lists of referrers, and about no other manifest.
    private func images() throws(RegistryError) -> [Descriptor] {
        var images: [Descriptor] = []
        for descriptor in index.manifests where MediaType.isDocument(descriptor.mediaType) {
            if let kind = descriptor.annotations[Self.cosignKind], kind.utf8.starts(with: "dev.cosignproject.".utf8),
                !Self.cosignImages.contains(where: { MediaType.same($0, kind) })
            {
                continue
            }
            if let name = descriptor.annotations[Self.referenceName], ReferrersTag.isDerived(name) { continue }
            if try load(descriptor.digest, size: descriptor.size).subject != nil { continue }
            images.append(descriptor)
        }
        return images
    }

    private func single(_ found: [Descriptor], _ what: String) throws(RegistryError) -> Descriptor? {
        let distinct = found.filtered(nil)
        guard distinct.count <= 1 else {
            let list = distinct.prefix(4).map(\.digest.description).joined(separator: ", ")
            throw RegistryError(
                .ambiguous, "\(what): \(distinct.count) manifests fit (\(list)); name one by its digest", at: place)
        }
        return distinct.first
    }

    /// Visits every manifest that can be reached from `index.json` through indexes, each once.
    private func walk(_ visit: (ImageDocument) -> Void) throws(RegistryError) {
        var pending = index.manifests
        var seen: Set<Digest> = []
        while let descriptor = pending.popLast() {
            guard MediaType.isDocument(descriptor.mediaType), seen.insert(descriptor.digest).inserted else { continue }
            if seen.count > Self.visited.limit {
                throw RegistryError(.tooLarge, "\(CapExceeded(cap: Self.visited, seen: seen.count))", at: place)
            }
            let found: ImageDocument
            do {
                found = try load(descriptor.digest, size: descriptor.size)
            } catch  where error.isAbsence {
                // A layout may lack the manifests of platforms nobody asked for.
                continue
            } catch {
                throw error
            }
            visit(found)
            if case .index(let nested) = found { pending += nested.manifests }
        }
    }

    private func load(_ digest: Digest, size: Int? = nil) throws(RegistryError) -> ImageDocument {
        let content = try content(digest, size: size, cap: ImageLimits.documentBytes)
        return try parse(content, contentType: nil, what: "manifest \(digest)")
    }

    private func content(_ digest: Digest, size: Int?, cap: Cap) throws(RegistryError) -> VerifiedBytes {
        let bytes = try files.read(LayoutFiles.name(of: digest), cap: cap)
        do {
            return try VerifiedBytes(bytes, expecting: digest, size: size)
        } catch {
            throw RegistryError(error, of: "blob \(digest)", at: place)
        }
    }
}
