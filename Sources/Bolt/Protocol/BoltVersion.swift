/// A version of the protocol that both sides speak.
package struct BoltVersion: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let major: Int
    package let minor: Int

    package init(_ major: Int, _ minor: Int) {
        self.major = major
        self.minor = minor
    }

    package static func < (left: BoltVersion, right: BoltVersion) -> Bool {
        (left.major, left.minor) < (right.major, right.minor)
    }

    package var description: String { "\(major).\(minor)" }

    /// Credentials have a message of their own, LOGON, instead of being part of HELLO.
    package var hasLogon: Bool { self >= BoltVersion(5, 1) }
    /// HELLO names the library that speaks.
    package var namesAgent: Bool { self >= BoltVersion(5, 3) }
}
