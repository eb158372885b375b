import Core
import Testing

@testable import TransparencyLog

/// A checkpoint as a log published it, with the cosignatures of four public witnesses (C2SP tlog-cosignature).
struct CheckpointVectorTests {
    static let text = """
        arche2025h1.staging.ct.transparency.dev
        1432088532
        U7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=

        """

    static let signatures = [
        // RFC 6962 (type 0x05), which is no key of ours: ignored.
        "arche2025h1.staging.ct.transparency.dev zTM8sQAAAZ5W0WdjBAMARjBEAiBjW5IQf9pvsYLfQFX6hoGREPMHbdQ3urbllzalApkptQIg"
            + "IpwtEroeW2BXaHAI4kJXFbon5Ch9MNL5zRNZ55lvGt0=",
        "arche2025h1.staging.ct.transparency.dev ui8GwCF1+kWqZrxGdhj4aX3gcw7XUlXQQabg/27lefwhUkzbC3NygNI75MdhL1bfTW9g8Ei5"
            + "9RA23oHP7Ry1k3ZFWwQ=",
        "transparency.dev/DEV:witness-little-garden 2AQqhwAAAABqEiEgzgFIqqhbUoDwjMWE6UP8nd8/KYTzwZ2rhIgcqoXHAwVkjZr4AscylP3"
            + "v7sEodkRAErumC2q44vdgJY096st5BQ==",
        "witness1.smartit.nu/witness1 pIyCDwAAAABqEiEghIp82KWebrw7/oHQwlTAm3g2RKS4+eebl8eO0WH+/iEcxZ75W3u5hNI7TOQtmJbqmNWV"
            + "uE0tgh0XwzdZsDsUAQ==",
        "remora.n621.de 2net5wAAAABqEiEgPlfF3V06o0Y+fHM+J5J9s27wgxxcOVSpZ/2g/KSiXCg9DEZI+aVCIobWX9sXTynk5XeU/zZ0WBxtqB0DrA"
            + "WfBw==",
        "witness.stagemole.eu Z/euoAAAAABqEiEgw0i+7g2ENfDAWHmtRzCfKTHSDwYDJA2NmKeGi9Y8FtEyOUvVr+AJmIY/2TUFucgKi7lI7cUiOvKF"
            + "Ye/TmN9DAg==",
    ]

    static let log = "arche2025h1.staging.ct.transparency.dev+ba2f06c0+AU0vHmlGCS/PdN8b2OaGmKprLI8HKM+dJ472xgFYh15f"
    static let witnesses = [
        "transparency.dev/DEV:witness-little-garden+d8042a87+BCtusOxINQNUTN5Oj8HObRkh2yHf/MwYaGX4CPdiVEPM",
        "witness1.smartit.nu/witness1+a48c820f+BPSFWg9G6KPiO7QPryYO5Xq4oYJJ+kAvLKLSimDhoxMO",
        "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2",
        "witness.stagemole.eu+67f7aea0+BEqSG3yu9YrmcM3BHvQYTxwFj3uSWakQepafafpUqklv",
    ]

    static func bytes(_ text: String) -> [UInt8] {
        Array((text + "\n" + signatures.map { "\u{2014} \($0)\n" }.joined()).utf8)
    }

    @Test func aPublishedCheckpointVerifiesWithItsWitnesses() throws {
        let signed = try SignedCheckpoint(Self.bytes(Self.text))
        #expect(signed.checkpoint.size == 1_432_088_532)
        let trust = try LogTrust(log: VerifierKey(Self.log), witnesses: Self.witnesses.map { try VerifierKey($0) })
        #expect(trust.threshold == 4)
        #expect(trust.verify(signed) == [])
        #expect(
            trust.witnesses(of: signed).map(\.timestamp) == [
                1_779_573_024, 1_779_573_024, 1_779_573_024, 1_779_573_024,
            ])
        #expect(signed.bytes == Self.bytes(Self.text))
    }

    @Test func anotherSizeDoesNot() throws {
        let signed = try SignedCheckpoint(Self.bytes(Self.text.replacing("1432088532", with: "1432088533")))
        let trust = try LogTrust(log: VerifierKey(Self.log), witnesses: Self.witnesses.map { try VerifierKey($0) })
        // The log's signature, each of the four, and so none that counts.
        #expect(trust.verify(signed).map(\.kind) == [.signature, .witness, .witness, .witness, .witness, .witness])
    }
}
