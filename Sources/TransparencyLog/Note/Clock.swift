internal import Core
internal import Glibc

/// The system's clock, for those who are given no other.
enum SystemClock {
    @Sendable
    static func now() -> Instant {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Instant(seconds: Int64(time.tv_sec), nanoseconds: Int32(time.tv_nsec))
    }
}
