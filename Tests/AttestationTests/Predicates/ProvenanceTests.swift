import Attestation
import Core
import Testing

@Suite struct ProvenanceTests {
    private static let commit = String(repeating: "1a", count: 20)
    private static let other = String(repeating: "2b", count: 20)

    private func v1(_ text: String) throws -> Provenance {
        try Provenance(JSONValue(parsing: text), version: .v1)
    }

    private func minimal(
        external: String = "{}", dependencies: String = "[]", metadata: String = "{}", internals: String = "{}",
        builder: String = "{\"id\":\"b\"}"
    ) -> String {
        """
        {"buildDefinition":{"buildType":"t","externalParameters":\(external),"internalParameters":\(internals),\
        "resolvedDependencies":\(dependencies)},"runDetails":{"builder":\(builder),"metadata":\(metadata)}}
        """
    }

    @Test func aMinimalPredicateClaimsNothingMore() throws {
        let provenance = try v1(
            #"{"buildDefinition":{"buildType":"t","externalParameters":{}},"runDetails":{"builder":{"id":"b"}}}"#)
        #expect(provenance.version == .v1)
        #expect(provenance.builderID == "b")
        #expect(provenance.buildType == "t")
        #expect(provenance.sourceRepository == nil)
        #expect(provenance.sourceRef == nil)
        #expect(provenance.sourceDigest == nil)
        #expect(provenance.workflowPath == nil)
        #expect(provenance.inputs.isEmpty)
        #expect(provenance.invocationID == nil)
        #expect(provenance.hermetic == nil)
        #expect(provenance.repositoryID == nil)
    }

    @Test(arguments: [
        ("{}", "predicate.buildDefinition"), ("[]", "predicate"), ("null", "predicate"), ("\"text\"", "predicate"),
        (#"{"buildDefinition":{}}"#, "predicate.buildDefinition.buildType"),
        (#"{"buildDefinition":{"buildType":"","externalParameters":{}}}"#, "predicate.buildDefinition.buildType"),
        (#"{"buildDefinition":{"buildType":"t"}}"#, "predicate.buildDefinition.externalParameters"),
        (
            #"{"buildDefinition":{"buildType":"t","externalParameters":[]}}"#,
            "predicate.buildDefinition.externalParameters"
        ),
        (#"{"buildDefinition":{"buildType":"t","externalParameters":{}}}"#, "predicate.runDetails"),
        (
            #"{"buildDefinition":{"buildType":"t","externalParameters":{}},"runDetails":{"builder":{}}}"#,
            "predicate.runDetails.builder.id"
        ),
    ])
    func missingFieldsAreNamed(text: String, field: String) {
        #expect(jsonError { _ = try v1(text) }?.location == .field(field))
    }

    @Test(
        arguments: [("{\"mc_hermetic\":true}", true), ("{\"mc_hermetic\":false}", false), ("{}", nil)]
            as [(String, Bool?)])
    func hermeticityIsReadFromTheMetadataOnly(metadata: String, expected: Bool?) throws {
        let text = minimal(external: #"{"mc_hermetic":true,"hermetic":true}"#, metadata: metadata)
        #expect(try v1(text).hermetic == expected)
    }

    @Test(arguments: [
        "{\"mc_hermetic\":\"true\"}", "{\"mc_hermetic\":1}", "{\"startedOn\":\"yesterday\"}", "{\"finishedOn\":1}",
        "{\"invocationId\":1}",
    ])
    func malformedMetadataIsRefused(metadata: String) {
        #expect(throws: JSONError.self) { try v1(minimal(metadata: metadata)) }
    }

    @Test func timesAndRunAreRead() throws {
        let metadata =
            #"{"invocationId":"run/1","startedOn":"2026-01-20T10:00:00Z","finishedOn":"2026-01-20T10:00:01.5+00:00"}"#
        let provenance = try v1(minimal(metadata: metadata))
        #expect(provenance.invocationID == "run/1")
        #expect(provenance.startedOn?.description == "2026-01-20T10:00:00Z")
        #expect(provenance.finishedOn?.description == "2026-01-20T10:00:01.5Z")
    }

    private static func dependency(_ uri: String, _ commit: String) -> String {
        "{\"uri\":\"\(uri)\",\"digest\":{\"gitCommit\":\"\(commit)\"}}"
    }

    private static let workflow =
        #"{"workflow":{"repository":"https://github.com/org/app","ref":"refs/heads/main","path":"ci.yml"}}"#

    @Test(
        arguments: [
            // The commit is that of the input with the same repository and ref, else of one without a ref.
            ([dependency("git+https://github.com/org/app@refs/heads/main", commit)], commit),
            (
                [
                    dependency("git+https://github.com/org/app", other),
                    dependency("git+https://github.com/org/app@refs/heads/main", commit),
                ], commit
            ),
            ([dependency("git+https://github.com/org/app", commit)], commit),
            ([dependency("git+https://github.com/org/app@refs/heads/dev", other)], nil),
            ([dependency("git+https://github.com/evil/app@refs/heads/main", other)], nil),
            ([dependency("git+https://github.com/org/app.evil@refs/heads/main", other)], nil),
            ([], nil),
        ] as [([String], String?)])
    func theCommitIsTheSourcesOwn(dependencies: [String], expected: String?) throws {
        let text = minimal(
            external: Self.workflow, dependencies: "[" + dependencies.joined(separator: ",") + "]")
        #expect(try v1(text).sourceDigest?.value == expected)
    }

    @Test func contradictingCommitsAreRefused() throws {
        let uri = "git+https://github.com/org/app@refs/heads/main"
        func text(_ second: String) -> String {
            minimal(
                external: Self.workflow,
                dependencies: "[\(Self.dependency(uri, Self.commit)),\(Self.dependency(uri, second))]")
        }
        #expect(throws: Never.self) { try v1(text(Self.commit)) }
        #expect(throws: JSONError.self) { try v1(text(Self.other)) }
        #expect(throws: JSONError.self) { try v1(text("main")) }
    }

    @Test func contradictingRefsAreRefused() throws {
        func text(_ ref: String) -> String {
            let repository = "git+https://github.com/org/app@refs/heads/main"
            return minimal(external: #"{"workflow":{"repository":"\#(repository)","ref":"\#(ref)"}}"#)
        }
        #expect(try v1(text("refs/heads/main")).sourceRepository == "https://github.com/org/app")
        #expect(throws: JSONError.self) { try v1(text("refs/heads/dev")) }
    }

    @Test func googleCloudBuildsSourceMayDifferFromItsConfiguration() throws {
        let external = """
            {"buildConfigSource":{"repository":"git+https://host/config","ref":"refs/heads/main","path":"cloudbuild.yaml"},\
            "sourceToBuild":{"repository":"git+https://host/app","ref":"refs/tags/v1"}}
            """
        let provenance = try v1(minimal(external: external))
        #expect(provenance.sourceRepository == "https://host/app")
        #expect(provenance.sourceRef == "refs/tags/v1")
        #expect(provenance.workflowPath == "cloudbuild.yaml")
    }

    @Test func buildKitV1IsRead() throws {
        let external = """
            {"configSource":{"uri":"https://github.com/org/app.git#refs/heads/main","digest":{"sha1":"\(Self.commit)"},\
            "path":"Dockerfile"},"request":{"frontend":"dockerfile.v0"}}
            """
        let dependencies = """
            [{"uri":"pkg:docker/alpine@3?platform=linux%2Famd64","digest":{"sha256":"\(String(repeating: "0c", count: 32))"}}]
            """
        let provenance = try v1(
            minimal(
                external: external, dependencies: dependencies,
                metadata: #"{"invocationId":"x","buildkit_hermetic":true}"#, builder: #"{"id":""}"#))
        #expect(provenance.builderID.isEmpty)
        #expect(provenance.sourceRepository == "https://github.com/org/app.git")
        #expect(provenance.sourceRef == "refs/heads/main")
        #expect(provenance.sourceDigest == SubjectDigest(algorithm: "sha1", value: Self.commit))
        #expect(provenance.workflowPath == "Dockerfile")
        #expect(provenance.inputs.first?.digests.first?.algorithm == "sha256")
        #expect(provenance.hermetic == nil, "only mc_hermetic is a claim of hermeticity")
    }

    @Test func buildKitV02IsRead() throws {
        let text = """
            {"builder":{"id":""},"buildType":"https://mobyproject.org/buildkit@v1","materials":[],"invocation":\
            {"configSource":{"entryPoint":"Dockerfile"},"parameters":{"frontend":"dockerfile.v0"},\
            "environment":{"platform":"linux/amd64"}},"metadata":{"buildInvocationID":"abc",\
            "buildStartedOn":"2023-01-01T00:00:00.5Z","buildFinishedOn":"2023-01-01T00:00:01Z",\
            "https://mobyproject.org/buildkit@v1#hermetic":true}}
            """
        let provenance = try Provenance(JSONValue(parsing: text), version: .v0_2)
        #expect(provenance.sourceRepository == nil)
        #expect(provenance.workflowPath == "Dockerfile")
        #expect(provenance.invocationID == "abc")
        #expect(provenance.externalParameters == ["frontend": "dockerfile.v0"])
        #expect(provenance.startedOn?.nanoseconds == 500_000_000)
        #expect(provenance.hermetic == nil)
    }

    @Test func npmV02IsRead() throws {
        let text = """
            {"buildType":"https://github.com/npm/cli/gha/v2","builder":{"id":"https://github.com/actions/runner"},\
            "invocation":{"configSource":{"uri":"git+https://github.com/org/app@refs/heads/main",\
            "digest":{"sha1":"\(Self.commit)"},"entryPoint":".github/workflows/release.yml"},"parameters":{},\
            "environment":{"GITHUB_REPOSITORY_ID":"495574555","GITHUB_REPOSITORY_OWNER_ID":"71096353"}},\
            "metadata":{"buildInvocationId":"1-1","reproducible":false},"materials":\
            [{"uri":"git+https://github.com/org/app@refs/heads/main","digest":{"sha1":"\(Self.commit)"}}]}
            """
        let provenance = try Provenance(JSONValue(parsing: text), version: .v0_2)
        #expect(provenance.sourceRepository == "https://github.com/org/app")
        #expect(provenance.sourceDigest?.value == Self.commit)
        #expect(provenance.repositoryID == "495574555")
        #expect(provenance.repositoryOwnerID == "71096353")
        #expect(provenance.invocationID == "1-1")
        // The materials must not say otherwise than the source.
        let contradiction = text.replacing("\"materials\":", with: "\"materials\":[],\"x\":")
        #expect(throws: Never.self) { try Provenance(JSONValue(parsing: contradiction), version: .v0_2) }
        let parts = text.split(separator: "\"materials\"").map(String.init)
        let changed = parts[0] + "\"materials\"" + parts[1].replacing(Self.commit, with: Self.other)
        #expect(throws: JSONError.self) { try Provenance(JSONValue(parsing: changed), version: .v0_2) }
    }

    @Test(arguments: [("\"12\"", "12"), ("12", "12"), ("\"0\"", "0")])
    func repositoryIdentifiersAreDecimal(text: String, expected: String) throws {
        let internals = "{\"github\":{\"repository_id\":\(text),\"repository_owner_id\":\(text)}}"
        let provenance = try v1(minimal(internals: internals))
        #expect(provenance.repositoryID == expected)
        #expect(provenance.repositoryOwnerID == expected)
    }

    @Test(arguments: ["\"\"", "\"01\"", "\"1a\"", "-1", "1.0", "true", "\"１\""])
    func otherRepositoryIdentifiersAreRefused(text: String) {
        #expect(throws: JSONError.self) { try v1(minimal(internals: "{\"github\":{\"repository_id\":\(text)}}")) }
    }

    @Test(arguments: [(8192, true), (8193, false)])
    func inputsAreCapped(count: Int, accepted: Bool) {
        let dependencies = "[" + Array(repeating: "{\"uri\":\"u\"}", count: count).joined(separator: ",") + "]"
        #expect(jsonError { _ = try v1(minimal(dependencies: dependencies)) }?.code == (accepted ? nil : .tooLarge))
    }

    @Test func inputsMustNameSomethingWithWellFormedDigests() {
        #expect(throws: JSONError.self) { try v1(minimal(dependencies: "[{}]")) }
        #expect(throws: JSONError.self) { try v1(minimal(dependencies: "[{\"digest\":{\"sha256\":\"00\"}}]")) }
        #expect(throws: Never.self) { try v1(minimal(dependencies: "[{\"digest\":{\"sha1\":\"00\"}}]")) }
    }
}
