package dev.greenlet.raw;

/**
 * A transfer of control from one raw greenlet of a tree to another, or to the same one. Immutable.
 *
 * @param kind the kind of the payload
 * @param origin the greenlet that passed control
 * @param target the greenlet that received control, in which listeners are called
 */
public record RawSwitch(Kind kind, RawGreenlet origin, RawGreenlet target) {

  /** The kind of the payload. Listeners should ignore unknown kinds. */
  public enum Kind {
    /** A value. */
    SWITCH,
    /** An exception to throw. */
    THROW
  }
}
