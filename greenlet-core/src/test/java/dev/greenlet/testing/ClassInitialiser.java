package dev.greenlet.testing;

import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;

/**
 * A class that is not initialised yet, and whose initialiser runs an action. Below an initialiser a
 * virtual thread is pinned to its carrier.
 */
public final class ClassInitialiser {
  private static final String NAME = ClassInitialiser.class.getPackageName() + ".Initialised";
  private static final ScopedValue<Runnable> ACTION = ScopedValue.newInstance();
  private static final byte[] INITIALISED =
      ClassFile.of()
          .build(
              ClassDesc.of(NAME),
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

  private final Class<?> uninitialised = define();

  /** Runs an action in the initialiser of a class of its own. */
  public static void run(Runnable action) {
    new ClassInitialiser().runOnce(action);
  }

  /**
   * Initialises the class: the first caller runs its action there, the others wait until it has
   * ended, and run nothing.
   */
  public void runOnce(Runnable action) {
    initialise(uninitialised, action);
  }

  /** Defines a class of its own, which is not initialised yet. */
  public static Class<?> define() {
    return new Loader().define();
  }

  /** Initialises a class that was defined, with an action. */
  public static void initialise(Class<?> defined, Runnable action) {
    ScopedValue.where(ACTION, action).run(() -> use(defined));
  }

  /** Uses a class, which is initialised before if need be. */
  public static void use(Class<?> defined) {
    try {
      Class.forName(NAME, true, defined.getClassLoader());
    } catch (ClassNotFoundException impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** Called by the classes. */
  public static void initialise() {
    if (ACTION.isBound()) {
      ACTION.get().run();
    }
  }

  private static final class Loader extends ClassLoader {
    Loader() {
      super(ClassInitialiser.class.getClassLoader());
    }

    Class<?> define() {
      return defineClass(NAME, INITIALISED, 0, INITIALISED.length);
    }
  }
}
