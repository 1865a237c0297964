package dev.greenlet.spring.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.Outcome;
import dev.greenlet.SpawnOptions;
import dev.greenlet.spring.web.jetty.JettyContainer;
import dev.greenlet.spring.web.tomcat.TomcatContainer;
import jakarta.servlet.FilterChain;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.mock.web.MockAsyncContext;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

/**
 * The lifecycle in isolation: its actions, and its use of the servlet API if no container reports.
 */
@Timeout(60)
class RequestLifecycleTests {
  private static final int ROUNDS = 2_000;

  private final MockHttpServletRequest request = new MockHttpServletRequest("GET", "/some");
  private final MockHttpServletResponse response = new MockHttpServletResponse();
  private final RequestFilter filter =
      new RequestFilter(ServletContainer.UNKNOWN, DisconnectDetection.NONE);
  private final RequestLifecycle lifecycle =
      RequestLifecycle.open(request, ServletContainer.UNKNOWN);
  private final List<String> events = new ArrayList<>();

  @Test
  void actionsRunOnceInReverseOrder() {
    lifecycle.onEnd(() -> events.add("first"));
    lifecycle.onEnd(() -> events.add("last"));

    lifecycle.end();
    lifecycle.end();

    assertThat(events).containsExactly("last", "first");
    assertThat(lifecycle.hasEnded()).isTrue();
  }

  @Test
  @ExtendWith(OutputCaptureExtension.class)
  void aFailingActionPreventsNoOtherOne(CapturedOutput output) {
    lifecycle.onEnd(() -> events.add("first"));
    lifecycle.onEnd(
        () -> {
          throw new IllegalStateException("on purpose");
        });
    lifecycle.onEnd(() -> events.add("last"));

    lifecycle.end();

    assertThat(events).containsExactly("last", "first");
    assertThat(output).contains("on purpose");
  }

  @Test
  void anActionThatIsRegisteredAfterTheEndRunsAtOnce() {
    lifecycle.end();

    lifecycle.onEnd(() -> events.add("late"));

    assertThat(events).containsExactly("late");
  }

  @Test
  void aDisconnectIsReportedOnceAndToLaterActionsToo() {
    lifecycle.onDisconnect(() -> events.add("early"));
    lifecycle.disconnect();
    lifecycle.disconnect();
    lifecycle.onDisconnect(() -> events.add("late"));

    assertThat(events).containsExactly("early", "late");
    assertThat(lifecycle.isDisconnected()).isTrue();
  }

  @Test
  void aDisconnectAfterTheEndHasNoEffect() {
    lifecycle.onDisconnect(() -> events.add("early"));
    lifecycle.end();
    lifecycle.disconnect();
    lifecycle.onDisconnect(() -> events.add("late"));

    assertThat(events).isEmpty();
    assertThat(lifecycle.isDisconnected()).isFalse();
  }

  @Test
  void aDisconnectDuringTheEndIsHandledBeforeItOrHasNoEffect() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      RequestLifecycle raced = OpenRequests.open(null);
      AtomicInteger ends = new AtomicInteger();
      AtomicInteger endsBeforeDisconnect = new AtomicInteger();
      raced.onEnd(ends::incrementAndGet);
      raced.onDisconnect(() -> endsBeforeDisconnect.addAndGet(ends.get()));
      CyclicBarrier barrier = new CyclicBarrier(2);
      Thread other =
          Thread.ofVirtual()
              .start(
                  () -> {
                    await(barrier);
                    raced.disconnect();
                  });
      await(barrier);
      raced.end();
      other.join();

      assertThat(ends).hasValue(1);
      assertThat(endsBeforeDisconnect).hasValue(0);
    }
  }

  @Test
  void aGreenletThatTakesOverADisconnectedRequestIsKilled() throws Exception {
    try (GreenletRuntime runtime = GreenletRuntime.builder().hubs(1).build()) {
      GreenletTask<?> late =
          runtime.spawn(
              SpawnOptions.named("late"),
              () -> {
                Greenlets.sleep(Duration.ofDays(1));
                return true;
              });
      lifecycle.disconnect();
      lifecycle.handOver(late);

      assertThat(late.join(Duration.ofSeconds(30))).isInstanceOf(Outcome.Killed.class);
    }
  }

  @Test
  void anAttachmentIsFoundByItsType() {
    lifecycle.attach("text");
    lifecycle.attach(7);

    assertThat(lifecycle.attached(String.class)).isEqualTo("text");
    assertThat(lifecycle.attached(Integer.class)).isEqualTo(7);
    assertThat(lifecycle.attached(Long.class)).isNull();
  }

  @Test
  void withoutAContainerThatReportsASynchronousRequestEndsWithItsDispatch() throws Exception {
    handle((_, _) -> events.add("handled"));

    assertThat(events).containsExactly("handled", "end");
  }

  @Test
  void withoutAContainerThatReportsARequestThatFailsEndsToo() {
    FilterChain failing =
        (_, _) -> {
          throw new IllegalStateException("on purpose");
        };

    assertThatThrownBy(() -> handle(failing)).hasMessage("on purpose");

    assertThat(events).containsExactly("end");
  }

  @Test
  void withoutAContainerThatReportsAnAsynchronousRequestEndsWhenItCompletes() throws Exception {
    request.setAsyncSupported(true);
    handle((asynchronous, _) -> asynchronous.startAsync());
    assertThat(events).isEmpty();

    Objects.requireNonNull((MockAsyncContext) request.getAsyncContext()).complete();

    assertThat(events).containsExactly("end");
  }

  @Test
  void eachReturnWithAsynchronousProcessingRunsTheActionsForThat() throws Exception {
    request.setAsyncSupported(true);
    lifecycle.onAsync(() -> events.add("async"));

    handle((asynchronous, _) -> asynchronous.startAsync());
    handle((_, _) -> {});

    assertThat(events).containsExactly("async", "async");
  }

  @Test
  void aContainerLeavesTheRequestsOfATestWithoutAServerAlone() {
    for (ServletContainer container : List.of(new TomcatContainer(), new JettyContainer())) {
      assertThat(container.connect(request, lifecycle)).isNull();
    }
  }

  private void handle(FilterChain chain) throws Exception {
    lifecycle.onEnd(() -> events.add("end"));
    filter.doFilter(request, response, chain);
  }

  private static void await(CyclicBarrier barrier) {
    try {
      barrier.await();
    } catch (Exception broken) {
      throw new IllegalStateException(broken);
    }
  }
}
