package import Core
internal import NIOHTTP1

/// One image's view of a repository in a registry (OCI distribution specification 1.1).
package struct RegistrySource: ImageSource {
    package let repository: Repository
    private let client: RegistryClient
    private let budget: FetchBudget

    /// - Parameters:
    ///   - budget: what may be fetched in all by this value and its copies.
    package init(_ repository: Repository, client: RegistryClient, budget: FetchBudget = FetchBudget()) {
        self.repository = repository
        self.client = client
        self.budget = budget
    }

    package var place: RegistryError.Place { repository.place }

    package func resolve(_ selector: ImageSelector) async throws(RegistryError) -> Descriptor {
        switch selector {
        case .standard: return try await resolve(.tag("latest"))
        case .digest(let digest): return try await document(digest, size: nil).descriptor
        case .tag(let tag):
            guard ImageSelector.isTag(tag) else {
                throw RegistryError(
                    .invalidReference, "\"\(tag.printable(130))\" is no tag ([a-zA-Z0-9_][a-zA-Z0-9._-]{0,127})",
                    at: place)
            }
            return try await charged(nil) { () async throws(RegistryError) in
                try await tagged(tag)
            } size: {
                $0.bytes.count
            }.descriptor
        }
    }

    package func document(_ digest: Digest, size: Int?) async throws(RegistryError) -> ImageDocument {
        let what = "manifest \(digest)"
        let known = client.documents[DocumentCache.Key(repository: repository, digest: digest)]
        let document: ImageDocument
        if let known {
            document = known
        } else {
            document = try await charged(size) { () async throws(RegistryError) in
                try await flight("\(digest)") { () async throws(RegistryError) in
                    try await fetchDocument(digest.description, digest: digest, what: what)
                }
            } size: {
                $0.bytes.count
            }
        }
        if let size, size != document.bytes.count {
            throw RegistryError(.size(expected: size, seen: document.bytes.count), of: what, at: place)
        }
        return document
    }

    package func blob(_ digest: Digest, size: Int?, cap: Cap) async throws(RegistryError) -> [UInt8] {
        let what = "blob \(digest)"
        if let size {
            do { try cap.check(size) } catch { throw RegistryError(.tooLarge, "\(what): \(error)", at: place) }
        }
        return try await charged(size) { () async throws(RegistryError) in
            // Callers with different caps do not share a fetch: the wider one's bytes are not for the narrower.
            let key = "\(repository) \(digest) \(size ?? -1) \(cap.limit)"
            return try await client.blobFlights.run(key, cancelled: cancelled) { () async throws(RegistryError) in
                try await fetchBlob(digest, size: size, cap: cap, what: what)
            }
        } size: {
            $0.count
        }
    }

    package func referrers(
        of digest: Digest, artifactType: String?
    ) async throws(RegistryError) -> [Descriptor] {
        let all = try await charged(nil) { () async throws(RegistryError) in
            let key = "\(repository) \(digest) \(artifactType ?? "")"
            return try await client.referrerFlights.run(key, cancelled: cancelled) { () async throws(RegistryError) in
                try await listReferrers(of: digest, artifactType: artifactType)
            }
        } size: { _ in
            0
        }
        // The registry may or may not have filtered (OCI-Filters-Applied); what it says about it does not matter.
        return all.filtered(artifactType)
    }

    package func attachments(
        _ kind: CosignAttachment, to digest: Digest
    ) async throws(RegistryError) -> [Descriptor] {
        do {
            return [try await resolve(.tag(kind.tag(of: digest)))]
        } catch  where error.isAbsence {
            return []
        } catch {
            throw error
        }
    }

    private var cancelled: RegistryError { RegistryError(.cancelled, "the caller gave up", at: place) }
    private var scope: Authenticator.Scope { Authenticator.Scope(repository: repository) }

    /// Counts a fetch against the image's budget, before and after.
    private func charged<Value>(
        _ declared: Int?, _ fetch: () async throws(RegistryError) -> Value, size: (Value) -> Int
    ) async throws(RegistryError) -> Value {
        do { try budget.begin(declaredBytes: declared) } catch { throw RegistryError(.tooLarge, "\(error)", at: place) }
        let value = try await fetch()
        do { try budget.charge(size(value)) } catch { throw RegistryError(.tooLarge, "\(error)", at: place) }
        return value
    }

    private func flight(
        _ reference: String, _ fetch: @escaping @Sendable () async throws(RegistryError) -> ImageDocument
    ) async throws(RegistryError) -> ImageDocument {
        try await client.documentFlights.run("\(repository) \(reference)", cancelled: cancelled, fetch)
    }

    private func tagged(_ tag: String) async throws(RegistryError) -> ImageDocument {
        try await flight(tag) { () async throws(RegistryError) in
            try await fetchDocument(tag, digest: nil, what: "manifest \(tag)")
        }
    }

    private func fetchDocument(
        _ reference: String, digest: Digest?, what: String
    ) async throws(RegistryError) -> ImageDocument {
        var request = HTTPTransport.Request(
            address: try client.address(repository, "manifests/\(reference)"), cap: ImageLimits.documentBytes)
        request.headers = [("Accept", MediaType.documents.joined(separator: ", "))]
        let answer = try await client.send(
            request, scope: scope, deadline: client.deadline, for: .init(what: what, place: place))
        // For a tag the registry's own word is all there is to compare with; if it gives one, it must be true.
        let expected = digest ?? answer.field("Docker-Content-Digest").flatMap { Digest($0) }
        let content: VerifiedBytes
        if let expected {
            do {
                content = try VerifiedBytes(answer.body, expecting: expected, size: nil)
            } catch {
                throw RegistryError(error, of: what, at: place)
            }
        } else {
            content = VerifiedBytes(hashing: answer.body)
        }
        let type = answer.field("Content-Type").map { String($0.prefix { $0 != ";" && $0 != " " }) }
        let document = try parse(content, contentType: type, what: what)
        client.documents.insert(document, .init(repository: repository, digest: document.digest))
        return document
    }

    private func fetchBlob(
        _ digest: Digest, size: Int?, cap: Cap, what: String
    ) async throws(RegistryError) -> [UInt8] {
        // No more is read than is wanted; one byte more than the descriptor's size is a lie already.
        let sizeCap = size.map { Cap("bytes, its descriptor's size", $0) }
        var request = HTTPTransport.Request(
            address: try client.address(repository, "blobs/\(digest)"), cap: sizeCap ?? cap)
        request.headers = [("Accept", "*/*")]
        let answer: HTTPTransport.Answer
        do {
            answer = try await client.send(
                request, scope: scope, deadline: client.deadline,
                for: .init(what: what, place: place, redirects: .blob))
        } catch  where error.code == .tooLarge && size != nil {
            throw RegistryError(.sizeMismatch, error.message, at: place)
        } catch {
            throw error
        }
        do {
            return try VerifiedBytes(answer.body, expecting: digest, size: size).bytes
        } catch {
            throw RegistryError(error, of: what, at: place)
        }
    }
}

