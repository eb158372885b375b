import Core
import Foundation
import NIOCore
import NIOPosix
import TestCluster
import TestSupport
import TransparencyLog

/// Two replicas beside one cluster: a signed bundle that promotes from stage, a log and a key for each, each other's peers.
struct ReplicaDesk {
    let desk: ServeDesk
    /// The ports of their APIs, which the other one is told before it starts.
    private let ports: [Int]
    let folders: [String]

    init() async throws {
        desk = try await ServeDesk()
        let path = desk.path
        ports = try await Self.freePorts(2)
        folders = (0..<2).map { "\(path)/replica-\($0)" }
        try writePolicy()
        let made = try await Tool.shell(
            """
            set -e
            openssl ecparam -name prime256v1 -genkey -noout -out role.pem && openssl ec -in role.pem -pubout -out role.pub
            mc policy bundle build policy -o bundle && mc policy bundle sign bundle --key role.pem
            for n in 0 1; do
                mkdir replica-$n && mc log key new --name log.example/$n --out replica-$n/log.key > replica-$n/log.pub
            done
            """, in: path)
        guard made.status == 0 else { throw Tool.Failure(description: made.all) }
        let key = try desk.text("role.pub").split(separator: "\n").map { "            \($0)\n" }.joined()
        try desk.folder.write(
            "trust.yaml",
            """
            apiVersion: mc.internal/v1
            kind: RoleTrust
            metadata: {name: test}
            spec:
              roles:
                - name: policy
                  keys:
                    - |
            \(key)
            """)
        try desk.folder.write("peer-token", ServeDesk.token)
        desk.cluster.put(["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": "stage"]])
        for replica in 0..<2 { try desk.folder.write("replica-\(replica)/mc.yaml", try configuration(replica)) }
    }

    private func writePolicy() throws {
        let policies = try desk.text("policy/policies.yaml")
        let payments = policies.components(separatedBy: "---")[0]
        try desk.folder.write(
            "policy/policies.yaml",
            policies.replacing(payments, with: payments + "    promotedFrom: {environment: staging}\n"))
        try desk.folder.write(
            "policy/stage.yaml",
            payments.replacing("{name: payments}", with: "{name: stage}")
                .replacing("namespaces: [payments]", with: "namespaces: [stage]")
                .replacing("environments: [prod]", with: "environments: [staging]"))
        try desk.folder.write(
            "policy/stage-map.yaml",
            """
            apiVersion: mc.internal/v1
            kind: EnvironmentMap
            metadata: {name: stage}
            spec:
              namespaces:
                - {clusters: [recorded], names: [stage], environment: staging}

            """)
    }

    private func configuration(_ replica: Int) throws -> String {
        let other = 1 - replica
        let key = try desk.text("replica-\(other)/log.pub").trimmingCharacters(in: .whitespacesAndNewlines)
        return """
            cluster: recorded
            policy: {bundle: ../bundle, trust: ../trust.yaml, poll: 1s}
            waivers: {folder: ../waivers}
            log: {folder: log, key: log.key, origin: log.example/\(replica)}
            cache: {folder: cache}
            evidence: {standIn: ../evidence}
            kubernetes: {kubeconfig: ../kubeconfig}
            webhook: {listen: "127.0.0.1:0", certificate: ../tls.crt, key: ../tls.key, trustNetwork: true}
            api: {listen: "127.0.0.1:\(ports[replica])", tokens: ../tokens.yaml}
            health: {listen: "127.0.0.1:0"}
            recorder: {enabled: true, namespace: mc-system}
            peers:
              - {url: "https://127.0.0.1:\(ports[other])", key: "\(key)", token: ../peer-token, ca: ../tls.crt}

            """
    }

    /// Ports that nobody listens on now.
    private static func freePorts(_ count: Int) async throws -> [Int] {
        var channels: [any Channel] = []
        for _ in 0..<count {
            channels.append(
                try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                    .bind(host: "127.0.0.1", port: 0).get())
        }
        let ports = channels.compactMap { $0.localAddress?.port }
        for channel in channels { try await channel.close().get() }
        guard ports.count == count else { throw Tool.Failure(description: "there are no free ports") }
        return ports
    }

    /// The whole log of a replica, verified.
    func verify(_ replica: Int) async throws -> LogVerifier.Report {
        let key = try desk.text("replica-\(replica)/log.pub").trimmingCharacters(in: .whitespacesAndNewlines)
        return try await LogVerifier(
            source: FolderTileSource(folder: "\(folders[replica])/log"), trust: LogTrust(log: VerifierKey(key))
        ).verify()
    }

    /// How often each object was said to be denied, by its name.
    var denials: [String: Int64] {
        var counts: [String: Int64] = [:]
        for event in desk.cluster.objects("events") where event["reason"] == "AdmissionDenied" {
            counts[event["regarding"]?["name"]?.string ?? "", default: 0] += event["series"]?["count"]?.integer ?? 1
        }
        return counts
    }

    /// The holder that the Lease names.
    var holder: String? {
        desk.cluster.object("leases", namespace: "mc-system", "mc-recorder")?["spec"]?["holderIdentity"]?.string
    }

    /// The position of a replica's log that is kept for whoever leads next.
    func position(_ replica: Int) -> Int? {
        desk.cluster.object("configmaps", namespace: "mc-system", "mc-recorder")?["data"]?[
            Digest.of(Array("log.example/\(replica)".utf8)).hex]?.string.flatMap { Int($0) }
    }
}
