package dev.greenlet.bench;

/**
 * Decides from bursts of requests when a server is warm: its compilers have rested, and it has
 * served no more requests than before, for some bursts. The time that compilers have worked alone
 * shows nothing, for it is counted when a method is done, and on a busy machine the large ones take
 * seconds.
 */
final class WarmUp {
  private static final int LEAST_BURSTS = 8;
  private static final int STEADY_BURSTS = 4;
  private static final long RESTING_MILLIS = 50;
  private static final double GROWTH = 1.03;

  private int bursts;
  private int steady;
  private double best;
  private long compiledMillis;

  /**
   * Notes one burst.
   *
   * @param perSecond the requests that were served in a second
   * @param compiledMillis the time that the compilers have worked so far
   * @return whether the server is warm
   */
  boolean isOverAfter(double perSecond, long compiledMillis) {
    boolean rests = compiledMillis - this.compiledMillis < RESTING_MILLIS;
    boolean grows = perSecond > best * GROWTH;
    this.compiledMillis = compiledMillis;
    best = Math.max(best, perSecond);
    bursts++;
    steady = rests && !grows ? steady + 1 : 0;
    return bursts >= LEAST_BURSTS && steady >= STEADY_BURSTS;
  }
}
