internal import Core
internal import Policy
internal import Sigstore
internal import YAML

extension YAMLCursor {
    /// A duration such as `90s`, `30m`, `2h` or `40d`.
    func duration() throws(YAMLError) -> Duration {
        guard let duration = Self.duration(try text()[...]) else {
            throw error("expected a duration such as 30m or 2h")
        }
        return duration
    }

    /// An instant, or a time before or after the decision such as `-2h` or `+10m`.
    func moment() throws(YAMLError) -> Moment {
        let text = try text()
        if let instant = Instant(rfc3339: text) { return .absolute(instant) }
        let sign = text.utf8.first
        if sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+"), let duration = Self.duration(text.dropFirst()) {
            return .relative(sign == UInt8(ascii: "-") ? .zero - duration : duration)
        }
        throw error("expected a time such as 2026-01-20T10:00:00Z, or one relative to the decision such as -2h")
    }

    private static func duration(_ text: Substring) -> Duration? {
        let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400]
        guard let last = text.last, let unit = units[last], text.utf8.count <= 8 else { return nil }
        let digits = text.dropLast()
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let count = Int64(digits) else {
            return nil
        }
        return .seconds(count * unit)
    }

    func digest() throws(YAMLError) -> Digest {
        guard let digest = Digest(try text()) else { throw error("expected a digest such as sha256:…") }
        return digest
    }

    func glob() throws(YAMLError) -> Glob {
        do {
            return try Glob(try text())
        } catch let error as YAMLError {
            throw error
        } catch {
            throw self.error("\(error)")
        }
    }

    /// One of the values that an enumeration spells.
    func choice<Choice: RawRepresentable & CaseIterable>(
        _ type: Choice.Type
    ) throws(YAMLError) -> Choice where Choice.RawValue == String {
        let text = try text()
        let names = Choice.allCases.map(\.rawValue)
        guard let choice = Choice.allCases.first(where: { $0.rawValue.isSame(as: text) }) else {
            let meant = Suggestion.nearest(to: text, in: names).map { "; did you mean \($0)?" } ?? ""
            throw error("expected \(names.joined(separator: ", "))\(meant)")
        }
        return choice
    }

    /// The id of a rule that exists.
    func rule() throws(YAMLError) -> RuleID {
        let text = try text()
        guard let rule = Self.rules.first(where: { $0.rawValue.isSame(as: text) }) else {
            let meant = Suggestion.nearest(to: text, in: Self.rules.map(\.rawValue)).map { "; did you mean \($0)?" }
            throw error("there is no such rule\(meant ?? "; mc rules lists all")")
        }
        return rule
    }

    private static let rules = (PolicyRules.all + VerificationRules.all).map(\.id)

    /// The field's text when it is there.
    func optionalText(_ name: String) throws(YAMLError) -> String? { try optional(name)?.text() }

    /// A list, or a single element in its place.
    func oneOrMore(_ cap: Cap) throws(YAMLError) -> [YAMLCursor] {
        if case .sequence = node.value { return try elements(cap) }
        return [self]
    }
}
