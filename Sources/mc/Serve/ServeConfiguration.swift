import Core
import Foundation
import YAML

/// What `mc serve` is told: flags over the environment (`MC_WEBHOOK_LISTEN` …) over the configuration file.
struct ServeConfiguration {
    /// The keys of the file, section by section; the environment names them in capitals, joined by `_`.
    static let keys: [String: [String]] = [
        "": ["cluster"],
        "policy": ["bundle", "trust", "state", "next", "approvals", "poll"],
        "waivers": ["folder"],
        "log": ["folder", "key", "origin", "maximumBytes", "quota", "acceptClock"],
        "cache": ["folder", "maximumBytes", "maximumAge"],
        "evidence": ["standIn", "insecureRegistries"],
        "kubernetes": ["kubeconfig", "context", "inCluster"],
        "webhook": [
            "listen", "certificate", "key", "clientCA", "requireClientCertificate", "trustNetwork", "deadline",
        ],
        "api": ["listen", "certificate", "key", "tokens", "oidc"],
        "health": ["listen"],
        "lineage": ["store"],
        "recorder": ["enabled", "namespace"],
        "witnesses": [],
        "peers": [],
    ]

    /// Where identity tokens come from and who gets which role.
    struct OpenID {
        var issuer: String
        var audience: String
        var keys: String?
        var rules: [(role: String, claim: String, value: String)]
    }

    /// A witness that cosigns the log's checkpoints.
    struct Witness {
        var url: String
        var key: String
    }

    /// Another replica, whose log is followed.
    struct Peer {
        var url: String
        var key: String
        /// The file of the token to ask by.
        var token: String
        /// The file of the CA of its certificate.
        var authority: String?
    }

    private let values: [String: (text: String, source: String)]
    private(set) var insecureRegistries: [String] = []
    private(set) var openID: OpenID?
    private(set) var witnesses: [Witness] = []
    private(set) var peers: [Peer] = []

    /// Puts the layers together.
    ///
    /// - Parameters:
    ///   - file: the configuration file's path and bytes, when there is one.
    ///   - environment: the process's environment.
    ///   - flags: what was said on the command line, by key such as `webhook.listen`.
    /// - Throws: ``YAMLError`` with the place, or ``UsageError``.
    init(
        file: (path: String, bytes: [UInt8])?, environment: [String: String], flags: [String: String],
        insecureRegistries: [String] = []
    ) throws {
        var values: [String: (text: String, source: String)] = [:]
        if let file {
            let root = try YAMLReader.document(file.bytes, file: file.path.printable)
            try root.allow(only: Self.keys.flatMap { $0.key.isEmpty ? $0.value : [$0.key] }.sorted())
            for (name, cursor) in try root.members() {
                guard let known = Self.keys[name] else {
                    values[name] = (try cursor.text(), "\(file.path):\(cursor.mark.line)")
                    continue
                }
                if name == "witnesses" {
                    witnesses = try Self.witnesses(cursor)
                    continue
                }
                if name == "peers" {
                    peers = try Self.peers(cursor)
                    continue
                }
                try cursor.allow(only: known)
                for (member, value) in try cursor.members() {
                    switch "\(name).\(member)" {
                    case "evidence.insecureRegistries":
                        self.insecureRegistries = try cursor.strings(member, Cap("registries", 100))
                    case "api.oidc": openID = try Self.openID(value)
                    default: values["\(name).\(member)"] = (try Self.scalar(value), "\(file.path):\(value.mark.line)")
                    }
                }
            }
        }
        for (section, members) in Self.keys {
            for member in members {
                let key = section.isEmpty ? member : "\(section).\(member)"
                let variable = Self.variable(key)
                if let text = environment[variable], !text.isEmpty { values[key] = (text, variable) }
            }
        }
        for (key, text) in flags { values[key] = (text, "the command line") }
        if !insecureRegistries.isEmpty { self.insecureRegistries = insecureRegistries }
        self.values = values
    }

