package import Core
package import YAML

/// A waiver as people write it in YAML, and as it is signed: canonical JSON.
///
/// ```yaml
/// apiVersion: mc.internal/v1
/// kind: Waiver
/// metadata: {name: W-2026-014}
/// spec:
///   rule: hermetic-required
///   scope: {namespace: payments, image: "sha256:…"}
///   class: emergency
///   owner: team-payments
///   approvedBy: team-security
///   reason: the mirror is down, see INC-4711
///   notBefore: 2026-01-20T10:00:00Z
///   expires: 2026-01-20T11:30:00Z
/// ```
package enum WaiverDocument {
    package static let payloadType = "application/vnd.mc.waiver+json"
    package static let kind = "Waiver"

    static let maximumApprovers = Cap("approvers", 8)
    static let maximumSize = Cap("bytes of a waiver", 64 << 10)
    private static let maximumName = Cap("bytes of a name", 200)
    private static let maximumReason = Cap("bytes of a reason", 4_000)

    /// Reads a waiver that a person wrote; nobody has vouched for it.
    ///
    /// - Throws: ``YAMLError`` with the place.
    package static func read(yaml bytes: [UInt8], file: String) throws(YAMLError) -> Waiver {
        try waiver(
            YAMLReader.document(bytes, file: file, limits: YAMLLimits(bytes: maximumSize.limit, depth: 8, nodes: 1_000))
        )
    }

    /// Reads the payload of an envelope whose signatures were verified.
    ///
    /// One waiver has one payload: anything but its canonical form is refused, so that its digest names it.
    ///
    /// - Throws: ``YAMLError`` with the field.
    static func read(verified payload: [UInt8], file: String) throws(YAMLError) -> Waiver {
        let value: JSONValue
        do {
            value = try JSONValue(
                parsing: payload, limits: JSONLimits(bytes: maximumSize.limit, depth: 8, values: 1_000))
        } catch {
            throw YAMLError(.syntax, error.message, file: file, mark: nil, field: "\(error.location)")
        }
        let waiver = try waiver(YAMLCursor(YAMLNode(value), file: file))
        guard json(waiver).canonical == payload else {
            throw YAMLError(
                .shape, "the payload is not the waiver's canonical JSON; sign it by mc waiver sign", file: file,
                mark: nil)
        }
        return waiver
    }

    /// The waiver as a document.
    package static func json(_ waiver: Waiver) -> JSONValue {
        [
            "apiVersion": .string(DocumentReader.apiVersion), "kind": .string(kind),
            "metadata": ["name": .string(waiver.id)],
            "spec": [
                "rule": .string(waiver.rule.rawValue),
                "scope": ["namespace": .string(waiver.scope.namespace), "image": .string("\(waiver.scope.image)")],
                "class": .string(waiver.waiverClass), "owner": .string(waiver.owner),
                "approvedBy": .array(waiver.approvers.map { .string($0) }), "reason": .string(waiver.reason),
                "notBefore": .string("\(waiver.notBefore)"), "expires": .string("\(waiver.expires)"),
            ],
        ]
    }

    /// What is signed.
    package static func payload(_ waiver: Waiver) -> [UInt8] { json(waiver).canonical }

    private static func waiver(_ cursor: YAMLCursor) throws(YAMLError) -> Waiver {
        let header = try DocumentHeader(cursor, kind: kind)
        let spec = header.spec
        try spec.allow(only: [
            "rule", "scope", "class", "owner", "approvedBy", "reason", "notBefore", "expires",
        ])
        guard isID(header.name) else {
            throw header.nameCursor.error(
                "expected an id such as W-2026-014: capitals, digits and hyphens, a letter first, 3 to 63 in all")
        }
        let rule = try spec.required("rule")
        let ruleName = try rule.text()
        guard isRuleName(ruleName) else {
            throw rule.error(
                isPattern(ruleName)
                    ? "a waiver is for one rule; a pattern would waive everything"
                    : "expected a rule's name: lowercase words joined by hyphens")
        }
        let waiver = Waiver(
            id: header.name, rule: RuleID(rawValue: ruleName), scope: try scope(spec.required("scope")),
            waiverClass: try name(spec.required("class")), owner: try name(spec.required("owner")),
            approvers: try approvers(spec.required("approvedBy")), reason: try reason(spec.required("reason")),
            notBefore: try instant(spec.required("notBefore")), expires: try instant(spec.required("expires")))
        guard waiver.notBefore < waiver.expires else {
            throw try spec.required("expires").error(
                "expected a time after notBefore (\(waiver.notBefore)), saw \(waiver.expires)")
        }
        if let approver = waiver.approvers.first(where: { isSamePerson($0, waiver.owner) }) {
            throw try spec.required("approvedBy").error(
                "\(PrintableText.quote(approver)) is the owner; somebody else must approve")
        }
        return waiver
    }

    private static func scope(_ cursor: YAMLCursor) throws(YAMLError) -> Waiver.Scope {
        try cursor.allow(only: ["namespace", "image"])
        let namespace = try cursor.required("namespace")
        let text = try namespace.text()
        guard isLabel(text) else {
            throw namespace.error(
                isPattern(text)
                    ? "a waiver is for one namespace; a pattern would waive the rule for everything"
                    : "expected a namespace's name (a DNS label of RFC 1123), saw \(PrintableText.quote(text.excerpt(80)))"
            )
        }
        let image = try cursor.required("image")
        let name = try image.text()
        guard let digest = Digest(name), digest.algorithm == .sha256 else {
            throw image.error(
                isPattern(name)
                    ? "a waiver is for one image; a pattern would waive the rule for everything"
                    : "expected an image's digest, sha256:<64 hexadecimal digits>, saw \(PrintableText.quote(name.excerpt(100)))"
            )
        }
        return Waiver.Scope(namespace: text, image: digest)
    }

    private static func approvers(_ cursor: YAMLCursor) throws(YAMLError) -> [String] {
        guard case .sequence = cursor.node.value else { return [try name(cursor)] }
        var names: [String] = []
        for element in try cursor.elements(maximumApprovers) {
            let name = try name(element)
            guard !names.contains(where: { isSamePerson($0, name) }) else {
                throw element.error("this approver stands above; an approver counts once")
            }
            names.append(name)
        }
        guard !names.isEmpty else { throw cursor.error("expected at least one approver") }
        // One order, so that one waiver has one canonical form.
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// A person's, team's or class's name in visible ASCII: names that only look alike are nobody's.
    private static func name(_ cursor: YAMLCursor) throws(YAMLError) -> String {
        let text = try cursor.text()
        try check(maximumName, text, cursor)
        guard text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            throw cursor.error("expected a name in ASCII without control characters")
        }
        return text
    }

    private static func reason(_ cursor: YAMLCursor) throws(YAMLError) -> String {
        let text = try cursor.text()
        try check(maximumReason, text, cursor)
        return text
    }

    private static func check(_ cap: Cap, _ text: String, _ cursor: YAMLCursor) throws(YAMLError) {
        if text.utf8.count > cap.limit {
            throw cursor.error("\(CapExceeded(cap: cap, seen: text.utf8.count))", .tooLarge)
        }
    }

    /// Whole seconds: what people write and what everything that records a waiver can hold.
    private static func instant(_ cursor: YAMLCursor) throws(YAMLError) -> Instant {
        let instant = try cursor.instant()
        guard instant.nanoseconds == 0 else { throw cursor.error("expected whole seconds, saw \(instant)") }
        return instant
    }

    /// Whether two names are one person's to a reader: without regard to case and spaces.
    package static func isSamePerson(_ left: String, _ right: String) -> Bool {
        func folded(_ name: String) -> String {
            String(String.UnicodeScalarView(name.lowercased().unicodeScalars.filter { !$0.properties.isWhitespace }))
        }
        return left.isSame(as: right) || folded(left) == folded(right)
    }

    /// Whether a text could name more than one thing.
    package static func isPattern(_ text: String) -> Bool { text.utf8.contains { "*?[]{}|".utf8.contains($0) } }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    private static func isSmall(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }
    private static func isCapital(_ byte: UInt8) -> Bool { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) }

    /// Whether a text is a waiver's id.
    package static func isID(_ text: String) -> Bool {
        guard (3...63).contains(text.utf8.count), let first = text.utf8.first, let last = text.utf8.last else {
            return false
        }
        return isCapital(first) && (isCapital(last) || isDigit(last))
            && text.utf8.allSatisfy { isCapital($0) || isDigit($0) || $0 == UInt8(ascii: "-") }
    }

    private static func isRuleName(_ text: String) -> Bool {
        text.utf8.count <= 100
            && text.split(separator: "-", omittingEmptySubsequences: false).allSatisfy { word in
                !word.isEmpty && word.utf8.allSatisfy { isSmall($0) || isDigit($0) }
            }
    }

    static func isLabel(_ text: String) -> Bool {
        guard (1...63).contains(text.utf8.count), let first = text.utf8.first, let last = text.utf8.last else {
            return false
        }
        return (isSmall(first) || isDigit(first)) && (isSmall(last) || isDigit(last))
            && text.utf8.allSatisfy { isSmall($0) || isDigit($0) || $0 == UInt8(ascii: "-") }
    }
}

extension YAMLNode {
    /// JSON that was read strictly, for the one reader of documents; it has no lines of its own.
    init(_ json: JSONValue) {
        let mark = YAMLMark(line: 1, column: 1)
        let value: YAMLNode.Value =
            switch json {
            case .null: .null
            case .bool(let flag): .bool(flag)
            case .integer(let number): .integer(number)
            case .number(let text): .number(text)
            case .string(let text): .string(text)
            case .array(let values): .sequence(values.map { YAMLNode($0) })
            case .object(let object):
                .mapping(
                    object.members.map { .init(key: $0.key, keyMark: mark, value: YAMLNode($0.value)) })
            }
        self.init(mark: mark, value: value)
    }
}
