import Core
import TestSupport
import Testing

@testable import Kubernetes

/// What each recorded review is read as.
@Suite(.enabled(if: Recorded.isPresent, Comment(rawValue: Recorded.missing)))
struct RecordedTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let file: String
        let kind: String
        let operation: AdmissionRequest.Operation
        let images: [String]
        let change: Change
        var version = AdmissionReview.Version.v1
        var testDescription: String { file }

        init(
            _ file: String, _ kind: String, _ operation: AdmissionRequest.Operation, _ images: [String],
            _ change: Change, _ version: AdmissionReview.Version = .v1
        ) {
            self.file = file
            self.kind = kind
            self.operation = operation
            self.images = images
            self.change = change
            self.version = version
        }
    }

    /// The images of the recorded shop, as `place name image`, with the one digest of the recording left out.
    static func checkout(_ place: String, sidecar: String) -> [String] {
        [
            "\(place).initContainers[0].image migrate ghcr.io/org/app-migrate@",
            "\(place).containers[0].image web ghcr.io/org/app@",
            "\(place).containers[1].image sidecar ghcr.io/org/sidecar\(sidecar)",
            "\(place).volumes[0].image.reference models ghcr.io/org/models@",
        ]
    }

    static let template = "spec.template.spec"
    static let first = checkout(template, sidecar: ":v1.4.2")
    static let second = checkout(template, sidecar: "@")
    static let pod = checkout("spec", sidecar: ":v1.4.2")
    static let debugged: [String] = {
        var images = pod
        images.insert("spec.ephemeralContainers[0].image dbg docker.io/library/busybox:latest", at: 3)
        return images
    }()

    static let rows: [Row] = [
        Row("01-create-deployments-checkout-dryrun", "apps/v1 Deployment", .create, first, .newTemplate),
        Row("02-create-deployments-checkout", "apps/v1 Deployment", .create, first, .newTemplate),
        Row("03-create-replicasets-checkout-866d4d5d68", "apps/v1 ReplicaSet", .create, first, .newTemplate),
        Row("04-create-pods-checkout-866d4d5d68-d9pbp", "v1 Pod", .create, pod, .newTemplate),
        Row(
            "05-update-pods-ephemeralcontainers-checkout-866d4d5d68-d9pbp", "v1 Pod", .update, debugged,
            .ephemeralContainers(added: ["dbg"])),
        Row("06-create-pods-bare", "v1 Pod", .create, ["spec.containers[0].image bare nginx"], .newTemplate),
        Row(
            "07-create-jobs-once", "batch/v1 Job", .create, ["\(template).containers[0].image once ghcr.io/org/job@"],
            .newTemplate),
        Row(
            "08-create-pods-once-dv7m8", "v1 Pod", .create, ["spec.containers[0].image once ghcr.io/org/job@"],
            .newTemplate),
        Row(
            "09-create-cronjobs-nightly", "batch/v1 CronJob", .create,
            ["spec.jobTemplate.\(template).containers[0].image nightly ghcr.io/org/job:v1"], .newTemplate),
        Row("10-update-deployments-checkout", "apps/v1 Deployment", .update, second, .changedTemplate),
        Row("11-create-replicasets-checkout-6f879bb85", "apps/v1 ReplicaSet", .create, second, .newTemplate),
        Row(
            "12-create-pods-checkout-6f879bb85-426f8", "v1 Pod", .create, checkout("spec", sidecar: "@"), .newTemplate),
        Row(
            "13-update-deployments-scale-checkout", "autoscaling/v1 Scale", .update, [],
            .scale(Change.Scale(from: 1, to: 2))),
        Row(
            "16-update-replicasets-checkout-6f879bb85", "apps/v1 ReplicaSet", .update, second,
            .unchangedTemplate(scale: Change.Scale(from: 1, to: 2), touched: [.metadata])),
        Row(
            "17-update-replicasets-checkout-866d4d5d68", "apps/v1 ReplicaSet", .update, first,
            .unchangedTemplate(scale: nil, touched: [.metadata])),
        Row(
            "18-create-pods-checkout-6f879bb85-kvxrm", "v1 Pod", .create, checkout("spec", sidecar: "@"), .newTemplate),
        Row(
            "19-create-statefulsets-db", "apps/v1 StatefulSet", .create,
            ["\(template).containers[0].image db registry.example.test:5000/team/postgres:16@"], .newTemplate),
        Row(
            "20-create-pods-db-0", "v1 Pod", .create,
            ["spec.containers[0].image db registry.example.test:5000/team/postgres:16@"], .newTemplate),
        Row(
            "21-create-daemonsets-agent", "apps/v1 DaemonSet", .create,
            ["\(template).containers[0].image agent ghcr.io/org/agent"], .newTemplate),
        Row(
            "22-create-podtemplates-tmpl", "v1 PodTemplate", .create,
            ["template.spec.containers[0].image t ghcr.io/org/t:1"], .newTemplate),
        Row(
            "23-create-replicationcontrollers-legacy", "v1 ReplicationController", .create,
            ["\(template).containers[0].image l ghcr.io/org/legacy:1"], .newTemplate),
        Row(
            "24-create-pods-gen-sgrvt", "v1 Pod", .create,
            ["spec.containers[0].image x ghcr.io/org/app:forged-owner"], .newTemplate),
        Row("25-delete-pods-gen-sgrvt", "v1 Pod", .delete, [], .deletion),
        Row(
            "27-connect-pods-exec-checkout-866d4d5d68-d9pbp", "v1 PodExecOptions", .connect, [], .connection(.exec)),
        Row("29-delete-deployments-checkout", "apps/v1 Deployment", .delete, [], .deletion),
        Row("30-delete-replicasets-checkout-866d4d5d68", "apps/v1 ReplicaSet", .delete, [], .deletion),
        Row("38-delete-pods-bare", "v1 Pod", .delete, [], .deletion),
    ]

    static func text(_ use: ImageUse) -> String {
        var image = use.image ?? "(none)"
        for digest in [Recorded.digest, "sha256:91ac9b26df583762234c1cdb2fc930364754ccc59bc752a2bfe298d2ea68f9ff"]
        where image.hasSuffix(digest) {
            image = String(image.dropLast(digest.count))
        }
        return "\(use.field) \(use.container) \(image)"
    }

    @Test(arguments: rows) func aRecordedReviewIsReadWhole(_ row: Row) throws {
        try Self.check(row, Recorded.review(row.file))
    }

    static func check(_ row: Row, _ review: AdmissionReview) throws {
        let request = review.request
        #expect(review.version == row.version)
        #expect(request.kind.description == row.kind)
        #expect(request.operation == row.operation)
        #expect(try request.workload()?.images.map(text) ?? [] == row.images)
        #expect(try Change.of(request) == row.change)
        #expect(request.isDryRun == row.file.contains("dryrun"))
        #expect(request.namespace?.isEmpty == false)
        #expect(!request.userInfo.username.isEmpty)
    }

    @Test func everyRecordedFileHasARow() throws {
        let files = try SharedData.files(Recorded.folder).map { String($0.dropLast(5)) }
        #expect(Set(files) == Set(Self.rows.map(\.file)))
        let odd = try SharedData.files(Recorded.odd).map { String($0.dropLast(5)) }
        #expect(Set(odd) == Set(Self.odd.map(\.file) + Self.broken.map(\.file)))
    }

    static let single = "\(template).containers[0].image"
    static let parented = "spec.containers[0].image test-connaisseur securesystemsengineering/charlie-image@"
    static let odd: [Row] = [
        Row(
            "01_deployment", "apps/v1 Deployment", .create,
            ["\(single) test-connaisseur securesystemsengineering/alice-image:test"], .newTemplate, .v1beta1),
        Row("02_pod", "v1 Pod", .create, [parented], .newTemplate),
        Row(
            "03_replicaset", "apps/v1 ReplicaSet", .create,
            ["\(single) test-connaisseur securesystemsengineering/sample-san-sama:hai"], .newTemplate, .v1beta1),
        Row(
            "05_replication_controller", "v1 ReplicationController", .create, ["\(single) nginx nginx"], .newTemplate),
        Row(
            "06_daemonset", "apps/v1 DaemonSet", .create,
            ["\(single) fluentd-elasticsearch quay.io/fluentd_elasticsearch/fluentd:v2.5.2"], .newTemplate),
        Row(
            "07_statefulset", "apps/v1 StatefulSet", .create, ["\(single) nginx registry.k8s.io/nginx-slim:0.8"],
            .newTemplate),
        Row(
            "09_dply_multi_image", "apps/v1 Deployment", .create,
            [
                "\(template).initContainers[0].image init busybox:1.32", "\(single) redis redis:alpine",
                "\(template).containers[1].image mysql mysql:8",
            ], .newTemplate, .v1beta1),
        Row("13_unknown_parent", "v1 Pod", .create, [parented], .newTemplate, .v1beta1),
        Row("14_deny_me_job", "batch/v1 Job", .create, ["\(single) pi my.reg/deny-me@"], .newTemplate),
        Row("15_allow_me_job", "batch/v1 Job", .create, ["\(single) pi my.reg/allow-me@"], .newTemplate),
        Row("16_mismatch_uid", "v1 Pod", .create, [parented], .newTemplate),
        Row(
            "19_pod_initcontainer", "v1 Pod", .create,
            ["spec.initContainers[0].image my-initcontainer nginx", parented], .newTemplate),
        Row(
            "23_alice_digest_dpl", "apps/v1 Deployment", .create,
            [
                "\(single) test-connaisseur securesystemsengineering/alice-image@sha256:"
                    + "1234567890123456123456789012345612345678901234561234567890123456"
            ], .newTemplate, .v1beta1),
        Row(
            "27_deleted_deployment", "apps/v1 Deployment", .create, ["\(single) test-connaisseur busybox"],
            .newTemplate, .v1beta1),
        Row(
            "29_deleted_deployment_update_for_delete", "apps/v1 Deployment", .update,
            ["\(single) test-connaisseur busybox"], .unchangedTemplate(scale: nil, touched: [.metadata]), .v1beta1),
    ]

    @Test(arguments: odd) func anOddReviewIsReadWhole(_ row: Row) throws {
        try Self.check(row, Recorded.review(row.file, in: Recorded.odd))
    }

    struct Broken: Sendable, CustomTestStringConvertible {
        let file: String
        let code: ReviewError.Code
        let text: String
        let version: AdmissionReview.Version?
        var testDescription: String { file }
    }

    static let broken: [Broken] = [
        Broken(
            file: "25_null_request", code: .missing, text: "the document: expected an AdmissionReview, saw null",
            version: nil),
        Broken(
            file: "26_broken_update_admission_request", code: .missing,
            text: "request.uid: the request has no uid", version: .v1),
    ]

    @Test(arguments: broken) func aBrokenReviewIsAnErrorWithItsField(_ row: Broken) throws {
        let error = try #require(Fixtures.error { try Recorded.review(row.file, in: Recorded.odd) })
        #expect(error.code == row.code)
        #expect(error.description == row.text)
        #expect(error.version == row.version)
        #expect(error.uid == nil)
        #expect(error.answer == nil)
    }

    @Test func aRecordedTokensClaimsAreRead() throws {
        let user = try Recorded.review("02-create-deployments-checkout").request.userInfo
        #expect(user.username == "https://token.actions.githubusercontent.com#repo:org/app:environment:prod")
        #expect(user.isIn(group: "oidc:github"))
        #expect(!user.isIn(group: "oidc:gitlab"))
        #expect(user.extra("example.test/repository") == ["org/app"])
        #expect(user.extra("example.test/Repository").isEmpty)
        #expect(user.serviceAccount == nil)
        let controller = try Recorded.review("04-create-pods-checkout-866d4d5d68-d9pbp").request
        #expect(controller.userInfo.serviceAccount?.namespace == "kube-system")
        #expect(controller.userInfo.serviceAccount?.name == "replicaset-controller")
        #expect(controller.metadata.controller?.name == "checkout-866d4d5d68")
        #expect(controller.metadata.controller?.uid == "e53b65c8-e5d3-4534-90d0-4790c3b11d45")
        #expect(controller.metadata.generateName == "checkout-866d4d5d68-")
    }

    // What comes out of controllers.

    @Test(arguments: [
        ["02-create-deployments-checkout", "03-create-replicasets-checkout-866d4d5d68"],
        ["01-create-deployments-checkout-dryrun", "17-update-replicasets-checkout-866d4d5d68"],
        [
            "10-update-deployments-checkout", "11-create-replicasets-checkout-6f879bb85",
            "16-update-replicasets-checkout-6f879bb85", "29-delete-deployments-checkout",
        ],
    ])
    func aTemplateKeepsItsDigestThroughItsControllers(_ files: [String]) throws {
        let digests = try files.map { try Recorded.template($0).digest }
        #expect(Set(digests).count == 1)
        #expect(try digests[0] != Recorded.template("07-create-jobs-once").digest)
    }

    @Test func aNewImageIsANewDigest() throws {
        let first = try Recorded.template("02-create-deployments-checkout").digest
        let second = try Recorded.template("10-update-deployments-checkout").digest
        #expect(first != second)
    }

    @Test(arguments: [
        ("04-create-pods-checkout-866d4d5d68-d9pbp", "03-create-replicasets-checkout-866d4d5d68"),
        ("04-create-pods-checkout-866d4d5d68-d9pbp", "02-create-deployments-checkout"),
        ("12-create-pods-checkout-6f879bb85-426f8", "11-create-replicasets-checkout-6f879bb85"),
        ("18-create-pods-checkout-6f879bb85-kvxrm", "11-create-replicasets-checkout-6f879bb85"),
        ("18-create-pods-checkout-6f879bb85-kvxrm", "10-update-deployments-checkout"),
        ("08-create-pods-once-dv7m8", "07-create-jobs-once"), ("20-create-pods-db-0", "19-create-statefulsets-db"),
    ])
    func aControllersPodIsOfItsTemplate(_ pod: String, _ template: String) throws {
        let match = PodMatch(pod: try Recorded.template(pod), template: try Recorded.template(template))
        #expect(match.differences == [])
        #expect(match.additions.compactMap(\.image) == [])
        let fields = [
            "spec.tolerations", "spec.priority", "spec.enableServiceLinks", "spec.preemptionPolicy", "spec.hostname",
            "spec.subdomain",
        ]
        #expect(match.additions.allSatisfy { $0.kind == .field && fields.contains($0.field) })
        #expect(match.additions.contains { $0.field == "spec.tolerations" })
    }

    @Test(arguments: [
        "02-create-deployments-checkout", "03-create-replicasets-checkout-866d4d5d68", "07-create-jobs-once",
        "09-create-cronjobs-nightly", "11-create-replicasets-checkout-6f879bb85", "19-create-statefulsets-db",
        "21-create-daemonsets-agent", "22-create-podtemplates-tmpl", "23-create-replicationcontrollers-legacy",
    ])
    func thePodWithAForgedOwnerIsOfNoTemplate(_ template: String) throws {
        let pod = try Recorded.template("24-create-pods-gen-sgrvt")
        #expect(!PodMatch(pod: pod, template: try Recorded.template(template)).isMatch)
        let request = try Recorded.review("24-create-pods-gen-sgrvt").request
        #expect(request.metadata.controller?.uid == "00000000-0000-0000-0000-000000000001")
    }

    @Test func aPodOfTheOldTemplateIsNotOfTheNew() throws {
        let match = PodMatch(
            pod: try Recorded.template("04-create-pods-checkout-866d4d5d68-d9pbp"),
            template: try Recorded.template("11-create-replicasets-checkout-6f879bb85"))
        #expect(match.differences.count == 2)
        #expect(match.differences.first?.contains("container sidecar has image") == true)
        #expect(match.differences.last?.contains("label pod-template-hash is \"866d4d5d68\"") == true)
    }

    @Test func anEphemeralContainerIsAnAddedImage() throws {
        let match = PodMatch(
            pod: try Recorded.template("05-update-pods-ephemeralcontainers-checkout-866d4d5d68-d9pbp"),
            template: try Recorded.template("03-create-replicasets-checkout-866d4d5d68"))
        #expect(match.isMatch)
        #expect(match.additions.compactMap(\.image).map(\.image) == ["docker.io/library/busybox:latest"])
    }
}