    /// The variable that stands for a key: `webhook.clientCA` is `MC_WEBHOOK_CLIENT_CA`.
    static func variable(_ key: String) -> String {
        var name = "MC_"
        var wasLower = false
        for character in key {
            if character == "." {
                name += "_"
                wasLower = false
                continue
            }
            if character.isUppercase, wasLower { name += "_" }
            wasLower = character.isLowercase
            name += character.uppercased()
        }
        return name
    }

    /// The text of a key.
    func text(_ key: String) -> String? { values[key]?.text }

    /// The text of a key that must be there.
    ///
    /// - Throws: ``UsageError`` when it is not.
    func required(_ key: String, flag: String) throws(UsageError) -> String {
        guard let text = text(key) else {
            throw UsageError(
                "\(key) is missing: give --\(flag), \(Self.variable(key)), or \(key) in the configuration file")
        }
        return text
    }

    /// A whole number of bytes or pieces.
    ///
    /// - Throws: ``UsageError`` when it is none.
    func integer(_ key: String, in range: ClosedRange<Int>) throws(UsageError) -> Int? {
        guard let (text, source) = values[key] else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw UsageError(
                "\(source): \(key): expected a number from \(range.lowerBound) to \(range.upperBound), saw \(text.printable)"
            )
        }
        return number
    }

    /// A duration such as `8s`, `90m` or `24h`.
    ///
    /// - Throws: ``UsageError`` when it is none.
    func duration(_ key: String) throws(UsageError) -> Duration? {
        guard let (text, source) = values[key] else { return nil }
        let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400]
        guard let unit = text.last.flatMap({ units[$0] }), let count = Int64(text.dropLast()),
            (1...1_000_000).contains(count)
        else {
            throw UsageError("\(source): \(key): expected a duration such as 8s, 90m or 24h, saw \(text.printable)")
        }
        return .seconds(count * unit)
    }

    /// A yes or no.
    ///
    /// - Throws: ``UsageError`` when it is neither.
    func flag(_ key: String) throws(UsageError) -> Bool {
        guard let (text, source) = values[key] else { return false }
        switch text {
        case "true": return true
        case "false": return false
        default: throw UsageError("\(source): \(key): expected true or false, saw \(text.printable)")
        }
    }

    private static func scalar(_ cursor: YAMLCursor) throws(YAMLError) -> String {
        switch cursor.json {
        case .integer(let number): return "\(number)"
        case .bool(let flag): return "\(flag)"
        default: return try cursor.text()
        }
    }

    private static func openID(_ cursor: YAMLCursor) throws(YAMLError) -> OpenID {
        try cursor.allow(only: ["issuer", "audience", "keys", "roles"])
        let issuer = try cursor.required("issuer")
        let url = try issuer.text()
        guard url.hasPrefix("https://") else { throw issuer.error("expected an https:// address") }
        var openID = OpenID(
            issuer: url, audience: try cursor.required("audience").text(), keys: try cursor.optional("keys")?.text(),
            rules: [])
        for rule in try cursor.required("roles").elements(Cap("role rules", 200)) {
            try rule.allow(only: ["role", "claim", "value"])
            openID.rules.append(
                (
                    try rule.required("role").text(), try rule.required("claim").text(),
                    try rule.required("value").text()
                ))
        }
        return openID
    }

    private static func witnesses(_ cursor: YAMLCursor) throws(YAMLError) -> [Witness] {
        var witnesses: [Witness] = []
        for element in try cursor.elements(Cap("witnesses", 16)) {
            try element.allow(only: ["url", "key"])
            witnesses.append(
                Witness(url: try element.required("url").text(), key: try element.required("key").text()))
        }
        return witnesses
    }

    private static func peers(_ cursor: YAMLCursor) throws(YAMLError) -> [Peer] {
        var peers: [Peer] = []
        for element in try cursor.elements(Cap("peers", 32)) {
            try element.allow(only: ["url", "key", "token", "ca"])
            peers.append(
                Peer(
                    url: try element.required("url").text(), key: try element.required("key").text(),
                    token: try element.required("token").text(), authority: try element.optional("ca")?.text()))
        }
        return peers
    }
}
