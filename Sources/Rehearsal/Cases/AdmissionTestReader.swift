package import Core
internal import Kubernetes
internal import Policy
package import YAML

/// Reads files of cases, strictly: what is misspelt is refused with its place, since it would quietly test less.
package enum AdmissionTestReader {
    package static let maximumCases = Cap("cases of one file", 1_000)
    static let maximumPieces = Cap("pieces of evidence", 256)
    static let maximumItems = Cap("entries", 256)

    /// Reads a file of cases.
    ///
    /// - Parameters:
    ///   - bytes: the file, in YAML or JSON.
    ///   - file: its name, for messages.
    /// - Throws: ``YAMLError`` with line, column and field.
    package static func read(_ bytes: [UInt8], file: String) throws(YAMLError) -> AdmissionTest {
        let document = try YAMLReader.document(bytes, file: file)
        try document.allow(only: ["apiVersion", "kind", "metadata", "spec"])
        try expect("mc.internal/v1", try document.required("apiVersion"))
        try expect("AdmissionTest", try document.required("kind"))
        let metadata = try document.required("metadata")
        try metadata.allow(only: ["name"])
        let name = try metadata.required("name").text()
        let spec = try document.required("spec")
        try spec.allow(only: ["policy", "cluster", "at", "sign", "evidence", "requester", "images", "cases"])
        let usual = try CaseDefaults(spec)
        var cases: [AdmissionCase] = []
        for cursor in try spec.required("cases").elements(maximumCases) {
            let read = try CaseReader(usual).read(cursor)
            if cases.contains(where: { $0.name.isSame(as: read.name) }) {
                throw try cursor.required("name").error("another case of this file has the same name")
            }
            cases.append(read)
        }
        guard !cases.isEmpty else { throw try spec.required("cases").error("expected at least one case") }
        return AdmissionTest(file: file, name: name, policy: try spec.optionalText("policy"), cases: cases)
    }

    private static func expect(_ text: String, _ cursor: YAMLCursor) throws(YAMLError) {
        guard try cursor.text().isSame(as: text) else { throw cursor.error("expected \(text)") }
    }
}

/// What a file says once for all of its cases.
struct CaseDefaults {
    var cluster: String?
    var at: Instant?
    var signer: PieceSigner?
    var evidence: [(name: String, pieces: [EvidencePiece])] = []
    var requester: YAMLCursor?
    var images: YAMLCursor?

    init(_ spec: YAMLCursor) throws(YAMLError) {
        cluster = try spec.optionalText("cluster")
        at = try spec.optional("at")?.instant()
        if let sign = try spec.optional("sign") { signer = try PieceSigner(sign) }
        for (name, list) in try spec.optional("evidence")?.members() ?? [] {
            evidence.append((name, try pieces(list)))
        }
        requester = try spec.optional("requester")
        images = try spec.optional("images")
    }

    /// Evidence: names of sets, and pieces.
    func pieces(_ list: YAMLCursor) throws(YAMLError) -> [EvidencePiece] {
        var pieces: [EvidencePiece] = []
        for cursor in try list.oneOrMore(AdmissionTestReader.maximumPieces) {
            if case .string(let text) = cursor.node.value,
                let set = evidence.first(where: { $0.name.isSame(as: text) })
            {
                pieces += set.pieces
            } else {
                pieces.append(try EvidencePiece(cursor, signer: signer))
            }
        }
        return pieces
    }
}
