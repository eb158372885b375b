import Core
import Installation
import Testing
import YAML

/// What must never be missing from the manifests, whatever else changes.
@Suite struct ManifestTests {
    @Test func theSameOptionsGiveTheSameBytes() throws {
        let one = try Samples.installation(everything: true)
        let other = try Samples.installation(everything: true)
        #expect(try one.yaml() == other.yaml())
        #expect(try one.kustomize() == other.kustomize())
        #expect(try one.yaml() != Samples.installation().yaml())
    }

    @Test func theYAMLIsReadAsTheSame() throws {
        let installation = try Samples.installation(everything: true)
        let nodes = try YAMLReader.documents(Array(installation.yaml().utf8), file: "all.yaml")
        #expect(try nodes.map(\.json) == installation.objects())
    }

    @Test(arguments: ["validate.mc.internal", "nodes.mc.internal", "mutate.mc.internal"])
    func webhooksFailClosed(name: String) throws {
        let installation = try Samples.installation()
        let webhooks = try ["ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"]
            .flatMap { try installation.object($0, "mc")?["webhooks"]?.array ?? [] }
        let webhook = try #require(webhooks.first { $0["name"]?.string == name })
        #expect(webhook["failurePolicy"] == "Fail")
        #expect(webhook["matchPolicy"] == "Equivalent")
        #expect(webhook["sideEffects"] == "NoneOnDryRun")
        #expect(webhook["timeoutSeconds"] == 10)
        #expect(webhook.at("clientConfig", "caBundle")?.string == Base64.encode(Samples.certificate))
        #expect(webhook["objectSelector"] == nil)
        #expect(webhook["matchConditions"] == nil)
    }

