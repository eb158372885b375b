import Core
import Installation

enum Samples {
    static let digest = "sha256:" + String(repeating: "ab", count: 32)
    static let older = "sha256:" + String(repeating: "cd", count: 32)
    static let image = "registry.example.com/platform/mc@\(digest)"
    static let certificate = Array(
        "-----BEGIN CERTIFICATE-----\n\(Base64.encode(Array("a certificate".utf8)))\n-----END CERTIFICATE-----\n".utf8)

    static func keys(_ replicas: [Int], cluster: String = "prod-eu") -> [String] {
        replicas.map { "mc.internal/\(cluster)/mc-\($0)+0123abcd+AQIDBA==" }
    }

    static func options(
        trust: InstallOptions.Trust? = .bundle(certificate), exempt: [String] = [], everything: Bool = false
    ) throws -> InstallOptions {
        try InstallOptions(
            image: image, otherImages: everything ? ["registry.example.com/platform/mc@\(older)"] : [],
            cluster: "prod-eu", replicas: everything ? 3 : 2, trust: trust, exempt: exempt,
            hasClientCertificates: everything, hasShadow: everything,
            replicaKeys: everything ? keys([0, 1, 2]) : [])
    }

    static func installation(everything: Bool = false) throws -> Installation {
        Installation(try options(everything: everything))
    }
}

extension Installation {
    /// The one object of that kind and name.
    func object(_ kind: String, _ name: String) throws -> JSONValue? {
        let found = try objects().filter {
            $0["kind"]?.string == kind && $0["metadata"]?["name"]?.string == name
        }
        // A bare nil would be JSON's null.
        return found.count == 1 ? found.first : Optional.none
    }
}

extension JSONValue {
    /// A member of a member, or an element of a list by its number.
    func at(_ path: String...) -> JSONValue? {
        path.reduce(self as JSONValue?) { value, step in
            if let index = Int(step), let list = value?.array { return index < list.count ? list[index] : nil }
            return value?[step]
        }
    }

    /// All texts below this value.
    var texts: [String] {
        switch self {
        case .string(let text): [text]
        case .array(let values): values.flatMap(\.texts)
        case .object(let object): object.members.flatMap(\.value.texts)
        default: []
        }
    }
}
