internal import Core

/// The StatefulSet that runs `mc serve`, with a log and a cache volume for each replica.
struct ServerObjects {
    let options: InstallOptions

    var statefulSet: Manifest {
        let spec: [(String, JSONValue)] = [
            ("serviceName", .string(Layout.headlessService)), ("replicas", .integer(Int64(options.replicas))),
            // Replicas do not wait for each other; one that cannot start must not keep the other from starting.
            ("podManagementPolicy", "Parallel"),
            ("updateStrategy", ["type": "RollingUpdate", "rollingUpdate": ["partition": 0]]),
            ("minReadySeconds", 10), ("revisionHistoryLimit", 5), ("selector", ["matchLabels": Self.selector]),
            // The log is evidence: it outlives the set and its scaling down.
            ("persistentVolumeClaimRetentionPolicy", ["whenDeleted": "Retain", "whenScaled": "Retain"]),
            ("template", template),
            ("volumeClaimTemplates", [claim("log", Layout.logGibibytes), claim("cache", Layout.cacheGibibytes)]),
        ]
        return Manifest(
            "apps/v1", "StatefulSet", Layout.application, namespace: options.namespace, [("spec", .members(spec))])
    }

    /// What selects the server's pods; it never changes, so that an upgrade finds them again.
    static let selector: JSONValue = ["app.kubernetes.io/name": "mc", "app.kubernetes.io/component": "server"]

    private var template: JSONValue {
        let annotations: [(String, String)] = [
            ("prometheus.io/scrape", "true"), ("prometheus.io/port", "\(Layout.healthPort)"),
            ("prometheus.io/path", "/metrics"), ("mc.internal/config", configurationDigest),
        ]
        let spec: [(String, JSONValue)] = [
            ("serviceAccountName", "mc-webhook"), ("automountServiceAccountToken", true), ("enableServiceLinks", false),
            // Every deploy waits for it: it goes last from a node that is short of memory.
            ("priorityClassName", "system-cluster-critical"), ("terminationGracePeriodSeconds", 40),
            ("securityContext", security), ("topologySpreadConstraints", spread), ("containers", [container]),
            ("volumes", .array(volumes)),
        ]
        return ["metadata": ["labels": Self.selector, "annotations": .texts(annotations)], "spec": .members(spec)]
    }

    /// A changed mc.yaml rolls the pods: it is mounted by file, which Kubernetes does not update.
    private var configurationDigest: String {
        let configuration = ConfigurationObjects(options: options)
        return Digest.of(JSONValue.array(options.replicaNames.map(configuration.server)).canonical).description
    }

    private var security: JSONValue {
        [
            "runAsNonRoot": true, "runAsUser": 65532, "runAsGroup": 65532, "fsGroup": 65532,
            "fsGroupChangePolicy": "OnRootMismatch", "seccompProfile": ["type": "RuntimeDefault"],
        ]
    }

    /// Apart where it can be, together where there is one node only.
    private var spread: JSONValue {
        .array(
            ["kubernetes.io/hostname", "topology.kubernetes.io/zone"].map { key in
                [
                    "maxSkew": 1, "topologyKey": .string(key), "whenUnsatisfiable": "ScheduleAnyway",
                    "labelSelector": ["matchLabels": Self.selector],
                ]
            })
    }

    private var container: JSONValue {
        let pod: JSONValue = [
            "name": "POD_NAME", "valueFrom": ["fieldRef": ["apiVersion": "v1", "fieldPath": "metadata.name"]],
        ]
        let members: [(String, JSONValue)] = [
            ("name", "mc"), ("image", .string("\(options.image)")), ("imagePullPolicy", "IfNotPresent"),
            ("args", .list(["serve", "--config", Layout.configuration])),
            ("env", [pod, ["name": "DOCKER_CONFIG", "value": .string(Layout.registry)]]), ("ports", ports),
            ("startupProbe", probe("/healthz", period: 2, failures: 60)),
            ("livenessProbe", probe("/healthz", period: 10, failures: 6)),
            ("readinessProbe", probe("/readyz", period: 5, failures: 2)),
            // The API server's connections move away before the listener closes.
            ("lifecycle", ["preStop": ["sleep": ["seconds": 5]]]),
            ("resources", ["requests": ["cpu": "250m", "memory": "256Mi"], "limits": ["memory": "512Mi"]]),
            (
                "securityContext",
                [
                    "allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true, "privileged": false,
                    "capabilities": ["drop": ["ALL"]],
                ]
            ),
            ("terminationMessagePolicy", "FallbackToLogsOnError"), ("volumeMounts", .array(mounts)),
        ]
        return .members(members)
    }

