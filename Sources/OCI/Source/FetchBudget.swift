internal import Core
internal import Synchronization

/// What may be fetched in all for one image, however many manifests and blobs it is spread over.
package final class FetchBudget: Sendable {
    private let objects: Cap
    private let bytes: Cap
    private let spent = Mutex((objects: 0, bytes: 0))

    /// - Parameters:
    ///   - bytes: how many bytes of manifests and blobs.
    ///   - objects: how many manifests, blobs and lists.
    package init(bytes: Int = 256 << 20, objects: Int = 1024) {
        self.bytes = Cap("bytes fetched for one image", bytes)
        self.objects = Cap("objects fetched for one image", objects)
    }

    /// Counts an object before it is fetched, when its size is not yet known or only declared.
    func begin(declaredBytes: Int?) throws(CapExceeded) {
        let total = spent.withLock { spent in
            spent.objects += 1
            return spent
        }
        try objects.check(total.objects)
        // A declared size is at most 2^53 and the sum so far is capped, so this cannot overflow.
        try bytes.check(total.bytes + (declaredBytes ?? 0))
    }

    /// Counts what was fetched.
    func charge(_ count: Int) throws(CapExceeded) {
        let total = spent.withLock { spent in
            spent.bytes += count
            return spent.bytes
        }
        try bytes.check(total)
    }
}
