package import Core

/// What the API server sends to a webhook (admission.k8s.io AdmissionReview).
package struct AdmissionReview: Sendable, Hashable {
    /// The versions that can be answered; an answer is of the request's version.
    package enum Version: String, Sendable, Hashable, CaseIterable {
        case v1 = "admission.k8s.io/v1"
        /// Sent by API servers before 1.22, in the same form.
        case v1beta1 = "admission.k8s.io/v1beta1"
    }

    package let version: Version
    package let request: AdmissionRequest

    /// Parses a review strictly.
    ///
    /// - Throws: ``ReviewError`` with the field, and with UID and version where they could be read.
    package init(parsing bytes: [UInt8], limits: ReviewLimits = .standard) throws(ReviewError) {
        let document = try reading { () throws(JSONError) in try JSONValue(parsing: bytes, limits: limits.json) }
        try self.init(document, limits: limits)
    }

    /// Reads a parsed review strictly.
    ///
    /// - Throws: ``ReviewError`` as ``init(parsing:limits:)``.
    package init(_ document: JSONValue, limits: ReviewLimits = .standard) throws(ReviewError) {
        guard document != .null else {
            throw ReviewError(.missing, "expected an AdmissionReview, saw null", field: "")
        }
        guard document.object != nil else {
            throw ReviewError(.shape, "expected an AdmissionReview, saw \(document.kind)", field: "")
        }
        // Whatever else is wrong: who asks waits for an answer to this UID in this version.
        let uid = document["request"]?["uid"]?.string.flatMap { NameSyntax.isUID($0) ? $0 : nil }
        let known = document["apiVersion"]?.string.flatMap { text in
            Version.allCases.first { $0.rawValue.isSame(as: text) }
        }
        do throws(ReviewError) {
            version = try Self.version(document, known)
            guard let request = document["request"], request != .null else {
                throw ReviewError(.missing, "the review has no request", field: "request")
            }
            let cursor = try reading { () throws(JSONError) in try JSONCursor(document).required("request") }
            self.request = try RequestReader(request: cursor, limits: limits).read()
        } catch {
            var error = error
            error.uid = uid
            error.version = known
            throw error
        }
    }

    private static func version(_ document: JSONValue, _ known: Version?) throws(ReviewError) -> Version {
        let kind = try reading { () throws(JSONError) in try JSONCursor(document).required("kind").string() }
        guard kind.isSame(as: "AdmissionReview") else {
            throw ReviewError(
                .version, "expected an AdmissionReview, saw \(PrintableText.quote(kind.excerpt(100)))", field: "kind")
        }
        let text = try reading { () throws(JSONError) in try JSONCursor(document).required("apiVersion").string() }
        guard let known else {
            let names = Version.allCases.map(\.rawValue).joined(separator: " or ")
            throw ReviewError(
                .version,
                "expected \(names), saw \(PrintableText.quote(text.excerpt(100))); set admissionReviewVersions: [v1]",
                field: "apiVersion")
        }
        return known
    }
}