    private var ports: JSONValue {
        let ports = [("webhook", Layout.webhookPort), ("api", Layout.apiPort), ("health", Layout.healthPort)]
        return .array(ports.map { ["name": .string($0.0), "containerPort": .integer($0.1), "protocol": "TCP"] })
    }

    private func probe(_ path: String, period: Int64, failures: Int64) -> JSONValue {
        [
            "httpGet": ["path": .string(path), "port": "health", "scheme": "HTTP"], "periodSeconds": .integer(period),
            "timeoutSeconds": 3, "failureThreshold": .integer(failures),
        ]
    }

    private var mounts: [JSONValue] {
        var folders = [
            ("policy", Layout.policy), ("waivers", Layout.waivers), ("trust", Layout.trust),
            ("webhook-tls", Layout.webhookTLS), ("api-tls", Layout.apiTLS), ("api-access", Layout.apiAccess),
            ("registry", Layout.registry),
        ]
        if options.hasShadow { folders.append(("policy-next", Layout.nextPolicy)) }
        if options.hasClientCertificates { folders.append(("client-ca", Layout.clientCA)) }
        let own: [JSONValue] = [
            // Each replica sees its own configuration and its own key, not the others'.
            file("config", Layout.configuration, "$(POD_NAME).yaml"),
            file("log-keys", Layout.logKey, "$(POD_NAME).pem"),
        ]
        let written = [("log", Layout.log), ("cache", Layout.cache), ("tmp", "/tmp")]
        return own + folders.map { ["name": .string($0.0), "mountPath": .string($0.1), "readOnly": true] }
            + written.map { ["name": .string($0.0), "mountPath": .string($0.1)] }
    }

    private func file(_ volume: String, _ path: String, _ key: String) -> JSONValue {
        ["name": .string(volume), "mountPath": .string(path), "subPathExpr": .string(key), "readOnly": true]
    }

    private var volumes: [JSONValue] {
        var maps = [
            ("config", Layout.configurationMap), ("policy", Layout.policyMap), ("waivers", Layout.waiversMap),
            ("trust", Layout.trustMap),
        ]
        if options.hasShadow { maps.append(("policy-next", Layout.nextPolicyMap)) }
        if options.hasClientCertificates { maps.append(("client-ca", Layout.clientCAMap)) }
        return maps.map { ["name": .string($0.0), "configMap": ["name": .string($0.1)]] }
            + [
                secret("webhook-tls", Layout.webhookSecret), secret("api-tls", Layout.apiSecret),
                secret("log-keys", Layout.logKeySecret), secret("api-access", Layout.apiAccessSecret, isOptional: true),
                secret("registry", Layout.registrySecret, isOptional: true, (".dockerconfigjson", "config.json")),
                ["name": "tmp", "emptyDir": ["sizeLimit": "64Mi"]],
            ]
    }

    /// Group-readable only: the files belong to root, and mc runs in the group of `fsGroup`.
    ///
    /// - Parameter item: the only key to mount, and the file it becomes; all keys by their own names when `nil`.
    private func secret(
        _ volume: String, _ name: String, isOptional: Bool = false, _ item: (key: String, path: String)? = nil
    ) -> JSONValue {
        var members: [(String, JSONValue)] = [("secretName", .string(name)), ("defaultMode", 0o440)]
        if let item { members.append(("items", [.texts([("key", item.key), ("path", item.path)])])) }
        if isOptional { members.append(("optional", true)) }
        return ["name": .string(volume), "secret": .members(members)]
    }

    private func claim(_ name: String, _ gibibytes: Int64) -> JSONValue {
        let spec: JSONValue = [
            "accessModes": ["ReadWriteOnce"], "resources": ["requests": ["storage": .string("\(gibibytes)Gi")]],
        ]
        return ["metadata": ["name": .string(name)], "spec": spec]
    }
}
