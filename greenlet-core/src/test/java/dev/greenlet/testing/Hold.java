package dev.greenlet.testing;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What a greenlet holds while it waits: something of the JDK that other greenlets of its lane may
 * want, or a frame that pins it to its carrier. Each instance has one holder and any number of
 * contenders.
 */
public sealed interface Hold {

  /** Runs an action inside of the hold; the first caller is its holder. */
  void in(Runnable action);

  /** The ways to hold. */
  enum Way {
    NOTHING,
    CLASS_INITIALISER,
    NATIVE_FRAME,
    MONITOR,
    REENTRANT_LOCK,
    COMPUTE_IF_ABSENT;

    /** Returns a new hold, which has no holder yet. */
    public Hold create() {
      return switch (this) {
        case NOTHING -> new Nothing();
        case CLASS_INITIALISER -> new Initialisation(new ClassInitialiser());
        case NATIVE_FRAME -> new NativeFrame();
        case MONITOR -> new Monitor();
        case REENTRANT_LOCK -> new Locked(new ReentrantLock());
        case COMPUTE_IF_ABSENT -> new Bin(new ConcurrentHashMap<>());
      };
    }
  }

  /** Holds nothing. */
  record Nothing() implements Hold {
    @Override
    public void in(Runnable action) {
      action.run();
    }
  }

  /** Holds the monitor of itself. */
  final class Monitor implements Hold {
    @Override
    public synchronized void in(Runnable action) {
      action.run();
    }
  }

  /** Holds a lock of the JDK. */
  record Locked(ReentrantLock lock) implements Hold {
    @Override
    public void in(Runnable action) {
      lock.lock();
      try {
        action.run();
      } finally {
        lock.unlock();
      }
    }
  }

  /** Holds the bin of a map; contenders find its value when they have the bin. */
  record Bin(ConcurrentMap<String, String> map) implements Hold {
    @Override
    public void in(Runnable action) {
      map.computeIfAbsent(
          "key",
          key -> {
            action.run();
            return key;
          });
    }
  }

  /** Is called back by the C library. */
  final class NativeFrame implements Hold {
    private static final ScopedValue<Call> CALL = ScopedValue.newInstance();

    /** The action to call back, and its failure: an exception must not reach native code. */
    private static final class Call {
      final Runnable action;
      @Nullable Throwable thrown;

      Call(Runnable action) {
        this.action = action;
      }
    }

    @Override
    public void in(Runnable action) {
      Call call = new Call(action);
      ScopedValue.where(CALL, call).run(NativeFrame::sort);
      switch (call.thrown) {
        case null -> {}
        case Error error -> throw error;
        case RuntimeException exception -> throw exception;
        case Throwable impossible -> throw new AssertionError(impossible);
      }
    }

    private static int compare(MemorySegment a, MemorySegment b) {
      Call call = CALL.get();
      try {
        call.action.run();
      } catch (Throwable thrown) {
        call.thrown = thrown;
      }
      return 0;
    }

    @SuppressWarnings("restricted") // calls the C library
    private static void sort() {
      Linker linker = Linker.nativeLinker();
      try (Arena arena = Arena.ofConfined()) {
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
                    NativeFrame.class,
                    "compare",
                    MethodType.methodType(int.class, MemorySegment.class, MemorySegment.class));
        MemorySegment callback =
            linker.upcallStub(
                compare,
                FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS),
                arena);
        MemorySegment two = arena.allocateFrom(ValueLayout.JAVA_INT, 1, 2);
        qsort.invokeExact(two, 2L, ValueLayout.JAVA_INT.byteSize(), callback);
      } catch (Throwable failure) {
        throw new AssertionError(failure);
      }
    }
  }

  /** Initialises a class; contenders need it initialised. */
  record Initialisation(ClassInitialiser initialiser) implements Hold {
    @Override
    public void in(Runnable action) {
      initialiser.runOnce(action);
    }
  }
}
