package dev.greenlet.raw;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A native frame pins a virtual thread: its carrier waits with it. Where control goes to another
 * platform thread, that is all. On a native hub the carrier is the hub's, so the switch would never
 * end; that is a documented limit, and not tried here.
 */
@EnumSource(names = {"PLATFORM_THREAD", "PORTABLE_PLATFORM_HUB"})
class RawPinnedTests extends RawContract {

  private static final class Comparator {
    private static int compare(MemorySegment a, MemorySegment b) {
      yieldToParent("comparing");
      return Integer.compare(a.get(ValueLayout.JAVA_INT, 0), b.get(ValueLayout.JAVA_INT, 0));
    }
  }

  @SuppressWarnings("restricted") // calls the C library
  private static int[] sortNatively(int... numbers) throws Throwable {
    Linker linker = Linker.nativeLinker();
    MethodHandle qsort =
        linker.downcallHandle(
            linker.defaultLookup().find("qsort").orElseThrow(),
            FunctionDescriptor.ofVoid(
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.ADDRESS));
    MethodHandle compare =
        MethodHandles.lookup()
            .findStatic(
                Comparator.class,
                "compare",
                MethodType.methodType(int.class, MemorySegment.class, MemorySegment.class));
    MemoryLayout pointer = ValueLayout.ADDRESS.withTargetLayout(ValueLayout.JAVA_INT);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment upcall =
          linker.upcallStub(
              compare, FunctionDescriptor.of(ValueLayout.JAVA_INT, pointer, pointer), arena);
      MemorySegment array = arena.allocateFrom(ValueLayout.JAVA_INT, numbers);
      qsort.invokeExact(array, (long) numbers.length, ValueLayout.JAVA_INT.byteSize(), upcall);
      return array.toArray(ValueLayout.JAVA_INT);
    }
  }

  @Test
  @DisplayName("56 a switch below a native frame pins its thread, and works")
  void switchBelowNativeFrame() {
    RawGreenlet sorter =
        new RawGreenlet(
            value -> {
              try {
                return sortNatively(2, 1);
              } catch (Throwable failure) {
                throw new AssertionError(failure);
              }
            });

    assertThat(sorter.switchTo()).isEqualTo("comparing");
    assertThat(sorter.stackTrace())
        .extracting(StackTraceElement::getMethodName)
        .contains("compare", "sortNatively");
    assertThat(sorter.switchTo()).isEqualTo(new int[] {1, 2});
  }
}
