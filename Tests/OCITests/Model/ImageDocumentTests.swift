import Core
import OCI
import Testing

@Suite("Manifests and indexes")
struct ImageDocumentTests {
    private static let hash = String(repeating: "ab", count: 32)
    private static let descriptor = #"{"mediaType":"a/b","digest":"sha256:\#(hash)","size":3}"#

    private func parse(_ text: String, _ contentType: String? = nil) throws(JSONError) -> ImageDocument {
        try ImageDocument(parsing: VerifiedBytes(hashing: Array(text.utf8)), contentType: contentType)
    }

    @Test(arguments: [MediaType.manifest, MediaType.dockerManifest])
    func manifestKeepsItsBytesAndFields(type: String) throws {
        let text = """
            {"schemaVersion":2,"mediaType":"\(type)","artifactType":"x/y","config":\(Self.descriptor),
            "layers":[\(Self.descriptor)],"subject":\(Self.descriptor),"annotations":{"a":"b"},"unknown":1}
            """
        guard case .manifest(let manifest) = try parse(text, type) else {
            Issue.record("expected a manifest")
            return
        }
        #expect(manifest.bytes == Array(text.utf8))
        #expect(manifest.digest == Digest.of(Array(text.utf8)))
        #expect(manifest.layers.map(\.size) == [3])
        #expect(manifest.subject?.digest.hex == Self.hash)
        #expect(manifest.artifactType == "x/y")
        #expect(manifest.annotations == ["a": "b"])
    }