extension RegistrySource {
    private func listReferrers(
        of digest: Digest, artifactType: String?
    ) async throws(RegistryError) -> [Descriptor] {
        let purpose = Exchange.Purpose(what: "referrers of \(digest)", place: place)
        let query = artifactType.map { "?artifactType=\(PercentEncoding.encode($0))" } ?? ""
        let deadline = client.deadline
        var next: WebAddress? = try client.address(repository, "referrers/\(digest)\(query)")
        var asked: Set<WebAddress> = []
        var found: [Descriptor] = []
        while let address = next {
            guard asked.insert(address).inserted else {
                throw purpose.error(.malformed, "the pages go round in a circle at \(address.target.printable(200))")
            }
            try check(asked.count, client.limits.pageCap, purpose)
            var request = HTTPTransport.Request(address: address, cap: ImageLimits.documentBytes)
            request.headers = [("Accept", MediaType.index)]
            let answer: HTTPTransport.Answer
            do {
                answer = try await client.send(request, scope: scope, deadline: deadline, for: purpose)
            } catch  where error.isAbsence && asked.count == 1 {
                return try await listTaggedReferrers(of: digest, purpose)
            } catch  where error.isAbsence {
                throw purpose.error(
                    .malformed, "page \(asked.count) is not there, though page \(asked.count - 1) names it")
            } catch {
                throw error
            }
            let content = VerifiedBytes(hashing: answer.body)
            guard case .index(let page) = try parse(content, contentType: MediaType.index, what: purpose.what) else {
                throw purpose.error(.malformed, "expected an index of referrers, saw a manifest")
            }
            found += page.manifests
            try check(found.count, client.limits.referrerCap, purpose)
            next = try nextPage(answer, purpose)
        }
        return found
    }

    private func nextPage(
        _ answer: HTTPTransport.Answer, _ purpose: Exchange.Purpose
    ) throws(RegistryError) -> WebAddress? {
        switch LinkHeader(answer.headers["Link"]) {
        case .none: return nil
        case .malformed: throw purpose.error(.malformed, "the Link field cannot be read (RFC 8288)")
        case .next(let target):
            guard let address = answer.address.resolving(target), address.hasSameOrigin(as: answer.address) else {
                throw purpose.error(
                    .badRedirect, "the next page is \"\(target.printable(200))\", on another host; it is not asked")
            }
            return address
        }
    }

    /// Registries before distribution 1.1 keep the list under a tag that clients maintain.
    private func listTaggedReferrers(
        of digest: Digest, _ purpose: Exchange.Purpose
    ) async throws(RegistryError) -> [Descriptor] {
        let document: ImageDocument
        do {
            document = try await tagged(ReferrersTag.of(digest))
        } catch  where error.isAbsence {
            return []
        } catch {
            throw error
        }
        guard case .index(let list) = document else {
            throw purpose.error(
                .malformed, "tag \(ReferrersTag.of(digest)) is a manifest; expected an index of referrers")
        }
        try check(list.manifests.count, client.limits.referrerCap, purpose)
        return list.manifests
    }

    private func check(_ count: Int, _ cap: Cap, _ purpose: Exchange.Purpose) throws(RegistryError) {
        do { try cap.check(count) } catch { throw purpose.error(.tooLarge, "\(error)") }
    }
}
