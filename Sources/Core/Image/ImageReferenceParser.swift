/// Reads an ``ImageReference`` in one pass from left to right.
///
/// Nothing is ever tried twice: `@` occurs only before the digest, and the domain ends at the first `/`.
struct ImageReferenceParser {
    private let bytes: [UInt8]

    /// Takes the text, unless it is too long.
    init(_ text: String) throws(ImageReferenceError) {
        let count = text.utf8.count
        guard count <= ImageReference.maximumBytes else {
            throw ImageReferenceError(
                .tooLong, .reference,
                "the text is \(count) bytes long, a reference has at most \(ImageReference.maximumBytes)",
                offset: ImageReference.maximumBytes)
        }
        bytes = Array(text.utf8)
    }

    /// Reads the whole text as a reference.
    func parse() throws(ImageReferenceError) -> ImageReference {
        guard !bytes.isEmpty else {
            throw ImageReferenceError(
                .empty, .reference, "the reference is empty; write an image such as ghcr.io/org/app@sha256:…", offset: 0
            )
        }
        guard !Self.isImageID(bytes) else {
            throw ImageReferenceError(
                .ambiguous, .repository,
                "64 hexadecimal digits alone could be an image id or a name; "
                    + "write docker.io/library/… for the name, or put the image's name and '@sha256:' before a digest",
                offset: 0)
        }
        let named = bytes.prefix { $0 != UInt8(ascii: "@") }
        let name: ArraySlice<UInt8>
        var registry = ImageReference.dockerHub
        if let slash = named.firstIndex(of: UInt8(ascii: "/")), Self.isDomain(bytes[..<slash]) {
            registry = try self.registry(named[..<slash])
            name = named[(slash + 1)...]
        } else {
            name = named
        }
        let path = name.prefix { $0 != UInt8(ascii: ":") }
        var repository = try self.repository(path)
        if registry == ImageReference.dockerHub, !path.contains(UInt8(ascii: "/")) {
            repository = ImageReference.officialPrefix + repository
        }
        let length = registry.utf8.count + 1 + repository.utf8.count
        guard length <= ImageReference.maximumNameLength else {
            throw ImageReferenceError(
                .tooLong, .repository,
                "registry and repository are \(length) characters long, "
                    + "at most \(ImageReference.maximumNameLength) are accepted",
                offset: path.startIndex)
        }
        let tag = path.endIndex < named.endIndex ? try self.tag(named[(path.endIndex + 1)...]) : nil
        let digest = named.endIndex < bytes.endIndex ? try self.digest(bytes[(named.endIndex + 1)...]) : nil
        return ImageReference(registry: registry, repository: repository, tag: tag, digest: digest)
    }

    /// Reads the whole text as a digest.
    func parseDigest() throws(ImageReferenceError) -> String { try digest(bytes[...]) }

    /// Whether a name is the hexadecimal of a SHA-256, as image ids are.
    static func isImageID(_ bytes: [UInt8]) -> Bool { bytes.count == 64 && bytes.allSatisfy(isHexadecimal) }

