@_spi(Fuzzing) import Bolt
import TestSupport
import Testing

@Suite struct FuzzTargetTests {
    /// The fuzz target's properties, on seeds that are changed at random.
    @Test(arguments: 0..<10) func holdsOnChangedSeeds(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        let greeting: [UInt8] = [0, 0, 4, 5] + Server.success() + Server.success()
        let talk =
            [1, UInt8(random.below(60))] + greeting + Server.success(["fields": ["x"]]) + Server.record([1])
            + Server.success(["has_more": true]) + Server.record(["s3cret-w0rd"]) + Server.success()
            + Server.success(["fields": ["x"]])
            + Server.failure(["code": "s3cret-w0rd", "message": "s3cret-w0rd"]) + Server.ignored + Server.success()
        #expect(FuzzTargets.bolt(talk) == nil)
        for _ in 0..<200 {
            var bytes = talk
            if random.oneIn(3) { bytes[0] = 0 }
            for _ in 0...random.below(3) { bytes[random.below(bytes.count)] = UInt8(random.below(256)) }
            #expect(FuzzTargets.bolt(bytes) == nil)
        }
    }
}
