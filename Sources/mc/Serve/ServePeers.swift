import Core
import DecisionLog
import Logging
import Policy
import ServiceLifecycle
import TransparencyLog

/// Keeps up with the other replicas' logs, so that what one admitted the others know.
struct ServePeers: Service {
    let peers: [PeerLog]
    let admissions: AdmissionIndex
    let logger: Logger

    private static let pause = Duration.seconds(2)
    private static let longestPause = Duration.seconds(60)

    init(_ configuration: ServeConfiguration, admissions: AdmissionIndex, logger: Logger) throws {
        peers = try configuration.peers.map {
            try PeerLog(url: $0.url, key: $0.key, tokenFile: $0.token, authority: $0.authority)
        }
        self.admissions = admissions
        self.logger = logger
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                for peer in peers { group.addTask { await follow(peer) } }
                // A server without peers has nothing to do here and must not end.
                if peers.isEmpty { group.addTask { while (try? await Task.sleep(for: .seconds(3_600))) != nil {} } }
            }
        }
    }

    private func follow(_ peer: PeerLog) async {
        var follower = peer.followed()
        var pause = Self.pause
        while !Task.isCancelled {
            do {
                let entries = try await follower.advance(256)
                for (_, bytes) in entries {
                    if let admission = Admission(entry: bytes) { admissions.note(admission) }
                }
                pause = Self.pause
                if !entries.isEmpty { continue }
            } catch {
                pause = min(pause * 2, Self.longestPause)
                // Not knowing what a peer admitted can only deny.
                if !Task.isCancelled {
                    logger.warning("the log of \(peer.origin.printable) cannot be followed: \("\(error)".printable)")
                }
            }
            try? await Task.sleep(for: pause)
        }
    }
}
