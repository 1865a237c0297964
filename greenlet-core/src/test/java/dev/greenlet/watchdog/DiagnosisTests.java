package dev.greenlet.watchdog;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.Thread.State;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The causes that are hard to come by. */
class DiagnosisTests {
  private static final StackTraceElement CODE = frame("com.acme.Foo", "bar");
  private static final StackTraceElement PARK = nativeFrame("jdk.internal.misc.Unsafe", "park");

  @Test
  void aWaitThatKeepsItsCarrierIsPinnedWhereWaitsUnmount() {
    assertThat(Diagnosis.of(List.of(PARK, CODE), State.WAITING, true, false))
        .isEqualTo(BlockCause.PINNED_NATIVE_FRAME);
    assertThat(Diagnosis.of(List.of(PARK, CODE), State.WAITING, false, false))
        .isEqualTo(BlockCause.BLOCKING);
  }

  @Test
  void nameResolutionBlocks() {
    StackTraceElement lookup = nativeFrame("java.net.Inet6AddressImpl", "lookupAllHostAddr");

    assertThat(Diagnosis.of(List.of(lookup, CODE), State.RUNNABLE, true, false))
        .isEqualTo(BlockCause.BLOCKING);
  }

  @Test
  void nativeCodeThatComputesIsCpu() {
    StackTraceElement deflate = nativeFrame("java.util.zip.Deflater", "deflateBytesBytes");

    assertThat(Diagnosis.of(List.of(deflate, CODE), State.RUNNABLE, true, false))
        .isEqualTo(BlockCause.CPU);
    assertThat(Diagnosis.of(List.of(CODE), State.RUNNABLE, false, false)).isEqualTo(BlockCause.CPU);
  }

  @Test
  void classLoadingCountsAsInitialisation() {
    StackTraceElement load = frame("java.lang.ClassLoader", "loadClass");

    assertThat(Diagnosis.of(List.of(CODE, load, CODE), State.RUNNABLE, true, false))
        .isEqualTo(BlockCause.CLASS_INITIALISATION);
    assertThat(Diagnosis.of(List.of(PARK, load, CODE), State.BLOCKED, false, false))
        .isEqualTo(BlockCause.CLASS_INITIALISATION);
  }

  @Test
  void codeThatRunsForTheFirstTimeLoadsClassesNowAndThen() {
    StackTraceElement lookup = nativeFrame("java.net.Inet6AddressImpl", "lookupAllHostAddr");

    assertThat(Diagnosis.of(List.of(CODE), State.RUNNABLE, true, true))
        .isEqualTo(BlockCause.WARM_UP);
    assertThat(Diagnosis.of(List.of(lookup, CODE), State.RUNNABLE, true, true))
        .isEqualTo(BlockCause.BLOCKING);
    assertThat(Diagnosis.of(List.of(PARK, CODE), State.WAITING, true, true))
        .isEqualTo(BlockCause.PINNED_NATIVE_FRAME);
  }

  @Test
  void aMethodThatIsOnlyNamedLikeItDoesNot() {
    assertThat(
            Diagnosis.of(
                List.of(frame("com.acme.School", "loadClass")), State.RUNNABLE, true, false))
        .isEqualTo(BlockCause.CPU);
  }

  @Test
  void withoutAStackNothingIsKnown() {
    assertThat(Diagnosis.of(List.of(), State.RUNNABLE, true, false)).isEqualTo(BlockCause.UNKNOWN);
  }

  private static StackTraceElement frame(String owner, String method) {
    return new StackTraceElement(owner, method, owner + ".java", 12);
  }

  private static StackTraceElement nativeFrame(String owner, String method) {
    return new StackTraceElement(owner, method, owner + ".java", -2);
  }
}
