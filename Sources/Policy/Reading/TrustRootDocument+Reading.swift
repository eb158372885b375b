internal import Core
internal import YAML

extension TrustRootDocument {
    private enum Embedded: String, CaseIterable {
        case publicGood = "public-good"
        case github, none
    }

    init(name: String, _ spec: YAMLCursor, files: [String: [UInt8]]) throws(YAMLError) {
        try spec.allow(only: ["embedded", "file", "thresholds"])
        let embedded = try spec.optional("embedded")
        let file = try spec.optional("file")
        switch (embedded, file) {
        case (nil, nil): throw spec.error("expected embedded or file, saw neither")
        case (_?, let file?): throw file.error("stands beside embedded; which of them would count? leave one out")
        case (let embedded?, nil):
            switch try embedded.choice(Embedded.self) {
            case .publicGood: self.init(name: name, source: .publicGood)
            case .github: self.init(name: name, source: .github)
            // Keys are vouched for by no log and no authority.
            case .none: self.init(name: name, source: .keysOnly, transparencyLogs: 0, certificateLogs: 0)
            }
        case (nil, let file?):
            let path = try file.word()
            guard path.hasSuffix(".json") else { throw file.error("expected the name of a .json file of the bundle") }
            guard let bytes = files.first(where: { $0.key.isSame(as: path) })?.value else {
                let meant = Suggestion.nearest(to: path, in: files.keys.sorted()).map { "; did you mean \($0)?" } ?? ""
                throw file.error("no such file in the bundle\(meant)")
            }
            self.init(name: name, source: .document(bytes, file: path))
        }
        guard let thresholds = try spec.optional("thresholds") else { return }
        if source == .keysOnly { throw thresholds.error("keys alone have no logs and no authorities to count") }
        try thresholds.allow(only: ["transparencyLogs", "certificateLogs", "timestampAuthorities"])
        if let logs = try thresholds.optional("transparencyLogs") { transparencyLogs = try logs.integer(in: 1...8) }
        if let logs = try thresholds.optional("certificateLogs") { certificateLogs = try logs.integer(in: 1...8) }
        if let authorities = try thresholds.optional("timestampAuthorities") {
            timestampAuthorities = try authorities.integer(in: 0...8)
        }
    }
}
