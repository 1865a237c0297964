package dev.greenlet.testing;

import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.invoke.MethodHandles;

/**
 * Runs actions in initialisers of classes, below which a virtual thread is pinned to its carrier.
 */
public final class ClassInitialiser {
  private static final ScopedValue<Runnable> ACTION = ScopedValue.newInstance();
  private static final byte[] INITIALISED =
      ClassFile.of()
          .build(
              ClassDesc.of(ClassInitialiser.class.getPackageName(), "Initialised"),
              type ->
                  type.withMethodBody(
                      ConstantDescs.CLASS_INIT_NAME,
                      ConstantDescs.MTD_void,
                      ClassFile.ACC_STATIC,
                      code ->
                          code.invokestatic(
                                  ClassDesc.of(ClassInitialiser.class.getName()),
                                  "initialise",
                                  ConstantDescs.MTD_void)
                              .return_()));

  private ClassInitialiser() {}

  /** Runs an action in the initialiser of a class of its own. */
  public static void run(Runnable action) {
    ScopedValue.where(ACTION, action)
        .run(
            () -> {
              try {
                MethodHandles.lookup().defineHiddenClass(INITIALISED, true);
              } catch (IllegalAccessException e) {
                throw new AssertionError(e);
              }
            });
  }

  /** Called by the classes. */
  static void initialise() {
    ACTION.get().run();
  }
}
