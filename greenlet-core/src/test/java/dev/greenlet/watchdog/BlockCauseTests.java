package dev.greenlet.watchdog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.GreenletState;
import dev.greenlet.GreenletTask;
import dev.greenlet.Hub;
import dev.greenlet.Slice;
import dev.greenlet.SpawnOptions;
import dev.greenlet.TestEngine;
import dev.greenlet.testing.JavaCommand;
import dev.greenlet.testing.ManualTime;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Collections;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The causes that real greenlets give. */
@Timeout(60)
class BlockCauseTests {
  private static final CountDownLatch NATIVE_RELEASE = new CountDownLatch(1);
  private static final CountDownLatch INITIALISER_RELEASE = new CountDownLatch(1);

  private final ManualTime time = new ManualTime();
  private final CountDownLatch release = new CountDownLatch(1);
  private final RecordedEvents events = new RecordedEvents();
  private @Nullable GreenletRuntime runtime;

  @AfterEach
  void stop() {
    release.countDown();
    if (runtime != null) {
      runtime.close();
    }
  }

  @Test
  void aSleepOfTheJdkIsNoIncidentOnTheNativeEngine() {
    GreenletRuntime used = start(TestEngine.NATIVE);
    Hub hub = used.hubs().getFirst();
    GreenletTask<Integer> sleeper = onHub(used, this::sleep);
    eventually(
        () -> sleeper.greenletState() == GreenletState.PARKED && hub.state() == Hub.State.IDLE);
    HubWatchdog watchdog = watchdog(used);
    watchdog.tick();
    time.advance(Duration.ofSeconds(1));
    watchdog.tick();

    assertThat(events.blocked).isEmpty();
    sleeper.kill("test");
    release.countDown();
  }

  @ParameterizedTest
  @EnumSource(names = {"PORTABLE", "PLATFORM_THREADS"})
  void aSleepOfTheJdkBlocksOnThePortableEngine(TestEngine engine) {
    HubBlockedEvent event =
        blockedBy(start(engine), this::sleep, frame -> frame.getMethodName().equals("sleep"));

    assertThat(event.cause()).isEqualTo(BlockCause.BLOCKING);
    assertThat(event.stack().getFirst().getClassName()).startsWith("java.");
    assertThat(String.valueOf(event.frame())).contains("BlockCauseTests.sleep");
  }

  @ParameterizedTest
  @EnumSource(names = {"PORTABLE", "PLATFORM_THREADS"})
  void aContendedMonitorBlocksOnThePortableEngine(TestEngine engine) throws Exception {
    GreenletRuntime used = start(engine);
    Object monitor = new Object();
    HubBlockedEvent event;
    GreenletTask<Integer> task;
    synchronized (monitor) {
      task = onHub(used, () -> enter(monitor));
      eventually(() -> threadState(used) == Thread.State.BLOCKED);
      event = look(used);
    }

    assertThat(event.cause()).isEqualTo(BlockCause.BLOCKING);
    assertThat(String.valueOf(event.frame())).contains("BlockCauseTests.enter");
    assertThat(task.get()).isEqualTo(1);
  }

  @Test
  void aWaitingClassInitialiserPinsOnTheNativeEngine() {
    GreenletRuntime used = start(TestEngine.NATIVE);
    HubBlockedEvent event =
        blockedBy(
            used,
            () -> WaitsInItsInitialiser.value,
            frame -> frame.getMethodName().equals("<clinit>"));
    INITIALISER_RELEASE.countDown();

    assertThat(event.cause()).isEqualTo(BlockCause.CLASS_INITIALISATION);
    assertThat(String.valueOf(event.frame())).contains("WaitsInItsInitialiser.<clinit>");
  }

  @Test
  void aWaitBelowNativeCodePinsOnTheNativeEngine() throws Exception {
    GreenletRuntime used = start(TestEngine.NATIVE);
    Callable<Integer> throughNativeCode = throughNativeCode();
    HubBlockedEvent event =
        blockedBy(used, throughNativeCode, frame -> frame.getMethodName().equals("awaitRelease"));
    NATIVE_RELEASE.countDown();

    assertThat(event.cause()).isEqualTo(BlockCause.PINNED_NATIVE_FRAME);
    assertThat(event.stack().stream().skip(1)).anyMatch(StackTraceElement::isNativeMethod);
    assertThat(String.valueOf(event.frame())).contains("BlockCauseTests.awaitRelease");
  }