    /// Whether a first component is a registry's domain rather than a Docker Hub namespace (`splitDockerDomain`).
    static func isDomain(_ component: some Collection<UInt8>) -> Bool {
        component.elementsEqual("localhost".utf8)
            || component.contains {
                $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: ":") || isUppercase($0)
            }
    }

    // MARK: Registry

    private func registry(_ domain: ArraySlice<UInt8>) throws(ImageReferenceError) -> String {
        let host: ArraySlice<UInt8>
        if domain.first == UInt8(ascii: "[") {
            guard let bracket = domain.firstIndex(of: UInt8(ascii: "]")) else {
                throw error(.malformed, .registry, "this '[' is never closed; write IPv6 addresses as [::1]", domain)
            }
            host = domain[...bracket]
            guard Self.isIPv6(domain[(domain.startIndex + 1)..<bracket]) else {
                throw error(
                    .malformed, .registry,
                    "expected an IPv6 address in brackets, such as [2001:db8::1], without zone and IPv4 part", domain)
            }
        } else {
            host = domain.prefix { $0 != UInt8(ascii: ":") }
            try checkLabels(host)
        }
        let rest = domain[host.endIndex...]
        if !rest.isEmpty {
            guard rest.first == UInt8(ascii: ":"), Self.isPort(rest.dropFirst()) else {
                throw error(
                    .malformed, .registry, "expected nothing or a port from :1 to :65535 after the registry's host",
                    rest)
            }
        }
        let lowercased = Self.string(domain.map { Self.isUppercase($0) ? $0 + 32 : $0 })
        switch lowercased {
        case "index.docker.io", "registry-1.docker.io": return ImageReference.dockerHub
        default: break
        }
        // In lowercase it would be read as a namespace of Docker Hub, so that one text would mean two images.
        guard Self.isDomain(lowercased.utf8) else {
            throw error(
                .ambiguous, .registry,
                "only its capitals make \(PrintableText.quote(Self.string(domain))) a registry; write it in lowercase "
                    + "if it is a namespace of Docker Hub, or with a port, such as \(lowercased):443, if it is a host",
                domain)
        }
        return lowercased
    }

    private func checkLabels(_ host: ArraySlice<UInt8>) throws(ImageReferenceError) {
        for label in host.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false) {
            guard let first = label.first, let last = label.last else {
                throw error(
                    .malformed, .registry, "the registry's host has an empty label; remove the extra dot", label)
            }
            if let wrong = label.firstIndex(where: { !Self.isAlphanumeric($0) && $0 != UInt8(ascii: "-") }) {
                throw error(
                    .malformed, .registry,
                    "\(seen(wrong)) cannot stand in a registry's host; use ASCII letters, digits, '-' and '.'",
                    label[wrong...])
            }
            guard Self.isAlphanumeric(first), Self.isAlphanumeric(last) else {
                throw error(
                    .malformed, .registry, "a label of the registry's host begins or ends with '-'; remove it", label)
            }
        }
    }

    /// RFC 4291, 2.2, the forms without an IPv4 part: eight groups, or fewer around one `::`.
    private static func isIPv6(_ address: ArraySlice<UInt8>) -> Bool {
        let colon = UInt8(ascii: ":")
        guard let gap = address.indices.dropLast().first(where: { address[$0] == colon && address[$0 + 1] == colon })
        else { return groups(address) == 8 }
        guard let before = groups(address[..<gap]), let after = groups(address[(gap + 2)...]) else { return false }
        return before + after < 8
    }

    /// The number of groups of one to four hexadecimal digits; `nil` when a part between colons is something else.
    private static func groups(_ part: ArraySlice<UInt8>) -> Int? {
        if part.isEmpty { return 0 }
        let groups = part.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        let areValid = groups.allSatisfy { group in
            (1...4).contains(group.count) && group.allSatisfy { isHexadecimal($0) || (0x41...0x46).contains($0) }
        }
        return areValid ? groups.count : nil
    }

    /// 1 to 65535 without leading zeros, so that a port has one spelling.
    private static func isPort(_ digits: ArraySlice<UInt8>) -> Bool {
        guard (1...5).contains(digits.count), digits.first != UInt8(ascii: "0"), digits.allSatisfy(isDigit) else {
            return false
        }
        return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) } <= 65535
    }

    // MARK: Repository

    private func repository(_ path: ArraySlice<UInt8>) throws(ImageReferenceError) -> String {
        guard !path.isEmpty else {
            throw error(.empty, .repository, "the repository's name is missing; write one, such as org/app", path)
        }
        for component in path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            guard !component.isEmpty else {
                throw error(
                    .malformed, .repository, "the repository has an empty component; remove the extra '/'", component)
            }
            try checkComponent(component)
        }
        return Self.string(path)
    }

    /// `[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*`
    private func checkComponent(_ component: ArraySlice<UInt8>) throws(ImageReferenceError) {
        var index = component.startIndex
        while true {
            let word = component[index...].prefix(while: Self.isLowerAlphanumeric)
            guard !word.isEmpty else {
                throw unexpected(at: index, in: component)
            }
            index = word.endIndex
            guard index < component.endIndex else { return }
            let separator = component[index...].prefix { $0 == component[index] }
            switch (component[index], separator.count) {
            case (UInt8(ascii: "."), 1), (UInt8(ascii: "_"), 1...2), (UInt8(ascii: "-"), _): index = separator.endIndex
            case (UInt8(ascii: "."), _), (UInt8(ascii: "_"), _):
                throw error(
                    .malformed, .repository,
                    "\(separator.count) times \(seen(index)) in a row; one '.', one or two '_', "
                        + "or any number of '-' may separate words",
                    separator)
            default: throw unexpected(at: index, in: component)
            }
        }
    }

    private func unexpected(at index: Int, in component: ArraySlice<UInt8>) -> ImageReferenceError {
        if index < component.endIndex, Self.isUppercase(bytes[index]) {
            return error(
                .uppercase, .repository, "\(seen(index)) is a capital letter; repositories are lowercase",
                component[index...])
        }
        let what = index < component.endIndex ? "\(seen(index)) cannot stand here" : "the name ends in a separator"
        return error(
            .malformed, .repository,
            "\(what); repositories are words of lowercase letters and digits, separated by '.', '_', '__' or '-'",
            component[index...])
    }

    // MARK: Tag and digest

    private func tag(_ tag: ArraySlice<UInt8>) throws(ImageReferenceError) -> String {
        guard let first = tag.first else {
            throw error(.empty, .tag, "a ':' announces a tag, but none follows; add it or remove the ':'", tag)
        }
        let isPunctuation: (UInt8) -> Bool = { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") }
        if let wrong = tag.firstIndex(where: {
            !Self.isAlphanumeric($0) && $0 != UInt8(ascii: "_") && !isPunctuation($0)
        }) {
            throw error(
                .malformed, .tag,
                "\(seen(wrong)) cannot stand in a tag; use ASCII letters, digits, '_', '.' and '-'", tag[wrong...])
        }
        guard !isPunctuation(first) else {
            throw error(
                .malformed, .tag, "a tag cannot begin with \(seen(tag.startIndex)); begin with a letter, digit or '_'",
                tag)
        }
        guard tag.count <= 128 else {
            throw error(.tooLong, .tag, "the tag is \(tag.count) characters long, at most 128 are accepted", tag)
        }
        return Self.string(tag)
    }

    private func digest(_ digest: ArraySlice<UInt8>) throws(ImageReferenceError) -> String {
        guard !digest.isEmpty else {
            throw error(.empty, .digest, "a digest is missing; write sha256: and 64 hexadecimal digits", digest)
        }
        let algorithm = digest.prefix { $0 != UInt8(ascii: ":") }
        let expected: Int
        switch Self.string(algorithm) {
        case "sha256": expected = 64
        case "sha512": expected = 128
        case let other:
            throw error(
                .unsupportedAlgorithm, .digest,
                "the algorithm \(PrintableText.quote(String(other.prefix(32)))) is not supported; "
                    + "use sha256 or sha512, in lowercase",
                digest)
        }
        let hex = digest[algorithm.endIndex...].dropFirst()
        if let wrong = hex.firstIndex(where: { !Self.isHexadecimal($0) }) {
            throw error(
                .malformed, .digest, "\(seen(wrong)) is not a lowercase hexadecimal digit", hex[wrong...])
        }
        guard hex.count == expected else {
            throw error(
                .malformed, .digest,
                "\(hex.count) hexadecimal digits, but \(Self.string(algorithm)) has \(expected)", hex)
        }
        return Self.string(digest)
    }

    // MARK: Characters and errors

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    private static func isLowerAlphanumeric(_ byte: UInt8) -> Bool { isDigit(byte) || (0x61...0x7A).contains(byte) }
    private static func isUppercase(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte) }
    private static func isAlphanumeric(_ byte: UInt8) -> Bool { isLowerAlphanumeric(byte) || isUppercase(byte) }
    private static func isHexadecimal(_ byte: UInt8) -> Bool { isDigit(byte) || (0x61...0x66).contains(byte) }

    private static func string(_ bytes: some Collection<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }

    /// The character at an offset, for messages.
    private func seen(_ offset: Int) -> String {
        let scalar = String(decoding: bytes[offset...].prefix(4), as: UTF8.self).unicodeScalars.first
        return PrintableText.quote(scalar ?? "\u{FFFD}")
    }

    /// An error where a slice begins.
    private func error(
        _ code: ImageReferenceError.Code, _ part: ImageReferenceError.Part, _ message: String,
        _ place: ArraySlice<UInt8>
    ) -> ImageReferenceError {
        ImageReferenceError(code, part, message, offset: place.startIndex)
    }
}