    @Test func exemptionsAreByTheNamespacesNameAlone() throws {
        let installation = Installation(try Samples.options(exempt: ["cert-manager"]))
        let selector = try installation.object("ValidatingWebhookConfiguration", "mc")?
            .at("webhooks", "0", "namespaceSelector")
        #expect(
            selector == [
                "matchExpressions": [
                    [
                        "key": "kubernetes.io/metadata.name", "operator": "NotIn",
                        "values": ["kube-system", "mc-system", "cert-manager"],
                    ]
                ]
            ])
    }

    @Test(arguments: [
        ("", "pods", "CREATE"), ("", "pods", "UPDATE"), ("", "pods/ephemeralcontainers", "UPDATE"),
        ("", "replicationcontrollers", "CREATE"), ("", "podtemplates", "UPDATE"), ("apps", "deployments", "CREATE"),
        ("apps", "replicasets", "UPDATE"), ("apps", "statefulsets", "CREATE"), ("apps", "daemonsets", "UPDATE"),
        ("batch", "jobs", "CREATE"), ("batch", "cronjobs", "UPDATE"), ("apps", "*/scale", "UPDATE"),
        ("", "*/scale", "UPDATE"), ("", "pods/exec", "CONNECT"), ("", "pods/attach", "CONNECT"),
        ("", "pods/portforward", "CONNECT"), ("", "nodes/proxy", "CONNECT"),
    ])
    func everyWayToRunSomethingIsAskedAbout(group: String, resource: String, operation: String) throws {
        let webhooks =
            try Samples.installation().object("ValidatingWebhookConfiguration", "mc")?["webhooks"]?.array ?? []
        let rules = webhooks.flatMap { $0["rules"]?.array ?? [] }
        #expect(
            rules.contains { rule in
                rule["apiGroups"]?.array?.contains(.string(group)) == true
                    && rule["resources"]?.array?.contains(.string(resource)) == true
                    && rule["operations"]?.array?.contains(.string(operation)) == true
            })
    }

    @Test func nothingOfSecretsIsRead() throws {
        let roles = try Samples.installation(everything: true).objects()
            .filter { ["ClusterRole", "Role"].contains($0["kind"]?.string ?? "") }
        #expect(roles.count == 3)
        let texts = roles.flatMap { $0["rules"]?.texts ?? [] }
        #expect(!texts.contains("secrets"))
        #expect(!texts.contains("*"))
        #expect(texts.contains("controllerrevisions"))
        let webhook = roles.first { $0["metadata"]?["name"] == "mc-webhook" }
        #expect(Set((webhook?["rules"]?.array ?? []).flatMap { $0["verbs"]?.texts ?? [] }) == ["get", "list", "watch"])
    }

    /// Two logs under one origin would be a fork to every witness.
    @Test func eachReplicaHasAnOriginOfItsOwn() throws {
        let data = try Samples.installation(everything: true).object("ConfigMap", "mc-config")?["data"]?.object
        let origins = try (data?.members ?? []).map { member in
            let node = try YAMLReader.documents(Array((member.value.string ?? "").utf8), file: member.key)[0].json
            return "\(member.key) \(node.at("log", "origin")?.string ?? "")"
        }
        #expect(
            origins == [
                "mc-0.yaml mc.internal/prod-eu/mc-0", "mc-1.yaml mc.internal/prod-eu/mc-1",
                "mc-2.yaml mc.internal/prod-eu/mc-2",
            ])
    }

    @Test func theConfigurationIsThis() throws {
        let text = try Samples.installation(everything: true).object("ConfigMap", "mc-config")?
            .at("data", "mc-0.yaml")?.string
        #expect(
            text == """
                cluster: prod-eu
                policy:
                  bundle: /etc/mc/policy
                  trust: /etc/mc/trust/trust.yaml
                  state: /var/lib/mc/log/policy-state.json
                  next: /etc/mc/policy-next
                waivers:
                  folder: /etc/mc/waivers
                log:
                  folder: /var/lib/mc/log/entries
                  key: /etc/mc/log-key.pem
                  origin: mc.internal/prod-eu/mc-0
                  maximumBytes: 9663676416
                cache:
                  folder: /var/lib/mc/cache
                  maximumBytes: 4294967296
                  maximumAge: 24h
                evidence:
                  insecureRegistries: []
                kubernetes:
                  inCluster: true
                webhook:
                  listen: "0.0.0.0:9443"
                  certificate: /etc/mc/tls/webhook/tls.crt
                  key: /etc/mc/tls/webhook/tls.key
                  clientCA: /etc/mc/client-ca/ca.crt
                  requireClientCertificate: true
                  deadline: 8s
                api:
                  listen: "0.0.0.0:8443"
                  certificate: /etc/mc/tls/api/tls.crt
                  key: /etc/mc/tls/api/tls.key
                  tokens: /etc/mc/api/tokens.yaml
                health:
                  listen: "0.0.0.0:8081"
                recorder:
                  enabled: true
                  namespace: mc-system
                witnesses: []
                peers:
                  - url: https://mc-1.mc.mc-system.svc:8443
                    key: mc.internal/prod-eu/mc-1+0123abcd+AQIDBA==
                    token: /etc/mc/api/peer-token
                    ca: /etc/mc/tls/api/ca.crt
                  - url: https://mc-2.mc.mc-system.svc:8443
                    key: mc.internal/prod-eu/mc-2+0123abcd+AQIDBA==
                    token: /etc/mc/api/peer-token
                    ca: /etc/mc/tls/api/ca.crt

                """)
    }

    /// The recorder keeps who leads and how far it is, under one name, and nothing else.
    @Test func theRecorderKeepsItsPositionUnderOneName() throws {
        let rules = try Samples.installation().object("Role", "mc-recorder")?["rules"]?.array ?? []
        let maps = rules.filter { $0["resources"] == ["configmaps"] }
        #expect(
            maps == [
                ["apiGroups": [""], "resources": ["configmaps"], "verbs": ["create"]],
                [
                    "apiGroups": [""], "resources": ["configmaps"], "resourceNames": ["mc-recorder"],
                    "verbs": ["get", "patch"],
                ],
            ])
        let wide = try Samples.installation().objects().filter { $0["kind"] == "ClusterRole" }
        #expect(!wide.isEmpty)
        #expect(!wide.flatMap(\.texts).contains("configmaps"))
    }

    @Test(
        arguments: [
            ([443], [443, 6443]), ([5_000], [443, 5_000, 6443]), ([8_080, 5_000, 443], [443, 5_000, 6443, 8_080]),
        ] as [([Int], [Int64])])
    func itReachesDNSTheAPIServerRegistriesAndItsPeers(registries: [Int], ports: [Int64]) throws {
        let installation = Installation(
            try InstallOptions(image: Samples.image, trust: .certManager, registryPorts: registries))
        let policy = try #require(try installation.object("NetworkPolicy", "mc-server")?["spec"])
        let egress = policy["egress"]?.array ?? []
        #expect(egress.count == 3)
        func numbers(_ rule: JSONValue) -> [Int64] { (rule["ports"]?.array ?? []).compactMap { $0["port"]?.integer } }
        #expect(egress.map(numbers) == [[53, 53], ports, [8443]])
        // The other replicas' API, and no other pod's.
        #expect(egress.last?["to"] == [["podSelector": try #require(policy["podSelector"])]])
    }

    @Test func credentialsOfRegistriesAreMountedAsDockersConfiguration() throws {
        let pod = try #require(try Samples.installation().object("StatefulSet", "mc")?.at("spec", "template", "spec"))
        let volume = pod["volumes"]?.array?.first { $0["name"] == "registry" }
        #expect(
            volume?["secret"] == [
                "secretName": "mc-registry", "defaultMode": 0o440,
                "items": [["key": ".dockerconfigjson", "path": "config.json"]], "optional": true,
            ])
        let container = try #require(pod.at("containers", "0"))
        let mount = container["volumeMounts"]?.array?.first { $0["name"] == "registry" }
        let variable = container["env"]?.array?.first { $0["name"] == "DOCKER_CONFIG" }
        #expect(mount?["mountPath"] == variable?["value"])
        #expect(mount?["readOnly"] == true)
    }

    @Test func replicasServeTheirAPIUnderTheNamesTheirPeersCall() throws {
        let installation = Installation(try Samples.options(trust: .certManager, everything: true))
        let names = try installation.object("Certificate", "mc-api")?.at("spec", "dnsNames")?.texts ?? []
        let text = try installation.object("ConfigMap", "mc-config")?.at("data", "mc-0.yaml")?.string ?? ""
        for name in ["mc-1.mc.mc-system.svc", "mc-2.mc.mc-system.svc"] {
            #expect(names.contains(name))
            #expect(text.contains("https://\(name):8443"))
        }
    }

    @Test func theContainerIsLockedDown() throws {
        let set = try #require(try Samples.installation(everything: true).object("StatefulSet", "mc"))
        let pod = try #require(set.at("spec", "template", "spec"))
        let container = try #require(pod.at("containers", "0"))
        #expect(container["image"]?.string == Samples.image)
        #expect(container.at("securityContext", "readOnlyRootFilesystem") == true)
        #expect(container.at("securityContext", "allowPrivilegeEscalation") == false)
        #expect(container.at("securityContext", "capabilities", "drop") == ["ALL"])
        #expect(pod.at("securityContext", "runAsNonRoot") == true)
        #expect(pod.at("securityContext", "seccompProfile", "type") == "RuntimeDefault")
        #expect(container.at("resources", "limits", "memory") == "512Mi")
        let volumes = (pod["volumes"]?.array ?? []).compactMap { $0["name"]?.string } + ["log", "cache"]
        let mounts = (container["volumeMounts"]?.array ?? []).compactMap { $0["name"]?.string }
        #expect(Set(volumes) == Set(mounts))
    }

    /// What an operator put into them must outlive the next `kubectl apply`.
    @Test(arguments: ["mc-policy", "mc-policy-next", "mc-waivers", "mc-trust", "mc-client-ca"])
    func placesHoldNoData(name: String) throws {
        let map = try #require(try Samples.installation(everything: true).object("ConfigMap", name))
        #expect(map["data"] == nil)
    }

    @Test func aChangedConfigurationRollsThePods() throws {
        func digest(_ options: InstallOptions) throws -> String? {
            try Installation(options).object("StatefulSet", "mc")?
                .at("spec", "template", "metadata", "annotations", "mc.internal/config")?.string
        }
        let one = try digest(try InstallOptions(image: Samples.image, cluster: "a", trust: .certManager))
        let same = try digest(try InstallOptions(image: Samples.image, cluster: "a", trust: .certManager))
        let other = try digest(try InstallOptions(image: Samples.image, cluster: "b", trust: .certManager))
        #expect(one != nil)
        #expect(one == same)
        #expect(one != other)
    }

    @Test func theServerComesBeforeTheWebhook() throws {
        let kinds = try Samples.installation().objects().compactMap { $0["kind"]?.string }
        #expect(kinds.first == "Namespace")
        #expect(kinds.suffix(3) == ["StatefulSet", "MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"])
        #expect(try Samples.installation().objects(.webhook).count == 2)
        #expect(try Samples.installation().objects(.server).count == kinds.count - 2)
    }

    @Test func certManagerWritesTheCA() throws {
        let installation = Installation(try Samples.options(trust: .certManager))
        let configuration = try installation.object("ValidatingWebhookConfiguration", "mc")
        #expect(
            configuration?.at("metadata", "annotations", "cert-manager.io/inject-ca-from") == "mc-system/mc-webhook")
        #expect(configuration?.at("webhooks", "0", "clientConfig", "caBundle") == nil)
        #expect(try installation.object("Certificate", "mc-webhook") != nil)
        #expect(try Samples.installation().object("Certificate", "mc-webhook") == nil)
    }
}
