internal import Attestation
internal import Core

/// What identifies a node: its kind, and a text that is unique within the kind.
package struct NodeKey: Sendable, Hashable, CustomStringConvertible {
    package let kind: NodeKind
    package let text: String

    /// The longest key in bytes.
    static let longest = 2_048

    /// Makes a key of any text.
    ///
    /// One that is too long, empty or holds control characters (SQLite's interfaces end a text at a NUL) is replaced by
    /// its beginning and its digest, so that different texts stay different keys.
    init(_ kind: NodeKind, _ text: String) {
        self.kind = kind
        let isPlain = text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
        if isPlain, (1...Self.longest).contains(text.utf8.count) {
            self.text = text
        } else {
            var scalars = String.UnicodeScalarView()
            for scalar in text.unicodeScalars.prefix(200) {
                scalars.append(scalar.value >= 0x20 && scalar.value != 0x7F ? scalar : "\u{FFFD}")
            }
            self.text = "\(String(scalars))…\(Digest.of(Array(text.utf8)))"
        }
    }

    /// Makes a key of parts that may hold anything, the separator as well.
    init(_ kind: NodeKind, _ parts: [String], separator: Unicode.Scalar = "/") {
        // By scalars: a separator that a combining mark follows is another Character, and still that separator.
        var text = String.UnicodeScalarView()
        for (index, part) in parts.enumerated() {
            if index > 0 { text.append(separator) }
            for scalar in part.unicodeScalars {
                if scalar == "%" || scalar == separator {
                    text += "%\(Hex.encode(Array(String(scalar).utf8)))".unicodeScalars
                } else {
                    text.append(scalar)
                }
            }
        }
        self.init(kind, String(text))
    }

    package static func == (left: NodeKey, right: NodeKey) -> Bool {
        left.kind == right.kind && left.text.isSame(as: right.text)
    }

    package var description: String { "\(kind.rawValue) \(text)" }
}

extension NodeKey {
    static func image(_ digest: Digest) -> NodeKey { NodeKey(.image, digest.description) }

    /// What evidence is about: an image, unless it is named by something else than a hash of its bytes.
    static func subject(_ subject: SubjectDigest) -> NodeKey {
        NodeKey(subject.digest == nil ? .artifact : .image, subject.description)
    }

    static func billOfMaterials(_ digest: Digest) -> NodeKey { NodeKey(.billOfMaterials, digest.description) }

    static func attestation(_ digest: Digest) -> NodeKey { NodeKey(.attestation, digest.description) }

    static func repository(_ repository: String) -> NodeKey {
        NodeKey(.repository, WebAddress(repository)?.repository ?? repository)
    }

    /// `git+URL@sha`.
    static func commit(_ commit: String, of repository: String?) -> NodeKey {
        NodeKey(.commit, "git+\(repository.map { Self.repository($0).text } ?? "")@\(commit)")
    }

    /// `URL#n`.
    static func pullRequest(_ number: Int64, of repository: String) -> NodeKey {
        NodeKey(.pullRequest, "\(Self.repository(repository).text)#\(number)")
    }

    /// `host/org/app/id/attempt` where the run's URL is GitHub's; another URL stands for itself. A builder's own number
    /// says nothing without the builder.
    static func run(_ run: String, builder: String?) -> NodeKey {
        guard let address = WebAddress(run) else {
            return NodeKey(.run, [builder ?? "", run], separator: " ")
        }
        let path = address.path
        guard path.count >= 5, path[2] == "actions", path[3] == "runs", address.suffix.isEmpty else {
            return NodeKey(.run, address.text)
        }
        let attempt = path.count == 7 && path[5] == "attempts" ? [path[6]] : []
        guard path.count == 5 || !attempt.isEmpty else { return NodeKey(.run, address.text) }
        return NodeKey(.run, ([address.host, path[0], path[1], path[4]] + attempt).joined(separator: "/"))
    }

    static func identity(_ signer: EvidenceRecord.Signer) -> NodeKey {
        if let key = signer.key { return NodeKey(.identity, "key \(key)") }
        return NodeKey(.identity, [signer.issuer ?? "", signer.subject ?? ""], separator: " ")
    }
}