    @Test(arguments: [MediaType.index, MediaType.dockerManifestList])
    func indexKeepsItsPlatforms(type: String) throws {
        let entry = Self.descriptor.dropLast() + #","platform":{"os":"linux","architecture":"arm","variant":"v7"}}"#
        guard
            case .index(let index) = try parse(
                #"{"schemaVersion":2,"mediaType":"\#(type)","manifests":[\#(entry)]}"#)
        else {
            Issue.record("expected an index")
            return
        }
        #expect(index.manifests[0].platform?.description == "linux/arm/v7")
    }

    @Test func typeComesFromTheDocumentThenItsHolderThenItsShape() throws {
        let bare = #"{"schemaVersion":2,"config":\#(Self.descriptor),"layers":[]}"#
        #expect(try parse(bare).mediaType == MediaType.manifest)
        #expect(try parse(bare, "application/json").mediaType == MediaType.manifest)
        #expect(try parse(bare, MediaType.dockerManifest).mediaType == MediaType.dockerManifest)
        #expect(try parse(#"{"schemaVersion":2,"manifests":[]}"#).mediaType == MediaType.index)
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        let name: String
        let text: String
        var type: String?
        let field: String
        var testDescription: String { name }
    }

    private static func manifest(_ members: String) -> String {
        #"{"schemaVersion":2,"config":\#(descriptor),\#(members)}"#
    }

    @Test(arguments: [
        Refusal(name: "not JSON", text: "<html>", field: "line 1"),
        Refusal(name: "schema 1", text: #"{"schemaVersion":1,"layers":[]}"#, field: "schemaVersion"),
        Refusal(name: "version as text", text: #"{"schemaVersion":"2","layers":[]}"#, field: "schemaVersion"),
        Refusal(
            name: "manifest and index in one (CVE-2021-41190)", text: manifest(#""layers":[],"manifests":[]"#),
            field: "the document"),
        Refusal(name: "neither", text: manifest(#""x":1"#), field: "the document"),
        Refusal(
            name: "served as another type (CVE-2021-41190)",
            text: manifest(#""layers":[],"mediaType":"\#(MediaType.manifest)""#), type: MediaType.index,
            field: "mediaType"),
        Refusal(
            name: "index type with layers", text: manifest(#""layers":[],"mediaType":"\#(MediaType.index)""#),
            field: "the document"),
        Refusal(name: "unknown type", text: manifest(#""layers":[],"mediaType":"a/b""#), field: "the document"),
        Refusal(name: "no config", text: #"{"schemaVersion":2,"layers":[]}"#, field: "config"),
        Refusal(name: "layer without digest", text: manifest(#""layers":[{}]"#), field: "layers[0].mediaType"),
        Refusal(
            name: "digest that is a path",
            text: manifest(#""layers":[{"mediaType":"a/b","digest":"sha256:../../etc/passwd","size":1}]"#),
            field: "layers[0].digest"),
        Refusal(
            name: "uppercase digest",
            text: manifest(#""layers":[{"mediaType":"a/b","digest":"sha256:\#(hash.uppercased())","size":1}]"#),
            field: "layers[0].digest"),
        Refusal(
            name: "negative size",
            text: manifest(#""layers":[{"mediaType":"a/b","digest":"sha256:\#(hash)","size":-1}]"#),
            field: "layers[0].size"),
        Refusal(
            name: "size as text",
            text: manifest(#""layers":[{"mediaType":"a/b","digest":"sha256:\#(hash)","size":"1"}]"#),
            field: "layers[0].size"),
        Refusal(
            name: "media type with parameters",
            text: manifest(#""layers":[{"mediaType":"a/b; c=d","digest":"sha256:\#(hash)","size":1}]"#),
            field: "layers[0].mediaType"),
        Refusal(
            name: "the same field twice", text: manifest(#""layers":[],"layers":[]"#), field: "line 1"),
        Refusal(
            name: "look-alike annotations",
            text: manifest("\"layers\":[],\"annotations\":{\"K\":\"1\",\"\u{212A}\":\"2\"}"),
            field: "looks the same"),
    ])
    func malformedDocumentsAreRefusedWithTheirField(refusal: Refusal) {
        let error = #expect(throws: JSONError.self) { _ = try parse(refusal.text, refusal.type) }
        #expect(error.map { "\($0)".contains(refusal.field) } == true, "\(String(describing: error))")
    }

    @Test(arguments: [
        (
            "layers of a manifest",
            manifest("\"layers\":[\(Array(repeating: descriptor, count: 1025).joined(separator: ","))]")
        ),
        (
            "manifests of an index",
            "{\"schemaVersion\":2,\"manifests\":[\(Array(repeating: descriptor, count: 1025).joined(separator: ","))]}"
        ),
        (
            "annotations of one object",
            manifest("\"layers\":[],\"annotations\":{\((0...512).map { "\"\($0)\":\"\"" }.joined(separator: ","))}")
        ),
        (
            "bytes of one object's annotations",
            manifest("\"layers\":[],\"annotations\":{\"a\":\"\(String(repeating: "x", count: 1 << 20))\"}")
        ),
        (
            "bytes declared by an image's layers",
            manifest("\"layers\":[{\"mediaType\":\"a/b\",\"digest\":\"sha256:\(hash)\",\"size\":\(1 << 41)}]")
        ),
        ("JSON bytes", String(repeating: " ", count: 4 << 20) + "{}"),
        ("levels of JSON nesting", manifest("\"layers\":[],\"x\":\(String(repeating: "[", count: 40))")),
    ])
    func capsAreNamed(cap: String, text: String) {
        let error = #expect(throws: JSONError.self) { _ = try parse(text) }
        #expect(error?.code == .tooLarge)
        #expect(error?.message.contains(cap) == true, "\(String(describing: error))")
    }

    @Test func whatIsWrittenReadsBackTheSame() throws {
        let layer = Descriptor(
            of: [1, 2], mediaType: "a/b", artifactType: "c/d", annotations: ["x": "y"],
            platform: Platform(os: "linux", architecture: "arm64", variant: "v8"))
        let subject = Descriptor(of: [3], mediaType: MediaType.manifest)
        let bytes = Manifest.encode(
            config: .empty, layers: [layer], subject: subject, artifactType: "t/u", annotations: ["k": "v"])
        guard case .manifest(let manifest) = try ImageDocument(parsing: VerifiedBytes(hashing: bytes)) else {
            Issue.record("expected a manifest")
            return
        }
        #expect(manifest.layers == [layer])
        #expect(manifest.subject == subject)
        #expect(manifest.effectiveArtifactType == "t/u")
        #expect(manifest.annotations == ["k": "v"])
    }
}
