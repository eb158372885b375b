internal import Core

/// A field of a document, in a form in which two can be compared.
struct Trait {
    /// What it means when there is more of it.
    enum Sense {
        case moreIsLooser, moreIsStricter, neutral
    }

    enum Value {
        /// A value with a place in an order, where it has one.
        case scalar(String, rank: Int64?)
        case set(Set<String>)
    }

    let field: String
    let value: Value
    let sense: Sense

    /// A value that is ranked: a count, or a duration in which `nil` is no limit.
    static func number(_ field: String, _ number: Int, _ sense: Sense) -> Trait {
        Trait(field: field, value: .scalar("\(number)", rank: Int64(number)), sense: sense)
    }

    /// A limit in time; none is the loosest.
    static func limit(_ field: String, _ duration: Duration?) -> Trait {
        Trait(
            field: field,
            value: .scalar(duration.map(DurationText.text) ?? "none", rank: duration?.components.seconds ?? .max),
            sense: .moreIsLooser)
    }

    static func duration(_ field: String, _ duration: Duration, _ sense: Sense) -> Trait {
        Trait(
            field: field, value: .scalar(DurationText.text(duration), rank: duration.components.seconds), sense: sense)
    }

    /// Whether something is demanded.
    static func demand(_ field: String, _ isDemanded: Bool) -> Trait {
        Trait(field: field, value: .scalar("\(isDemanded)", rank: isDemanded ? 1 : 0), sense: .moreIsStricter)
    }

    static func text(_ field: String, _ text: String?) -> Trait {
        Trait(field: field, value: .scalar(text.map(plain) ?? "none", rank: nil), sense: .neutral)
    }

    static func set(_ field: String, _ texts: some Sequence<String>, _ sense: Sense) -> Trait {
        Trait(field: field, value: .set(Set(texts.map(plain))), sense: sense)
    }

    /// A list of what is accepted; an empty one accepts everything.
    static func choice(_ field: String, _ texts: [String]) -> Trait {
        texts.isEmpty
            ? Trait(field: field, value: .scalar("any", rank: .max), sense: .moreIsLooser)
            : Trait(field: field, value: .set(Set(texts.map(plain))), sense: .moreIsLooser)
    }

    // Two spellings of "é" are two patterns: they must not look the same, nor be taken for the same here.
    private static func plain(_ text: String) -> String {
        text.utf8.allSatisfy { (0x20...0x7E).contains($0) } ? text : PrintableText.quote(text)
    }
}
