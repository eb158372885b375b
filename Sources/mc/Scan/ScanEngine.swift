import Admission
import Cluster
import Core
import Kubernetes
import Policy

/// Decides about what runs, by the engine that decides about what shall run.
struct ScanEngine: Sendable {
    let admitter: Admitter
    let now: Instant
    /// When everything must be decided.
    let end: ContinuousClock.Instant
    /// Namespaces that the webhook is not asked about.
    let exempt: Set<String>

    /// Pods that are decided at once.
    private static let width = 8

    private struct Question: Sendable {
        let request: AdmissionRequest
        let running: RunningDigests
        let pods: [Int]
    }

    /// Decides about pods; those that are the same in everything a decision rests on are decided once.
    func decide(_ pods: [RunningPod], _ log: ScanLog?) async -> [ScanResult.Pod] {
        var questions: [[UInt8]: Question] = [:]
        var results: [Int: ScanResult.Pod] = [:]
        for (index, pod) in pods.enumerated() {
            let entry = log?.object(pod.uid)
            if exempt.contains(pod.namespace) {
                results[index] = ScanResult.Pod(
                    pod: pod, verdict: .exempt, decision: nil, problem: nil, entry: entry)
                continue
            }
            do {
                let request = try request(pod, entry.flatMap { log?.trusts($0) == true ? $0 : nil })
                let key = Self.key(pod, request)
                questions[key] = Question(
                    request: request, running: pod.digests, pods: (questions[key]?.pods ?? []) + [index])
            } catch {
                results[index] = ScanResult.Pod(
                    pod: pod, verdict: .indeterminate, decision: nil, problem: "\(error)", entry: entry)
            }
        }
        for (question, answer) in await answers(Array(questions.values)) {
            for index in question.pods {
                let pod = pods[index]
                let entry = log?.object(pod.uid)
                switch answer {
                case .success(let decision):
                    results[index] = ScanResult.Pod(
                        pod: pod, verdict: Self.verdict(decision), decision: decision, problem: nil, entry: entry)
                case .failure(let failure):
                    results[index] = ScanResult.Pod(
                        pod: pod, verdict: .indeterminate, decision: nil, problem: failure.text, entry: entry)
                }
            }
        }
        return pods.indices.compactMap { results[$0] }
    }

    private struct Failure: Error {
        let text: String
    }

    private func answers(_ questions: [Question]) async -> [(Question, Result<Decision, Failure>)] {
        await withTaskGroup(of: (Question, Result<Decision, Failure>).self) { group in
            var rest = questions.makeIterator()
            func ask(_ question: Question) {
                group.addTask {
                    do {
                        let left = end - .now
                        guard left > .zero else { return (question, .failure(Failure(text: "no time was left"))) }
                        let decision = try await Deadline.run(left, "deciding") {
                            try await admitter.decide(question.request, at: now, running: question.running)
                        }
                        return (question, .success(decision))
                    } catch {
                        return (question, .failure(Failure(text: "\(error)")))
                    }
                }
            }
            for _ in 0..<Self.width { if let question = rest.next() { ask(question) } }
            var answers: [(Question, Result<Decision, Failure>)] = []
            while let answer = await group.next() {
                answers.append(answer)
                if let question = rest.next() { ask(question) }
            }
            return answers
        }
    }

    /// The request that would make the pod.
    ///
    /// Whoever asked for it is known from the log alone, and only from an entry whose caller is trusted. For a controller's
    /// pod it is the controller; whether its owner vouches for the pod is looked up as ever.
    private func request(_ pod: RunningPod, _ entry: ScanLog.Entry?) throws -> AdmissionRequest {
        var user = UserInfo(username: "")
        if let entry {
            user = UserInfo(username: entry.username, groups: entry.groups)
        } else if let owner = pod.owner, let controller = controller(of: owner.kind) {
            user = UserInfo(username: controller)
        }
        let requests = try Manifest.requests(creating: pod.object, namespace: pod.namespace, user: user)
        guard let request = requests.first else { throw UsageError("the pod cannot be read") }
        return request
    }

    private func controller(of kind: String) -> String? {
        let own = admitter.bundle.cluster(admitter.cluster)?.workloadControllers ?? []
        return (ClusterIdentity.standardControllers + own)
            .first { $0.creates.isSame(as: "Pod") && $0.owner.isSame(as: kind) }?.serviceAccount
    }

    /// Everything of a pod that a decision rests on.
    private static func key(_ pod: RunningPod, _ request: AdmissionRequest) -> [UInt8] {
        let metadata = request.object?["metadata"]
        let spec = request.object?["spec"]
        let images = pod.images.map { image -> JSONValue in
            [.string(image.field), .string(image.container), .string(image.reference), .string(image.judged)]
        }
        let key: JSONValue = [
            .string(pod.namespace), .string(request.userInfo.username),
            .array(request.userInfo.groups.map { .string($0) }),
            // One that nobody owns is a question of its own.
            .string(pod.owner?.uid ?? pod.uid), metadata?["labels"] ?? .null, metadata?["annotations"] ?? .null,
            .array(images), .array((spec?["volumes"]?.array ?? []).compactMap { $0["image"] }),
        ]
        return key.canonical
    }

    private static func verdict(_ decision: Decision) -> ScanResult.Verdict {
        switch decision.outcome {
        case .allow: .allow
        case .deny: .deny
        case .indeterminate: .indeterminate
        }
    }
}
