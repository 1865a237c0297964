package dev.greenlet.spring.web.admission;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.function.ToDoubleFunction;

/**
 * The meters {@code greenlet.web.*} of an {@link Admission}. Thread-safe: each meter reads a
 * snapshot on the thread of its registry, and does not block.
 */
public final class AdmissionMetrics implements MeterBinder {
  private final Admission admission;

  /**
   * Creates the meters.
   *
   * @param admission the admission to measure; kept
   */
  public AdmissionMetrics(Admission admission) {
    this.admission = admission;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    counter("greenlet.web.admitted", AdmissionSnapshot::admitted)
        .description("Requests that were admitted")
        .register(registry);
    counter("greenlet.web.rejected", AdmissionSnapshot::rejectedQueueFull)
        .tag("reason", "queue-full")
        .description("Requests that were rejected with 503")
        .register(registry);
    counter("greenlet.web.rejected", AdmissionSnapshot::rejectedTimedOut)
        .tag("reason", "timeout")
        .description("Requests that were rejected with 503")
        .register(registry);
    gauge("greenlet.web.live", AdmissionSnapshot::live)
        .description("Active requests: admitted, and not ended")
        .register(registry);
    gauge("greenlet.web.limit", AdmissionSnapshot::limit)
        .description("Current limit of active requests")
        .register(registry);
    gauge("greenlet.web.waiting", AdmissionSnapshot::waiting)
        .description("Requests queued for admission")
        .register(registry);
  }

  private FunctionCounter.Builder<Admission> counter(
      String name, ToDoubleFunction<AdmissionSnapshot> count) {
    return FunctionCounter.builder(name, admission, of -> count.applyAsDouble(of.snapshot()))
        .baseUnit("requests");
  }

  private Gauge.Builder<Admission> gauge(String name, ToDoubleFunction<AdmissionSnapshot> value) {
    return Gauge.builder(name, admission, of -> value.applyAsDouble(of.snapshot()))
        .baseUnit("requests");
  }
}
