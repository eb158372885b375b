internal import KubernetesClient
package import Outgoing

extension Leadership {
    /// Takes and renews the Lease while work is done, and gives it up when the task is cancelled and the work has ended.
    ///
    /// Once for each Lease in a process: two who renew the same one refuse each other's writes, and lead no more.
    package func keep(
        metrics: RecorderMetrics = RecorderMetrics(), pacing: Pacing = .real(),
        while work: @escaping @Sendable () async -> Void
    ) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.keepRenewing(metrics, pacing) }
            group.addTask { await work() }
        }
        // The task is cancelled by now, and its requests would be as well.
        await Task { await self.release() }.value
        metrics.leading(false)
    }

    private func keepRenewing(_ metrics: RecorderMetrics, _ pacing: Pacing) async {
        while !Task.isCancelled {
            do throws(KubernetesError) {
                _ = try await renew()
            } catch {
                if !Task.isCancelled { metrics.failed("lease") }
            }
            metrics.leading(isLeading)
            await pacing.sleep(times.retry * (0.8 + 0.4 * pacing.jitter()))
        }
    }
}
