package dev.greenlet.raw;

import static org.assertj.core.api.Assertions.assertThat;

import dev.greenlet.Greenlets;
import dev.greenlet.raw.RawHost.Owner;
import dev.greenlet.raw.RawHost.Stage;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;

/**
 * A topic of the contract: each test runs in a new owner, once for each host. Subclasses name the
 * hosts in an {@code EnumSource}.
 */
@ParameterizedClass(name = "{0}")
@ExtendWith(RawContract.RunInOwner.class)
abstract class RawContract {
  @Parameter RawHost host = RawHost.PLATFORM_THREAD;
  @Nullable Stage stage;

  /** Starts another owner of the same sort. */
  final Owner startOwner(RawHost.Body body) {
    return stage().start(body);
  }

  final Stage stage() {
    if (stage == null) {
      throw new IllegalStateException("no test runs");
    }
    return stage;
  }

  /** Waits, without holding the hub, until a condition without a notification is true. */
  static void awaitTrue(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(15);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("nanoseconds until the deadline").isLessThan(deadline);
      Greenlets.sleep(Duration.ofMillis(1));
    }
  }

  /** The parent of the running greenlet, which has one. */
  static RawGreenlet parent() {
    RawGreenlet parent = RawGreenlet.current().parent();
    if (parent == null) {
      throw new AssertionError("a main greenlet runs");
    }
    return parent;
  }

  /** Switches to the parent. */
  static @Nullable Object yieldToParent(@Nullable Object value) {
    return parent().switchTo(value);
  }

  /** Moves each test method from JUnit's thread into an owner. */
  static final class RunInOwner implements InvocationInterceptor {
    @Override
    public void interceptTestMethod(
        Invocation<@Nullable Void> invocation,
        ReflectiveInvocationContext<Method> method,
        ExtensionContext context)
        throws Throwable {
      RawContract test = (RawContract) context.getRequiredTestInstance();
      try (Stage stage = test.host.open()) {
        test.stage = stage;
        stage.start(invocation::proceed).join();
      }
    }
  }
}
