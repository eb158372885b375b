/// Names, ports and paths that several objects must agree on.
enum Layout {
    static let application = "mc"
    static let webhookService = "mc-webhook"
    static let apiService = "mc-api"
    /// The service that gives each replica its name.
    static let headlessService = "mc"

    static let webhookPort: Int64 = 9443
    static let apiPort: Int64 = 8443
    static let healthPort: Int64 = 8081

    /// Shorter than the webhook's timeout, so that a late answer is ours and says why.
    static let deadline = "8s"
    static let webhookTimeout: Int64 = 10

    static let configuration = "/etc/mc/mc.yaml"
    static let policy = "/etc/mc/policy"
    static let nextPolicy = "/etc/mc/policy-next"
    static let waivers = "/etc/mc/waivers"
    static let trust = "/etc/mc/trust"
    static let webhookTLS = "/etc/mc/tls/webhook"
    static let apiTLS = "/etc/mc/tls/api"
    static let clientCA = "/etc/mc/client-ca"
    static let apiAccess = "/etc/mc/api"
    /// The token by which a replica reads the others' logs.
    static let peerToken = "/etc/mc/api/peer-token"
    /// docker's configuration folder, for credentials of registries.
    static let registry = "/etc/mc/registry"
    static let logKey = "/etc/mc/log-key.pem"
    static let log = "/var/lib/mc/log"
    static let cache = "/var/lib/mc/cache"

    /// Names of Secrets that the operator, `mc certs` or cert-manager makes.
    static let webhookSecret = "mc-webhook-tls"
    static let apiSecret = "mc-api-tls"
    static let logKeySecret = "mc-log-keys"
    static let apiAccessSecret = "mc-api-access"
    static let registrySecret = "mc-registry"

    static let policyMap = "mc-policy"
    static let nextPolicyMap = "mc-policy-next"
    static let waiversMap = "mc-waivers"
    static let trustMap = "mc-trust"
    static let clientCAMap = "mc-client-ca"
    static let configurationMap = "mc-config"

    static let logGibibytes: Int64 = 10
    static let cacheGibibytes: Int64 = 5
}
