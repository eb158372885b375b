import Cluster
import Core
import DecisionLog
import Foundation
import Policy
import Recorder
import TransparencyLog

/// What the decision logs of all replicas know of what runs.
struct ScanLog {
    /// A decision and its place.
    struct Entry {
        /// The log that it stands in.
        let origin: String
        let index: UInt64
        let at: Instant
        let outcome: String
        let enforcedResult: String
        let isUnauthenticated: Bool
        let kind: String
        let name: String
        let namespace: String
        let uid: String?
        let username: String
        let groups: [String]

        init(_ decision: LoggedDecision) {
            origin = decision.origin
            index = decision.index
            at = decision.at
            outcome = decision.outcome
            enforcedResult = decision.enforcedResult
            isUnauthenticated = decision.caller == .unauthenticated
            kind = decision.object.kind
            name = decision.object.name
            namespace = decision.namespace
            uid = decision.object.uid
            username = decision.document["requester"]?["username"]?.string ?? ""
            groups = (decision.document["requester"]?["groups"]?.array ?? []).compactMap(\.string)
        }

        fileprivate var place: Place { Place(origin: Array(origin.utf8), index: index) }
    }

    fileprivate struct Place: Hashable {
        let origin: [UInt8]
        let index: UInt64
    }

    /// The logs in the order they were named; each covers so many entries.
    private(set) var logs: [(origin: String, size: UInt64)] = []
    private var tails: [[UInt8]: FolderTail] = [:]
    private let trustsNetwork: Bool
    private(set) var unreadable = 0
    /// The latest judged decision on each object; see ``note(_:at:)``.
    private(set) var objects: [[UInt8]: Entry] = [:]
    /// The latest judged decision on each image in each namespace.
    private(set) var images: [[UInt8]: Entry] = [:]
    /// Entries that the checkpoint was seen to cover.
    private var known: Set<Place> = []
    /// Decisions on Pods that somebody asked for who did not prove to be the API server.
    private(set) var unauthenticated: [Entry] = []

    private static let page = 512

    /// Reads logs in folders, each as far as its checkpoint covers it.
    ///
    /// - Parameter trustsNetwork: whether nobody but the API server reaches the webhook (`webhook.trustNetwork`).
    /// - Throws: when there is no log, two are the same one, or one cannot be read.
    init(folders: [String], trustsNetwork: Bool) async throws {
        self.trustsNetwork = trustsNetwork
        for folder in folders { try await read(folder) }
    }

    private mutating func read(_ folder: String) async throws {
        _ = try LogOption.reader(folder)
        let tail = try await FolderTail(folder: folder, large: LargeDecisionFolder("\(folder)/decisions"))
        guard tails.updateValue(tail, forKey: Array(tail.origin.utf8)) == nil else {
            throw UsageError("--log \(folder.printable): the log \(tail.origin.printable) was given already")
        }
        logs.append((tail.origin, tail.size))
        var next: UInt64 = 0
        while next < tail.size {
            let entries = try await tail.entries(from: next, limit: Self.page)
            guard let last = entries.last else { break }
            for entry in entries { await take(entry.bytes, entry.index, tail) }
            next = last.index + 1
        }
    }

    private mutating func take(_ bytes: [UInt8], _ index: UInt64, _ tail: FolderTail) async {
        do {
            guard let entry = try LoggedDecision.entry(bytes, origin: tail.origin) else { return }
            let document = entry.decision == nil ? try await tail.decision(entry.decisionDigest) : nil
            let decision = try LoggedDecision(entry, index: index, origin: tail.origin, document: document)
            // What was let through without a look says nothing of what runs.
            guard !decision.isDryRun, decision.note == nil, ["CREATE", "UPDATE"].contains(decision.operation) else {
                return
            }
            let known = Entry(decision)
            if let uid = known.uid { Self.note(known, at: Array(uid.utf8), in: &objects) }
            for image in decision.images {
                if let digest = image.digest {
                    Self.note(known, at: Self.key(digest, decision.namespace), in: &images)
                }
            }
            if known.isUnauthenticated, known.kind == "Pod", known.enforcedResult == "allow" {
                unauthenticated.append(known)
            }
        } catch {
            unreadable += 1
        }
    }

    /// Keeps the latest entry, by its place in one log and by its time between two; but none by somebody who did not prove to be the API server over one by who did: anybody on
    /// the network can post a review with the UID of another's pod.
    private static func note(_ entry: Entry, at key: [UInt8], in entries: inout [[UInt8]: Entry]) {
        if let known = entries[key] {
            if entry.isUnauthenticated, !known.isUnauthenticated { return }
            let isSameKind = entry.isUnauthenticated == known.isUnauthenticated
            if isSameKind, !entry.origin.isSame(as: known.origin), entry.at < known.at { return }
        }
        entries[key] = entry
    }

    /// Whether what an entry says of its caller may be taken for true.
    func trusts(_ entry: Entry) -> Bool { trustsNetwork || !entry.isUnauthenticated }

    /// Forgets the entries among those about these pods that the checkpoint does not cover.
    mutating func drop(unproven pods: [RunningPod]) async {
        for pod in pods {
            let images = pod.images.compactMap(\.digest).map { Self.key($0.description, pod.namespace) }
            let own = Array(pod.uid.utf8)
            for entry in [objects[own]] + images.map({ self.images[$0] }) {
                guard let entry, !known.contains(entry.place) else { continue }
                if let tail = tails[entry.place.origin], await tail.proves(entry.index) {
                    known.insert(entry.place)
                    continue
                }
                unreadable += 1
                objects = objects.filter { $0.value.place != entry.place }
                self.images = self.images.filter { $0.value.place != entry.place }
            }
        }
    }

    /// The decision on an object.
    func object(_ uid: String) -> Entry? { uid.isEmpty ? nil : objects[Array(uid.utf8)] }

    /// The latest decision on an image in a namespace.
    func image(_ digest: Digest, namespace: String) -> Entry? { images[Self.key(digest.description, namespace)] }

    private static func key(_ digest: String, _ namespace: String) -> [UInt8] { Array("\(namespace) \(digest)".utf8) }
}