  @Test
  void aFileThatKeepsItsReaderWaitingBlocksOnTheNativeEngine() throws Exception {
    GreenletRuntime used = start(TestEngine.NATIVE);
    Process silent = startSilentProcess();
    try {
      HubBlockedEvent event =
          blockedBy(
              used,
              () -> silent.getInputStream().read(),
              frame -> frame.isNativeMethod() && frame.getMethodName().startsWith("read"));

      assertThat(event.cause()).isEqualTo(BlockCause.BLOCKING);
      assertThat(event.stack().getFirst().getClassName()).isEqualTo("java.io.FileInputStream");
    } finally {
      silent.destroyForcibly().waitFor();
    }
  }

  private GreenletRuntime start(TestEngine engine) {
    runtime = engine.builder().name("causes").build();
    return runtime;
  }

  private HubBlockedEvent blockedBy(
      GreenletRuntime used, Callable<Integer> body, Predicate<StackTraceElement> blockingFrame) {
    GreenletTask<Integer> task = onHub(used, body);
    eventually(
        () ->
            task.stackTrace().stream().anyMatch(blockingFrame)
                && (task.stackTrace().getFirst().isNativeMethod()
                    || threadState(used) != Thread.State.RUNNABLE));
    return look(used);
  }

  private HubBlockedEvent look(GreenletRuntime used) {
    HubWatchdog watchdog = watchdog(used);
    watchdog.tick();
    time.advance(Duration.ofMillis(100));
    watchdog.tick();
    assertThat(events.blocked).hasSize(1);
    return events.blocked.getFirst();
  }

  private HubWatchdog watchdog(GreenletRuntime used) {
    HubWatchdog watchdog = new HubWatchdog(used, WatchdogOptions.defaults().withTime(time));
    watchdog.addListener(events);
    return watchdog;
  }

  private static void eventually(Callable<Boolean> condition) {
    await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1)).until(condition);
  }

  private static Thread.State threadState(GreenletRuntime used) {
    Slice slice = used.hubs().getFirst().slice();
    return slice == null ? Thread.State.NEW : slice.threadState();
  }

  private static GreenletTask<Integer> onHub(GreenletRuntime used, Callable<Integer> body) {
    return used.spawn(SpawnOptions.named("culprit").on(used.hubs().getFirst()), body);
  }

  private int sleep() throws InterruptedException {
    while (release.getCount() > 0) {
      Thread.sleep(Duration.ofMillis(200));
    }
    return 1;
  }

  private static int enter(Object monitor) {
    synchronized (monitor) {
      return 1;
    }
  }

  static void awaitRelease() throws InterruptedException {
    NATIVE_RELEASE.await();
  }

  /**
   * A call with a native frame between caller and callee: core reflection goes through native code
   * for a method with more arguments than a method handle can take.
   */
  private static Callable<Integer> throughNativeCode() throws Exception {
    int arguments = 255;
    byte[] wide =
        ClassFile.of()
            .build(
                ClassDesc.of(BlockCauseTests.class.getPackageName(), "Wide"),
                type ->
                    type.withMethodBody(
                        "call",
                        MethodTypeDesc.of(
                            ConstantDescs.CD_void,
                            Collections.nCopies(arguments, ConstantDescs.CD_int)),
                        ClassFile.ACC_PUBLIC | ClassFile.ACC_STATIC,
                        code ->
                            code.invokestatic(
                                    ClassDesc.of(BlockCauseTests.class.getName()),
                                    "awaitRelease",
                                    ConstantDescs.MTD_void)
                                .return_()));
    Method call = MethodHandles.lookup().defineClass(wide).getDeclaredMethods()[0];
    return () -> {
      call.invoke(null, Collections.nCopies(arguments, 0).toArray());
      return 1;
    };
  }

  private static Process startSilentProcess() throws Exception {
    return JavaCommand.of(Silent.class).toProcess().start();
  }

  /** A program that says nothing and ends when its input does. */
  static final class Silent {
    private Silent() {}

    public static void main(String[] arguments) throws IOException {
      System.in.read();
    }
  }

  private static final class WaitsInItsInitialiser {
    static final int value;

    static {
      try {
        INITIALISER_RELEASE.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      value = 1;
    }
  }
}
