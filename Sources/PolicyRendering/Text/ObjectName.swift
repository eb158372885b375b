internal import Core

/// Names of Kubernetes objects that come from names in the bundle.
enum ObjectName {
    /// A name of lowercase letters, digits and `-`; one that had to be changed ends in a digest, so that two stay two.
    ///
    /// - Parameter limit: the most bytes it may have.
    static func of(_ prefix: String, _ name: String, limit: Int = 63) -> String {
        let plain = String(
            decoding: name.utf8.map { byte -> UInt8 in
                switch byte {
                case 0x61...0x7A, 0x30...0x39: byte
                case 0x41...0x5A: byte + 32
                default: UInt8(ascii: "-")
                }
            }, as: UTF8.self)
        let whole = "\(prefix)-\(plain)"
        if plain.isSame(as: name), whole.utf8.count <= limit { return whole }
        let mark = Digest.of(Array(name.utf8)).hex.prefix(8)
        let short = String(whole.prefix(limit - 9))
        return "\(short)-\(mark)"
    }
}
