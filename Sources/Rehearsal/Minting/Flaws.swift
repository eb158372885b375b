internal import TestAuthority

/// The flaws that a case can name: those of the authority's catalogue that show against an unchanged trust root.
package enum Flaws {
    /// Their names, sorted.
    package static let names: [String] = all.keys.sorted()

    static let all: [String: Flaw] = {
        var named: [String: Flaw] = [:]
        for flaw in Flaw.all where !needsOther.contains(flaw) {
            named[String("\(flaw)".prefix { $0 != "(" })] = flaw
        }
        return named
    }()

    // They are flaws only of another trust root, of a policy with more demands, or of a plain message signature.
    private static let needsOther: Set<Flaw> = [
        .authorityWindowEnded, .sctLogWindowEnded, .logWindowEnded, .timestampWindowEnded, .expiredIntermediate,
        .timestampOutsideCertificate, .duplicateLogEntry, .sameLogTwice, .predicateTypeOther, .predicateTypeLookalike,
        .messageDigestOther,
    ]
}
