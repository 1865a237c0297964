package dev.greenlet.raw;

/**
 * Control went from one raw greenlet of a tree to another, or came back to the same one.
 *
 * @param kind what came with it
 * @param origin who gave it
 * @param target who got it, and reports it
 */
public record RawSwitch(Kind kind, RawGreenlet origin, RawGreenlet target) {

  /** What comes with control. Listeners ignore kinds they do not know. */
  public enum Kind {
    /** A value. */
    SWITCH,
    /** Something to throw. */
    THROW
  }
}
