import Core
import Testing

@testable import Kubernetes

/// What a review must have, and what is refused.
struct ReviewTests {
    struct Refusal: Sendable, CustomTestStringConvertible {
        let name: String
        let document: JSONValue
        let code: ReviewError.Code
        let text: String
        var version: AdmissionReview.Version? = .v1
        var uid: String? = Fixtures.uid
        var testDescription: String { name }
    }

    static let good = Fixtures.review(Fixtures.deployment())
    static func change(_ path: String, _ value: JSONValue?) -> JSONValue { Fixtures.with(good, path, value) }

    @Test func theTwinOfAllThatIsRefusedIsRead() throws {
        let review = try AdmissionReview(Self.good)
        #expect(review.version == .v1)
        #expect(review.request.uid == Fixtures.uid)
        #expect(review.request.resource.description == "apps/v1 deployments")
        #expect(review.request.namespace == "store")
        #expect(review.request.name == "shop")
        #expect(!review.request.isDryRun)
        #expect(review.request.metadata.name == "shop")
        #expect(try AdmissionReview(Self.change("apiVersion", "admission.k8s.io/v1beta1")).version == .v1beta1)
        #expect(try AdmissionReview(Self.change("request.dryRun", true)).request.isDryRun)
    }

    static let refusals: [Refusal] = [
        Refusal(
            name: "null", document: .null, code: .missing, text: "the document: expected an AdmissionReview, saw null",
            version: nil, uid: nil),
        Refusal(
            name: "array", document: [], code: .shape, text: "the document: expected an AdmissionReview, saw an array",
            version: nil, uid: nil),
        Refusal(
            name: "other kind", document: change("kind", "Pod"), code: .version,
            text: "kind: expected an AdmissionReview, saw \"Pod\""),
        Refusal(
            name: "other version", document: change("apiVersion", "admission.k8s.io/v2"), code: .version,
            text: "apiVersion: expected admission.k8s.io/v1 or admission.k8s.io/v1beta1, saw \"admission.k8s.io/v2\"; "
                + "set admissionReviewVersions: [v1]", version: nil),
        Refusal(
            name: "no version", document: change("apiVersion", nil), code: .shape,
            text: "apiVersion: the field is missing", version: nil),
        Refusal(
            name: "no request", document: change("request", nil), code: .missing,
            text: "request: the review has no request", uid: nil),
        Refusal(
            name: "null request", document: change("request", .null), code: .missing,
            text: "request: the review has no request", uid: nil),
        Refusal(
            name: "request is text", document: change("request", "x"), code: .shape,
            text: "request: expected an object, saw a string", uid: nil),
        Refusal(
            name: "no uid", document: change("request.uid", nil), code: .missing,
            text: "request.uid: the request has no uid", uid: nil),
        Refusal(
            name: "unprintable uid", document: change("request.uid", "a\nb"), code: .shape,
            text: "request.uid: expected 1 to 128 printable ASCII characters", uid: nil),
        Refusal(
            name: "unknown operation", document: change("request.operation", "create"), code: .operation,
            text: "request.operation: expected CREATE, UPDATE, DELETE or CONNECT, saw \"create\""),
        Refusal(
            name: "no operation", document: change("request.operation", nil), code: .missing,
            text: "request.operation: the request has no operation"),
        Refusal(
            name: "no kind", document: change("request.kind", nil), code: .shape,
            text: "request.kind: the field is missing"),
        Refusal(
            name: "slash in kind", document: change("request.kind.kind", "a/b"), code: .shape,
            text: "request.kind.kind: expected 1 to 253 ASCII characters without /"),
        Refusal(
            name: "kind and resource", document: change("request.resource.resource", "pods"), code: .conflict,
            text: "request.kind: the kind is apps/v1 Deployment, but the resource is apps/v1 pods"),
        Refusal(
            name: "kind and resource group", document: change("request.resource.group", "batch"), code: .conflict,
            text: "request.kind: the kind is apps/v1 Deployment, but the resource is batch/v1 deployments"),
        Refusal(
            name: "bad namespace", document: change("request.namespace", "Store"), code: .shape,
            text: "request.namespace: expected a namespace's name (RFC 1123 label), saw \"Store\""),
        Refusal(
            name: "no namespace", document: change("request.namespace", nil), code: .missing,
            text: "request.namespace: a Deployment lives in a namespace, and the request names none"),
        Refusal(
            name: "no user", document: change("request.userInfo", nil), code: .shape,
            text: "request.userInfo: the field is missing"),
        Refusal(
            name: "groups", document: change("request.userInfo.groups", "admins"), code: .shape,
            text: "request.userInfo.groups: expected an array, saw a string"),
        Refusal(
            name: "dry run", document: change("request.dryRun", "true"), code: .shape,
            text: "request.dryRun: expected true or false, saw a string"),
        Refusal(
            name: "no object", document: change("request.object", .null), code: .missing,
            text: "request.object: CREATE needs the object, and there is none"),
        Refusal(
            name: "empty object", document: change("request.object", [:]), code: .missing,
            text: "request.object: CREATE needs the object, and there is none"),
        Refusal(
            name: "object is a number", document: change("request.object", 1), code: .shape,
            text: "request.object: expected an object, saw a number"),
        Refusal(
            name: "object without kind", document: change("request.object.kind", nil), code: .missing,
            text: "request.object: the object has no apiVersion and kind"),
        Refusal(
            name: "object of another kind", document: change("request.object.kind", "Pod"), code: .conflict,
            text: "request.object.kind: the request is about apps/v1 Deployment, but the object says \"apps/v1 Pod\""
        ),
        Refusal(
            name: "object of another version", document: change("request.object.apiVersion", "apps/v1beta1"),
            code: .conflict,
            text: "request.object.kind: the request is about apps/v1 Deployment, "
                + "but the object says \"apps/v1beta1 Deployment\""),
        Refusal(
            name: "other namespace", document: change("request.object.metadata.namespace", "bank"), code: .conflict,
            text: "request.object.metadata.namespace: the request is for namespace store, but the object says bank"),
        Refusal(
            name: "other name", document: change("request.object.metadata.name", "bank"), code: .conflict,
            text: "request.object.metadata.name: the request is for \"shop\", but the object says bank"),
        Refusal(
            name: "label value", document: change("request.object.metadata.labels", ["mc.env": "a/b"]), code: .shape,
            text: "request.object.metadata.labels.mc.env: "
                + "expected at most 63 letters, digits, '-', '_' and '.', saw \"a/b\""),
        Refusal(
            name: "label name", document: change("request.object.metadata.labels", ["mc env": "a"]), code: .shape,
            text: "request.object.metadata.labels.mc env: the label's name is malformed"),
        Refusal(
            name: "annotation is a number", document: change("request.object.metadata.annotations", ["a": 1]),
            code: .shape, text: "request.object.metadata.annotations.a: expected a string, saw a number"),
        Refusal(
            name: "annotations look alike", document: change("request.object.metadata.Annotations", ["a": "1"]),
            code: .lookalike,
            text: "request.object.metadata.Annotations: the field looks like annotations; write it so or leave it out"),
        Refusal(
            name: "owner without uid",
            document: change(
                "request.object.metadata.ownerReferences", [["apiVersion": "v1", "kind": "Pod", "name": "a"]]),
            code: .shape, text: "request.object.metadata.ownerReferences[0].uid: the field is missing"),
        Refusal(
            name: "two controllers",
            document: change(
                "request.object.metadata.ownerReferences",
                [
                    ["apiVersion": "v1", "kind": "Pod", "name": "a", "uid": "1", "controller": true],
                    ["apiVersion": "v1", "kind": "Pod", "name": "b", "uid": "2", "controller": true],
                ]), code: .conflict,
            text: "request.object.metadata.ownerReferences: expected one reference with controller: true, saw several"),
    ]

