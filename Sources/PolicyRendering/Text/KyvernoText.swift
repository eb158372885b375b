internal import Core

/// Texts in a Kyverno ClusterPolicy, where `{{…}}` is a variable, `$(…)` a reference and wildcards differ from ours.
enum KyvernoText {
    /// A text that Kyverno takes as it is.
    ///
    /// - Throws: ``RenderError`` with code `inexpressible` when it would be taken for a variable or reference.
    static func plain(_ text: String, field: String) throws(RenderError) -> String {
        for mark in ["{{", "}}", "$("] where text.utf8.firstRange(of: mark) {
            throw RenderError(
                .inexpressible,
                "\(PrintableText.quote(text.excerpt(200))) holds \(mark), which Kyverno takes for a variable; write it "
                    + "differently, or keep this policy with mc",
                field: field)
        }
        return text
    }

    /// A pattern as a raw string of JMESPath.
    ///
    /// - Throws: ``RenderError`` with code `inexpressible` when it holds what one of the layers of quoting could read.
    static func jmesPath(_ pattern: String, field: String) throws(RenderError) -> String {
        let isSafe = pattern.unicodeScalars.allSatisfy { scalar in
            (0x20...0x7E).contains(scalar.value) && !"'`\"\\{}$".unicodeScalars.contains(scalar)
                || scalar == "$"
        }
        guard isSafe, !pattern.utf8.firstRange(of: "$(") else {
            throw RenderError(
                .inexpressible,
                "\(PrintableText.quote(pattern.excerpt(200))) holds quotes, braces, backslashes or characters outside "
                    + "of ASCII, which Kyverno's variables do not keep apart; write it differently, or keep this policy "
                    + "with mc",
                field: field)
        }
        return "'\(pattern)'"
    }

    /// A glob in Kyverno's wildcards; it matches at least what the glob does.
    ///
    /// There a `.` stands for any character as well, so what is written here may only say where a rule applies.
    ///
    /// - Throws: ``RenderError`` as ``plain(_:field:)``.
    static func wildcard(_ glob: Glob, field: String) throws(RenderError) -> String {
        var text = String.UnicodeScalarView()
        for token in Pattern.tokens(glob) {
            switch token {
            case .scalar("?"): text.append("?")
            case .scalar(let scalar): text.append(scalar)
            case .anyCharacter: text.append("?")
            case .anyRun: text.append("*")
            }
        }
        return try plain(String(text), field: field)
    }
}

extension String.UTF8View {
    /// Whether a text occurs, byte by byte.
    fileprivate func firstRange(of text: String) -> Bool {
        let (all, wanted) = (Array(self), Array(text.utf8))
        guard all.count >= wanted.count else { return false }
        return (0...(all.count - wanted.count)).contains { all[$0..<($0 + wanted.count)].elementsEqual(wanted) }
    }
}
