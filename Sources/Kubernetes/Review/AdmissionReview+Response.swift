package import Core

extension AdmissionReview {
    /// What the API server is told.
    package struct Answer: Sendable, Hashable {
        /// Whether the request may go on.
        package var allowed: Bool
        /// The HTTP status; ``init(uid:version:allowed:code:reason:message:warnings:auditAnnotations:)`` has defaults.
        package var code: Int
        /// The machine-readable reason (meta/v1 StatusReason); kubectl shows it in parentheses.
        package var reason: String
        /// What kubectl shows after `denied the request:`.
        package var message: String
        /// What kubectl shows after `Warning:`, one line each.
        package var warnings: [String]
        /// What the API server writes to its audit log, by name.
        package var auditAnnotations: TextMap
        /// What is to be changed of the object: a JSON Patch (RFC 6902); only of a request that may go on.
        package var patch: JSONValue?
        /// The request's UID.
        package var uid: String
        /// The request's version.
        package var version: Version

        /// - Parameters:
        ///   - code: the HTTP status; 403 for a denial and 200 otherwise when `nil`.
        ///   - reason: `Forbidden` for a denial and none otherwise when `nil`.
        package init(
            uid: String, version: Version, allowed: Bool, code: Int? = nil, reason: String? = nil, message: String = "",
            warnings: [String] = [], auditAnnotations: TextMap = [:]
        ) {
            self.uid = uid
            self.version = version
            self.allowed = allowed
            self.code = code ?? (allowed ? 200 : 403)
            self.reason = reason ?? (allowed ? "" : "Forbidden")
            self.message = message
            self.warnings = warnings
            self.auditAnnotations = auditAnnotations
        }

        /// The answer as an AdmissionReview, cut to what the API server takes.
        package var json: JSONValue {
            var response: JSONObject = JSONObject()
            response["uid"] = .string(uid)
            response["allowed"] = .bool(allowed)
            if !allowed || !message.isEmpty {
                var status = JSONObject()
                status["code"] = .integer(Int64(code))
                if !reason.isEmpty { status["reason"] = .string(AnswerText.line(reason, AnswerText.reason)) }
                status["message"] = .string(AnswerText.message(message))
                response["status"] = .object(status)
            }
            let warnings = AnswerText.warnings(warnings)
            if !warnings.isEmpty { response["warnings"] = .array(warnings.map { .string($0) }) }
            if allowed, let patch {
                response["patchType"] = "JSONPatch"
                response["patch"] = .string(Base64.encode(patch.canonical))
            }
            let audit = AnswerText.audit(auditAnnotations)
            if !audit.members.isEmpty { response["auditAnnotations"] = .object(audit) }
            return [
                "apiVersion": .string(version.rawValue), "kind": "AdmissionReview", "response": .object(response),
            ]
        }

        /// The answer as canonical JSON.
        package var bytes: [UInt8] { json.canonical }
    }

    /// An answer to this review.
    package func answer(
        allowed: Bool, code: Int? = nil, reason: String? = nil, message: String = "", warnings: [String] = [],
        auditAnnotations: TextMap = [:]
    ) -> Answer {
        Answer(
            uid: request.uid, version: version, allowed: allowed, code: code, reason: reason, message: message,
            warnings: warnings, auditAnnotations: auditAnnotations)
    }
}

extension ReviewError {
    /// The denial of the request that could not be read; `nil` when its UID or version could not be read either, so
    /// that only an HTTP status can answer.
    package var answer: AdmissionReview.Answer? {
        guard let uid, let version else { return nil }
        return AdmissionReview.Answer(
            uid: uid, version: version, allowed: false, code: code == .tooLarge ? 413 : 400,
            reason: code == .tooLarge ? "RequestEntityTooLarge" : "BadRequest",
            message: "the review cannot be read: \(self)")
    }
}

/// Cuts and escapes the texts of an answer.
enum AnswerText {
    /// The longest warning in UTF-8 bytes; API servers may cut what has more than 256 characters.
    static let warning = 256
    /// All warnings together in UTF-8 bytes; API servers drop what comes after 4,096 characters.
    static let allWarnings = 4_096
    /// The longest message in UTF-8 bytes.
    static let longestMessage = 8_192
    static let reason = 128
    /// The longest value of an audit annotation in UTF-8 bytes, and how many there may be.
    static let auditValue = 4_096
    static let auditEntries = 64

    /// A message for people; it may have several lines.
    static func message(_ text: String) -> String { cut(PrintableText.plain(text, keepsLines: true), longestMessage) }

    /// A text in one line.
    static func line(_ text: String, _ limit: Int) -> String { cut(PrintableText.plain(text), limit) }

    /// The warnings that fit; the last one tells how many did not.
    static func warnings(_ texts: [String]) -> [String] {
        // Room for the line that tells how many are left out.
        let reserve = 40
        let lines = texts.filter { !$0.isEmpty }.map { line($0, warning) }
        if lines.reduce(0, { $0 + $1.utf8.count }) <= allWarnings { return lines }
        var kept: [String] = []
        var length = 0
        for line in lines {
            guard length + line.utf8.count <= allWarnings - reserve else { break }
            length += line.utf8.count
            kept.append(line)
        }
        return kept + ["\(lines.count - kept.count) more warnings left out"]
    }

    /// Audit annotations; the API server drops names that are not qualified, so those are made so.
    static func audit(_ annotations: TextMap) -> JSONObject {
        var object = JSONObject()
        for entry in annotations.entries.prefix(auditEntries) {
            object[name(entry.key)] = .string(cut(PrintableText.plain(entry.value, keepsLines: true), auditValue))
        }
        return object
    }

    /// The API server puts the webhook's name and a slash before it, so it can have none of its own.
    private static func name(_ text: String) -> String {
        let isValid = !text.isEmpty && !text.utf8.contains(UInt8(ascii: "/")) && NameSyntax.isQualifiedName(text)
        if isValid { return text }
        let bytes = text.utf8.prefix(60).map { byte in
            NameSyntax.isAlphanumeric(byte) ? byte : UInt8(ascii: "-")
        }
        return "x" + String(decoding: bytes, as: UTF8.self) + "x"
    }

    /// The text's beginning with the number of bytes that are left out, together within the limit.
    static func cut(_ text: String, _ limit: Int) -> String {
        guard text.utf8.count > limit else { return text }
        // The note is at most 4 + 20 + 7 bytes long.
        let utf8 = text.utf8
        var end = utf8.index(utf8.startIndex, offsetBy: max(0, limit - 31))
        while end > utf8.startIndex, utf8[end] & 0xC0 == 0x80 { end = utf8.index(before: end) }
        let left = utf8.distance(from: end, to: utf8.endIndex)
        return "\(text[..<end])… (+\(left) bytes)"
    }
}
