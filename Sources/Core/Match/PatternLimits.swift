/// What patterns and the texts they are held against may be at most.
///
/// The caps bound the work of one comparison: no pattern and no text, whoever wrote them, can hold up an admission.
public enum PatternLimits {
    /// The length of a pattern in UTF-8 bytes.
    public static let patternBytes = 4 << 10
    /// The length of a text in UTF-8 bytes; a longer one matches nothing.
    ///
    /// With ``instructions`` it bounds a comparison at 82 million steps, about half a second; subjects, issuers and
    /// image names are at most 4 KiB long.
    public static let textBytes = 8 << 10
    /// The instructions that a regular expression may compile to.
    public static let instructions = 10_000
    /// How deeply a regular expression's groups may nest.
    public static let depth = 50
    /// The largest count in `{n,m}` (RE2 has the same).
    public static let count = 1_000

    /// Refuses a pattern over the cap before anything else looks at it.
    ///
    /// - Throws: ``PatternError`` with code ``PatternError/Code/tooLong``.
    static func check(_ pattern: String) throws(PatternError) {
        guard pattern.utf8.count > patternBytes else { return }
        throw PatternError(
            .tooLong,
            "the pattern is \(pattern.utf8.count) bytes long, at most \(patternBytes) are accepted; "
                + "split it into several patterns",
            offset: patternBytes)
    }
}
