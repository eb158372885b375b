internal import Core
internal import YAML

/// mc.yaml for each replica, and the places where policy, waivers and trust are put.
struct ConfigurationObjects {
    let options: InstallOptions

    var all: [Manifest] {
        [configuration, place(Layout.policyMap), place(Layout.waiversMap), place(Layout.trustMap)]
            + (options.hasShadow ? [place(Layout.nextPolicyMap)] : [])
            + (options.hasClientCertificates ? [place(Layout.clientCAMap)] : [])
    }

    /// One file a replica: each log has an origin of its own. Two logs under one origin would be a fork to a witness.
    private var configuration: Manifest {
        let files = options.replicaNames.map { name in ("\(name).yaml", JSONValue.string(YAMLWriter.text(server(name))))
        }
        return Manifest(
            "v1", "ConfigMap", Layout.configurationMap, namespace: options.namespace, [("data", .members(files))])
    }

    /// A ConfigMap without data: what is put in later is nobody's who applies this again, and stays.
    private func place(_ name: String) -> Manifest {
        Manifest("v1", "ConfigMap", name, namespace: options.namespace)
    }

    /// The configuration of `mc serve` for one replica.
    func server(_ replica: String) -> JSONValue {
        var policy = [
            ("bundle", Layout.policy), ("trust", "\(Layout.trust)/trust.yaml"),
            ("state", "\(Layout.log)/policy-state.json"),
        ]
        if options.hasShadow { policy.append(("next", Layout.nextPolicy)) }
        let log: JSONValue = [
            "folder": .string("\(Layout.log)/entries"), "key": .string(Layout.logKey),
            "origin": .string(options.origin(replica)),
            // A tenth of the volume stays free: a full disk makes every decision indeterminate.
            "maximumBytes": .integer(Layout.logGibibytes << 30 / 10 * 9),
        ]
        let cache: JSONValue = [
            "folder": .string(Layout.cache), "maximumBytes": .integer(Layout.cacheGibibytes << 30 / 10 * 8),
            "maximumAge": "24h",
        ]
        var webhook = listener(Layout.webhookPort, Layout.webhookTLS)
        if options.hasClientCertificates {
            webhook += [("clientCA", .string("\(Layout.clientCA)/ca.crt")), ("requireClientCertificate", true)]
        }
        webhook.append(("deadline", .string(Layout.deadline)))
        let api = listener(Layout.apiPort, Layout.apiTLS) + [("tokens", .string("\(Layout.apiAccess)/tokens.yaml"))]
        return .members([
            ("cluster", .string(options.cluster)), ("policy", .texts(policy)),
            ("waivers", .texts([("folder", Layout.waivers)])), ("log", log), ("cache", cache),
            ("evidence", ["insecureRegistries": []]), ("kubernetes", ["inCluster": true]),
            ("webhook", .members(webhook)), ("api", .members(api)),
            ("health", ["listen": .string("0.0.0.0:\(Layout.healthPort)")]),
            ("recorder", ["enabled": true, "namespace": .string(options.namespace)]), ("witnesses", []),
            ("peers", .array(peers(replica))),
        ])
    }

    /// The other replicas whose keys are known.
    private func peers(_ replica: String) -> [JSONValue] {
        options.replicaKeys.filter { $0.replica != replica }.map { peer in
            .texts([
                ("url", "https://\(options.replicaHost(peer.replica)):\(Layout.apiPort)"), ("key", peer.key),
                ("token", Layout.peerToken), ("ca", "\(Layout.apiTLS)/ca.crt"),
            ])
        }
    }

    private func listener(_ port: Int64, _ folder: String) -> [(String, JSONValue)] {
        [
            ("listen", .string("0.0.0.0:\(port)")), ("certificate", .string("\(folder)/tls.crt")),
            ("key", .string("\(folder)/tls.key")),
        ]
    }
}