    @Test(arguments: refusals) func aContradictionIsRefusedWithItsPlace(_ row: Refusal) throws {
        let error = try #require(Fixtures.error { try AdmissionReview(row.document) })
        #expect(error.description == row.text)
        #expect(error.code == row.code)
        #expect(error.version == row.version)
        #expect(error.uid == row.uid)
        // Whoever waits for an answer to this UID gets a denial; without UID or version there is nothing to answer.
        #expect((error.answer != nil) == (row.uid != nil && row.version != nil))
        #expect(error.answer?.allowed != true)
    }

    @Test func nullTellsThatThereIsNoObject() throws {
        let deletion = Fixtures.review(.null, old: Fixtures.deployment(), operation: "DELETE")
        let request = try Fixtures.request(deletion)
        #expect(request.object == nil)
        #expect(request.oldMetadata.name == "shop")
        for nothing in [JSONValue.null, [:], ""] {
            let created = try Fixtures.request(Fixtures.review(Fixtures.deployment(), old: nothing))
            #expect(created.oldObject == nil)
        }
        // Whatever is stored can be deleted.
        let odd = Fixtures.with(deletion, "request.oldObject.metadata.labels", ["a b": "c"])
        #expect(try Fixtures.request(odd).operation == .delete)
        #expect(throws: ReviewError.self) {
            try Fixtures.request(Fixtures.with(Self.good, "request.object.metadata.labels", ["a b": "c"]))
        }
    }

    @Test func anOldObjectOfAnotherKindIsRefused() throws {
        let update = Fixtures.review(Fixtures.deployment(), old: Fixtures.deployment(), operation: "UPDATE")
        #expect(try Fixtures.request(update).oldMetadata.name == "shop")
        let other = Fixtures.with(update, "request.oldObject.kind", "ReplicaSet")
        #expect(Fixtures.error { try Fixtures.request(other) }?.field == "request.oldObject.kind")
    }

    @Test func tenMegabytesAreRefusedByTheNamedCap() throws {
        let long = String(repeating: "x", count: 10 << 20)
        let bytes = Fixtures.with(Self.good, "request.object.metadata.annotations", ["a": .string(long)]).canonical
        let error = try #require(Fixtures.error { try AdmissionReview(parsing: bytes) })
        #expect(error.code == .tooLarge)
        #expect(error.description.contains("AdmissionReview bytes, at most 3145728 are accepted"))
        let short = Fixtures.with(
            Self.good, "request.object.metadata.annotations", ["a": .string(String(long.prefix(2 << 20)))])
        #expect(try AdmissionReview(parsing: short.canonical).request.name == "shop")
    }

    @Test func depthHasACap() throws {
        func nested(_ depth: Int) -> JSONValue { (0..<depth).reduce(JSONValue.null) { value, _ in [value] } }
        let document = { (depth: Int) in Fixtures.with(Self.good, "request.options", ["a": nested(depth)]).canonical }
        #expect(try AdmissionReview(parsing: document(90)).request.options != nil)
        #expect(Fixtures.error { try AdmissionReview(parsing: document(120)) }?.code == .tooLarge)
    }

    @Test(arguments: [
        ("{\"kind\":\"AdmissionReview\",\"kind\":\"AdmissionReview\"}", ReviewError.Code.malformed),
        ("{\"kind\":", .malformed), ("", .malformed), ("[1]", .shape),
    ])
    func whatIsNoJSONIsRefused(_ text: String, _ code: ReviewError.Code) {
        #expect(Fixtures.error { try AdmissionReview(parsing: Array(text.utf8)) }?.code == code)
    }
}
