import Core
import Foundation
import Kubernetes
import Policy
import YAML

/// Reads what is to be admitted: a review as the API server sends it, or objects as people write them.
enum AdmitInput {
    /// A request and the review it came in, when it came in one.
    struct Item {
        let request: AdmissionRequest
        let review: AdmissionReview?
        /// What the request is about, for people.
        let title: String
    }

    static let maximumReview = ReviewLimits.standard.json.bytes
    static let maximumManifest = Cap("manifest bytes", 4 << 20)

    /// Reads an AdmissionReview in JSON.
    ///
    /// - Throws: ``InputError`` when there is no such file or it is too large, ``ReviewError`` when it is malformed.
    static func review(_ path: String) throws -> Item {
        let review = try AdmissionReview(parsing: InputFile.read(file(path), cap: maximumReview))
        return Item(request: review.request, review: review, title: title(review.request))
    }

    /// Reads manifests in YAML or JSON as requests to create what they describe.
    static func manifest(_ path: String, namespace: String, user: UserInfo, isDryRun: Bool) throws -> [Item] {
        var items: [Item] = []
        for document in try objects(path) {
            let requests = try Manifest.requests(
                creating: document, namespace: namespace, user: user, isDryRun: isDryRun)
            items += requests.map { Item(request: $0, review: nil, title: title($0)) }
        }
        guard !items.isEmpty else { throw InputError(path, "holds no object") }
        return items
    }

    /// The objects of manifests, lists taken apart, and the objects of reviews.
    static func objects(_ path: String) throws -> [JSONValue] {
        let bytes = try InputFile.read(file(path), cap: maximumManifest)
        return try YAMLReader.documents(bytes, file: path.printable).map(\.json).flatMap { document -> [JSONValue] in
            if document["kind"]?.string == "AdmissionReview" {
                return [document["request"]?["object"]].compactMap { $0 }.filter { $0 != .null }
            }
            return [document]
        }
    }

    /// `-` is standard input, as for kubectl.
    private static func file(_ path: String) -> String { path == "-" ? "/dev/stdin" : path }

    private static func title(_ request: AdmissionRequest) -> String {
        let name = request.name ?? request.metadata.generateName.map { "\($0)…" } ?? "without a name"
        let place = request.namespace.map { " in namespace \($0)" } ?? ""
        return "\(request.operation.rawValue) \(request.kind.kind) \(name)\(place)"
    }
}

/// Claims on the command line: `issuer=…,subject=…,repository=…`.
enum ClaimsArgument {
    /// Reads `--as`.
    ///
    /// - Throws: ``UsageError`` when a part is no `name=value`, or issuer or subject is missing.
    static func claims(_ texts: [String]) throws(UsageError) -> RequesterClaims? {
        guard !texts.isEmpty else { return nil }
        var claims: [String: String] = [:]
        for part in texts.flatMap({ $0.split(separator: ",", omittingEmptySubsequences: false) }) {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard pair.count == 2, !pair[0].isEmpty else {
                throw UsageError("--as \(String(part).printable): expected name=value, such as subject=repo:org/app:…")
            }
            guard claims.updateValue(pair[1], forKey: pair[0]) == nil else {
                throw UsageError("--as: \(pair[0].printable) is given twice")
            }
        }
        guard let issuer = claims.removeValue(forKey: "issuer"), let subject = claims.removeValue(forKey: "subject")
        else { throw UsageError("--as: expected at least issuer=… and subject=…") }
        return RequesterClaims(issuer: issuer, subject: subject, further: claims)
    }
}
